"""The words of Article 6 as this registry uses them: each in plain words, with the clause that it comes from.

The wording is ours; where it and the decision differ, the decision holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from article6.domain.refusals import N_


@dataclass(frozen=True, slots=True)
class Term:
    """`code` stands in the address; `also` are codes of terms to read with it."""

    code: str
    title: str
    meaning: str
    clause: str
    also: tuple[str, ...] = ()


def _term(code: str, title: str, meaning: str, clause: str, *also: str) -> Term:
    return Term(code, title, meaning, clause, also)


TERMS: tuple[Term, ...] = (
    _term("a64er", N_("A6.4ER"), N_(
        "A unit of the mechanism under Article 6.4: one tonne of CO2 equivalent, reduced or removed by a registered "
        "activity, issued into the mechanism registry. Authorized ones are ITMOs once they are first transferred."),
        "3/CMA.3 annex paras 53-55; 2/CMA.3 annex para 1(g)", "mechanism-registry", "mitigation-contribution", "itmo"),
    _term("account", N_("Account"), N_(
        "Where units stand. It has a type, which says what it may hold and what may leave it, and belongs to "
        "one section."),
        "2/CMA.3 annex para 29; 3/CMA.3 annex para 63", "section", "cancellation", "retirement-account"),
    _term("acquisition", N_("Acquisition"), N_(
        "What a transfer is for the Party that gets the ITMOs. Both Parties report it, and the two reports must "
        "agree."),
        "2/CMA.3 annex paras 20(a), 29", "transfer"),
    _term("aef", N_("Agreed electronic format (AEF)"), N_(
        "The tables in which a Party reports each year what was done with ITMOs in the year before: authorizations, "
        "actions, holdings, entities. It is due on 15 April."),
        "2/CMA.3 annex para 20; 4/CMA.6 para 19 and annex II", "article-6-database"),
    _term("article-6-database", N_("Article 6 database"), N_(
        "The secretariat's record of what Parties submitted in the agreed electronic format. It is checked for "
        "consistency, within a report and between Parties."),
        "2/CMA.3 annex paras 32-34; 6/CMA.4 annex I paras 32-34", "aef", "consistency-check"),
    _term("authorization", N_("Authorization"), N_(
        "A Party's statement that mitigation outcomes may be used: towards NDCs, for other international mitigation "
        "purposes, or both. It comes before the first transfer and says what it covers, until when, and how it may be "
        "changed."),
        "Paris Agreement Article 6.3; 4/CMA.6 paras 2-9", "first-transfer", "itmo"),
    _term("batch", N_("Batch"), N_(
        "Units that were issued or recorded together and share what never changes: Party, vintage, activity, metric. "
        "A word of this program, not of the decisions."), "", "block", "serial"),
    _term("block", N_("Block"), N_(
        "Consecutive serials that stand in one account and share every attribute. Transfers split blocks; units are "
        "never split. A word of this program."), "6/CMA.4 annex I para 5", "batch", "serial"),
    _term("cancellation", N_("Cancellation"), N_(
        "Units are put out of use for good, for a stated purpose. Nothing leaves a cancellation account."),
        "2/CMA.3 annex para 29; 7/CMA.4 annex I para 45", "omge", "oimp"),
    _term("carp", N_("Centralized accounting and reporting platform"), N_(
        "The secretariat's public place for what Parties report on cooperative approaches; it holds the Article 6 "
        "database and the international registry."),
        "2/CMA.3 annex paras 35-36; 6/CMA.4 annex I", "article-6-database", "international-registry"),
    _term("consistency-check", N_("Consistency check"), N_(
        "The comparison of what a Party reported with the requirements, with its earlier reports and with what other "
        "Parties reported. What does not fit is told to the Parties concerned."),
        "2/CMA.3 annex para 33", "article-6-database", "aef"),
    _term("cooperative-approach", N_("Cooperative approach"), N_(
        "The arrangement between Parties under which mitigation outcomes are transferred. Each has an "
        "identifier, which "
        "is part of an ITMO's own."),
        "2/CMA.3 annex paras 1(d), 18(g)", "itmo", "authorization"),
    _term("corresponding-adjustment", N_("Corresponding adjustment"), N_(
        "What keeps a tonne from counting twice: the Party that first transfers adds the amount to its emissions, the "
        "Party that uses it subtracts it. In other metrics than tonnes it is the other way round."),
        "2/CMA.3 annex paras 6-16", "emissions-balance", "first-transfer", "use"),
    _term("emissions-balance", N_("Emissions balance"), N_(
        "A Party's emissions and removals covered by its NDC, with all corresponding adjustments made."),
        "2/CMA.3 annex paras 8, 23(k)", "corresponding-adjustment"),
    _term("first-transfer", N_("First transfer"), N_(
        "The moment at which the corresponding adjustment falls due. For use towards an NDC it is the first transfer "
        "from one Party to another; for other international mitigation purposes it is the authorization, the issuance, "
        "or the use or cancellation, as the Party has specified."),
        "2/CMA.3 annex para 2; 4/CMA.6 paras 11-17", "authorization", "corresponding-adjustment"),
    _term("host-party", N_("Host Party"), N_(
        "The Party in which the activity takes place that reduces or removes emissions."),
        "3/CMA.3 annex paras 40-42", "authorization"),
    _term("international-registry", N_("International registry"), N_(
        "The registry that the secretariat operates for Parties that have none of their own, with a section for each."),
        "2/CMA.3 annex para 30; 6/CMA.4 annex I", "participating-party-registry", "section"),
    _term("itmo", N_("Internationally transferred mitigation outcome (ITMO)"), N_(
        "An emission reduction or removal that is real, verified and additional, from 2021 on, authorized by a Party "
        "and measured in tonnes of CO2 equivalent or in another metric that the Parties agreed on."),
        "2/CMA.3 annex para 1", "authorization", "mitigation-outcome", "first-transfer"),
    _term("mechanism-registry", N_("Mechanism registry"), N_(
        "The registry of the mechanism under Article 6.4: it issues A6.4ERs, levies the share of proceeds, cancels for "
        "overall mitigation, and takes over certified emission reductions where Parties may still use them."),
        "3/CMA.3 annex para 63; 7/CMA.4 annex I", "a64er", "share-of-proceeds"),
    _term("mitigation-contribution", N_("Mitigation contribution A6.4ER"), N_(
        "An A6.4ER that no Party authorized for use abroad. It may serve results-based finance or domestic "
        "pricing, and "
        "helps the host Party to reduce its emissions."),
        "7/CMA.4 annex I para 29(b)", "a64er", "authorization"),
    _term("mitigation-outcome", N_("Mitigation outcome"), N_(
        "A reduction or removal of emissions, before it is first transferred; afterwards it is an ITMO."),
        "2/CMA.3 annex para 1", "itmo"),
    _term("ndc", N_("Nationally determined contribution (NDC)"), N_(
        "What a Party has set itself to achieve under the Paris Agreement, for a year or for several."),
        "Paris Agreement Article 4.2", "use", "corresponding-adjustment"),
    _term("oimp", N_("Other international mitigation purposes (OIMP)"), N_(
        "Uses of mitigation outcomes other than towards an NDC, for example by airlines under CORSIA, or other "
        "purposes "
        "that the first transferring Party determines."),
        "2/CMA.3 annex para 1(f)", "authorization", "cancellation"),
    _term("omge", N_("Overall mitigation in global emissions (OMGE)"), N_(
        "Units are cancelled and counted by nobody, so that the world's emissions go down by so much more. At "
        "least 2 per "
        "cent of A6.4ERs at issuance; otherwise voluntary."),
        "2/CMA.3 annex para 39; 3/CMA.3 annex paras 59, 69-70", "cancellation"),
    _term("participating-party-registry", N_("Registry of a participating Party"), N_(
        "A registry that a Party has, or has access to, for tracking its ITMOs."),
        "2/CMA.3 annex para 29; 6/CMA.4 annex I", "international-registry"),
    _term("retirement-account", N_("Retirement account"), N_(
        "Where units go that are used towards an NDC. Nothing leaves it."),
        "3/CMA.3 annex para 63; 7/CMA.4 annex I paras 44-45", "use"),
    _term("section", N_("Section"), N_(
        "The part of a registry that belongs to one Party. What happens in it is the Party's own."),
        "6/CMA.4 annex I", "account"),
    _term("serial", N_("Serial number"), N_(
        "The number of one unit in its series. With the Party, the cooperative approach, the registry and the "
        "vintage it "
        "makes the unique identifier, which never changes."),
        "6/CMA.4 annex I paras 5-6, 33", "block", "itmo"),
    _term("share-of-proceeds", N_("Share of proceeds"), N_(
        "What is levied on A6.4ERs: 5 per cent at issuance for the Adaptation Fund, and fees for administration."),
        "3/CMA.3 annex paras 58, 67-68", "a64er"),
    _term("transfer", N_("Transfer"), N_(
        "Units go from one account to another. Between Parties it is international, and may be the first transfer."),
        "2/CMA.3 annex para 29", "first-transfer", "acquisition"),
    _term("use", N_("Use"), N_(
        "An ITMO is counted towards an NDC, or serves another international mitigation purpose. It can be used once."),
        "2/CMA.3 annex paras 8(b), 29", "retirement-account", "oimp"),
    _term("vintage", N_("Vintage"), N_(
        "The calendar year in which the mitigation outcome occurred."),
        "2/CMA.3 annex paras 8(a), 20(b)", "itmo"),
)  # fmt: skip


def term(code: str) -> Term | None:
    """The term with this code."""
    return next((each for each in TERMS if each.code == code), None)
