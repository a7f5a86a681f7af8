"""What the registry options advisor asks, and what each answer speaks for: data, with its sources. Nothing here
decides.

Sources (see `SOURCES`): the World Bank's and the Article 6 Implementation Partnership's notes on tracking arrangements.
Weights are this program's reading of them, from -3 (speaks against) to 3 (speaks for).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from article6.domain.refusals import N_


class Option(StrEnum):
    """A way to have, or have access to, a registry (2/CMA.3 annex para 29)."""

    OWN = "own"
    OTHER = "other"
    INTERNATIONAL = "international"
    THIRD_PARTY = "third_party"


class Source(StrEnum):
    """Where a reason or a figure comes from."""

    WORLD_BANK = "world_bank"
    A6IP = "a6ip"
    DECISION = "decision"


SOURCES: Mapping[Source, str] = MappingProxyType(
    {
        Source.WORLD_BANK: "World Bank, Carbon markets infrastructure: options for tracking arrangements, 30 "
        "October 2024",
        Source.A6IP: "Article 6 Implementation Partnership, 2nd Tracking Working Group, summary of 21 November 2023",
        Source.DECISION: "2/CMA.3 annex para 29; 6/CMA.4 annex I",
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its words, what it speaks for (option to weight), why, and who says so."""

    code: str
    title: str
    weights: Mapping[Option, int]
    reason: str
    source: Source


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers. `hint` says what is meant."""

    code: str
    title: str
    hint: str
    answers: tuple[Answer, ...]


def _weights(own: int = 0, other: int = 0, international: int = 0, third_party: int = 0) -> Mapping[Option, int]:
    given = zip(Option, (own, other, international, third_party), strict=True)
    return MappingProxyType({option: weight for option, weight in given if weight})


QUESTIONS: tuple[Question, ...] = (
    Question(
        "purpose", N_("What is the registry to be for?"),
        N_("A registry may serve Article 6 alone, or domestic carbon pricing and other programmes too."),
        (
            Answer("article6", N_("Article 6 and nothing else"), _weights(own=-2, international=3),
                   N_("The international registry is meant for Parties that need a registry for Article 6 alone."),
                   Source.WORLD_BANK),
            Answer("several", N_("Several programmes, without developing anything"), _weights(other=3, third_party=1),
                   N_("Another available registry can serve further programmes without being developed anew."),
                   Source.WORLD_BANK),
            Answer("pricing", N_("Article 6 and a domestic carbon price or trading system"), _weights(own=3),
                   N_("Domestic carbon pricing needs a national registry, which can serve Article 6 as well."),
                   Source.WORLD_BANK),
        ),
    ),
    Question(
        "existing", N_("Is there already a national registry or reporting system?"),
        N_("For example of a domestic crediting scheme, of emissions trading, or an inventory and reporting system."),
        (
            Answer("none", N_("No"), _weights(own=-1, other=1, international=1),
                   N_("Most Parties begin from scratch; using what exists elsewhere spares that."), Source.A6IP),
            Answer("reporting", N_("A reporting system, but no registry"), _weights(own=1, other=2),
                   N_("To a reporting system, the functions of an open registry were added within months."),
                   Source.A6IP),
            Answer("registry", N_("Yes, with similar functions"), _weights(own=3),
                   N_("A domestic registry with similar functions can be extended."), Source.WORLD_BANK),
        ),
    ),
    Question(
        "staff", N_("Are there people to run and maintain the system?"),
        N_("Administrators of the registry, and people who look after servers, security and updates, for years."),
        (
            Answer("none", N_("No"), _weights(own=-3, international=3, third_party=1),
                   N_("With limited capacity, the international registry asks for the least."), Source.WORLD_BANK),
            Answer("some", N_("Registry administrators, but no technical staff"), _weights(other=2, third_party=2),
                   N_("Who can administer but not maintain lets others operate the system."), Source.A6IP),
            Answer("enough", N_("Yes, both"), _weights(own=3),
                   N_("An own registry suits Parties with the technical capacity to operate it."), Source.WORLD_BANK),
        ),
    ),
    Question(
        "money", N_("Is money secured?"),
        N_("Setting up is one part; operating and maintaining the system is the lasting one."),
        (
            Answer("none", N_("Not yet"), _weights(own=-3, international=3, third_party=-1),
                   N_("Without resources of its own, a Party can have access to the international registry."),
                   Source.WORLD_BANK),
            Answer("setup", N_("For setting up, not for the years after"), _weights(own=-1, other=2, third_party=1),
                   N_("Keeping a system running was the unsolved part wherever one was installed."), Source.A6IP),
            Answer("lasting", N_("For setting up and for operation"), _weights(own=3),
                   N_("An own registry suits Parties with the resources to operate it."), Source.WORLD_BANK),
        ),
    ),
    Question(
        "approaches", N_("In how many cooperative approaches will the Party take part?"),
        N_("Those that are agreed, and those that are expected within this NDC period."),
        (
            Answer("one", N_("One"), _weights(own=-2, international=2, third_party=1),
                   N_("With few cooperative approaches, letting others do it saves cost and time."), Source.A6IP),
            Answer("few", N_("Two or three"), _weights(other=2, international=1),
                   N_("A few cooperative approaches can share a registry that exists."), Source.A6IP),
            Answer("many", N_("Many"), _weights(own=3),
                   N_("A domestic registry suits a Party with multiple cooperative approaches."), Source.A6IP),
        ),
    ),
    Question(
        "control", N_("Who may operate the system and keep its data?"),
        N_("Some Parties want a sovereign solution; others accept a provider."),
        (
            Answer("outside", N_("A provider, under a contract"), _weights(other=1, international=1, third_party=3),
                   N_("Providers offer a registry as a service, with functions on demand."), Source.A6IP),
            Answer("shared", N_("An international organization or a partner Party"),
                   _weights(other=2, international=2, third_party=-1),
                   N_("Development partners, other Parties and the secretariat have registries."), Source.WORLD_BANK),
            Answer("own", N_("Only the Party itself"), _weights(own=3, international=-1, third_party=-3),
                   N_("Concerns of sovereignty keep Parties from providers."), Source.A6IP),
        ),
    ),
    Question(
        "support", N_("Does a development partner offer a registry or help with one?"),
        N_("For example the open registries of the World Bank and of UNDP, or the JCM registry of Japan."),
        (
            Answer("none", N_("No"), _weights(international=1, third_party=1),
                   N_("Without support there is what is offered to all: the international registry, or a provider."),
                   Source.WORLD_BANK),
            Answer("asked", N_("It is being discussed"), _weights(other=2),
                   N_("Partners help to install registries step by step: scoping, installing, testing, support."),
                   Source.A6IP),
            Answer("offered", N_("Yes"), _weights(other=3),
                   N_("Another available registry suits Parties whose development partners provide one."),
                   Source.WORLD_BANK),
        ),
    ),
    Question(
        "time", N_("When must the first units be tracked?"),
        N_("A registry is to be there when the first authorization is given."),
        (
            Answer("now", N_("Within months"), _weights(own=-2, other=1, international=2, third_party=2),
                   N_("Letting others do it shortens the time until units can be tracked."), Source.A6IP),
            Answer("soon", N_("In about a year"), _weights(other=2),
                   N_("An available registry is tried, assessed and deployed within weeks."), Source.WORLD_BANK),
            Answer("later", N_("Later"), _weights(own=2),
                   N_("With time, law and institutions can come before the system, as they should."), Source.A6IP),
        ),
    ),
    Question(
        "market", N_("Will companies hold and trade units?"),
        N_("A secondary market asks for accounts of companies, and for units that several markets accept."),
        (
            Answer("none", N_("No, the Party alone acts"), _weights(international=2),
                   N_("Most needs of tracking are met by a simple design such as the international registry's."),
                   Source.A6IP),
            Answer("some", N_("A few project participants"), _weights(other=2, international=1),
                   N_("Project participants can have accounts in an available registry."), Source.DECISION),
            Answer("much", N_("Yes, a market is wanted"), _weights(own=2, third_party=2),
                   N_("A market looks for a registry with secondary sales and units that many schemes take."),
                   Source.A6IP),
        ),
    ),
    Question(
        "links", N_("How close must it be to the national inventory and reporting systems?"),
        N_("Corresponding adjustments and reports use figures of both."),
        (
            Answer("none", N_("Not linked"), _weights(international=1, third_party=1),
                   N_("Reports in the agreed electronic format can be made by a registry that stands alone."),
                   Source.DECISION),
            Answer("files", N_("Files exchanged from time to time"), _weights(other=2),
                   N_("An available registry with a common data model exchanges files with other systems."),
                   Source.A6IP),
            Answer("close", N_("One integrated system"), _weights(own=3),
                   N_("Parties that integrate registry, inventory and reporting build a fuller system of their own."),
                   Source.A6IP),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """What a source says of cost, staff or time; `source` is None where none gives a figure, and the text says so."""

    about: str
    text: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class OptionSheet:
    """An option in words: what it is, what it costs (as far as a source says), what to do first, who chose it."""

    option: Option
    title: str
    what: str
    costs: tuple[Fact, ...]
    first: tuple[str, ...]
    examples: tuple[str, ...] = ()


MONEY, TIME, STAFF = N_("Money"), N_("Time"), N_("Staff")
_NO_STAFF = Fact(STAFF, N_("The sources give no number of people. Plan for at least two persons for every act that "
                           "needs four eyes, and for somebody to stand in for each."))  # fmt: skip
_UPKEEP = Fact(
    MONEY, N_("Operating and maintaining it is named as the main challenge; no figure is given."), Source.A6IP
)

SHEETS: Mapping[Option, OptionSheet] = MappingProxyType(
    {
        each.option: each
        for each in (
            OptionSheet(
                Option.OWN, N_("An own registry"),
                N_("The Party develops or installs a registry and operates it itself. Open software can be its basis."),
                (
                    Fact(MONEY, N_("No figure is given for a registry developed from scratch. Putting it to use "
                                   "is often a larger part of the cost than the software."), Source.A6IP),
                    Fact(MONEY, N_("One example with open software: USD 20,000 to 50,000 for local and international "
                                   "experts who set the system up (Namibia, as told by UNDP)."), Source.A6IP),
                    _UPKEEP,
                    Fact(TIME, N_("In the same example, two weeks to set up. No figure is given for a development from "
                                  "scratch."), Source.A6IP),
                    _NO_STAFF,
                ),
                (
                    N_("Put law, institutions and roles in place before the system."),
                    N_("Weigh the cost of setting up and of operation against what Article 6 may earn in this "
                       "NDC period."),
                    N_("Try an open registry with your own people, and write down what is missing."),
                    N_("Agree on a common data model with the registries that you will exchange with."),
                    N_("Plan the connection with the international registry, and the yearly report (AEF)."),
                ),
                ("Bhutan", "Ghana", "Japan", "Suriname", "Switzerland", "Thailand", "Vanuatu"),
            ),
            OptionSheet(
                Option.OTHER, N_("Another available registry"),
                N_("The Party uses a registry that a development partner or another Party provides, deployed for it or "
                   "shared with it."),
                (
                    Fact(MONEY, N_("UNDP's open registry is free, with its upgrades. Setting it up cost USD 20,000 to "
                                   "50,000 in one example (Namibia)."), Source.A6IP),
                    _UPKEEP,
                    Fact(TIME, N_("The World Bank plans 2 to 4 weeks of training, 1 to 2 weeks to assess needs "
                                  "and 1 to 2 "
                                  "weeks to deploy its registry."), Source.WORLD_BANK),
                    _NO_STAFF,
                ),
                (
                    N_("Ask the partners which registry they offer, for how long, and who maintains it."),
                    N_("Let those who will use it work through test scripts, and collect what they say."),
                    N_("Assess what your needs ask beyond it, and who would build that."),
                    N_("Settle in writing who operates it, who sees the data, and how the Party can leave with "
                       "its data."),
                ),
                ("Guyana",),
            ),
            OptionSheet(
                Option.INTERNATIONAL, N_("The international registry"),
                N_("The Party has a section of the registry that the secretariat operates, and needs no system of its "
                   "own."),
                (
                    Fact(MONEY, N_("The sources give no figure for a Party. Ask the secretariat; who connects a "
                                   "registry of "
                                   "its own bears the cost of the connection.")),
                    Fact(TIME, N_("The sources give no figure. Ask the secretariat how long a section takes.")),
                    _NO_STAFF,
                ),
                (
                    N_("Ask the secretariat for a section, and name who administers it for the Party."),
                    N_("Decide who authorizes, who represents accounts and who approves, so that four eyes see "
                       "each act."),
                    N_("Practise with the forms and with the agreed electronic format before the first authorization."),
                    N_("Keep the way to a registry of your own open: the two can be connected later."),
                ),
            ),
            OptionSheet(
                Option.THIRD_PARTY, N_("A third party's registry"),
                N_("The Party assigns a registry that a private or independent provider runs as a service."),
                (
                    Fact(MONEY, N_("Called cost-effective, with functions on demand; no figure is given. Ask "
                                   "for offers."),
                         Source.A6IP),
                    Fact(TIME, N_("The sources give no figure. Ask for it in the offers.")),
                    _NO_STAFF,
                ),
                (
                    N_("Check each offer against what a registry must record: authorization, first transfer, transfer, "
                       "acquisition, use and cancellation."),
                    N_("Settle sovereignty in the contract: where the data is, who may act, how it is handed "
                       "over at the "
                       "end."),
                    N_("Make sure that it gives the agreed electronic format: the Party answers for its report."),
                    N_("Ask how its units are connected with the international registry."),
                ),
            ),
        )
    }
)  # fmt: skip
