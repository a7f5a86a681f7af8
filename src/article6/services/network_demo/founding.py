"""The registries of the network before anybody speaks: people, accounts, and what each has issued.

Real are the quantities, the days of issuance and the authorizations' substance of the first two transfers under
Article 6.2; identifiers and serials are synthetic. The serials begin where those of the international registry's
telling of the same two transfers end, so that no serial of the demonstration stands twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.mechanism import Statement
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorizations, issuance, mechanism, people, pioneers, registry, statements, transactions
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.issuance import NewActivity
from article6.services.mechanism import Instruction, NewA64
from article6.services.network_demo import places
from article6.services.pioneers import GHANA, GWP, OMGE, THAILAND, Pioneer
from article6.services.registry import RegistryIdentity
from article6.services.scenarios.a64 import FOUNDED as MECHANISM_FOUNDED
from article6.services.scenarios.a64 import mechanism_stage
from article6.services.scenarios.stage import HOUR, Report, Stage
from article6.services.statements import NewStatement, Participant
from article6.services.titles import party_name
from article6.store import persons
from article6.store.queries import approaches, registries

FIRST_SERIAL = 1_000_001
"""The international registry of the demonstration has the same outcomes from serial 1 on."""

OF_PARTY = {places.THAILAND: THAILAND, places.GHANA: GHANA}

A64_ISSUED, A64_HOME, A64_ABROAD = 2_000, 1_000, 860
A64_ACTIVITY, A64_AUTHORIZATION, A64_APPROACH = "NET1", "GHA A64 1", "CA0064"


def build(part: str) -> list[Report]:
    """Found the registry of a Party and book what it has before the network begins; what is done is not done again.

    Raises:
        Refused: the database holds another registry.
    """
    code, party = places.CODES[part], places.COUNTRY[part]
    by = _founded(code, party)
    title = _("The registry of %(party)s") % {"party": party_name(party)}
    stage = Stage("network", title, by, pioneers.FOUNDED, is_real=part in OF_PARTY)
    stage.staff(party)
    _open_accounts(stage, part, party)
    if part in OF_PARTY:
        _issue(stage, code, OF_PARTY[part])
    second_administrator(by, pioneers.FOUNDED)
    return [stage.report()] if stage.played else []


def _founded(code: str, party: str) -> PersonId:
    if registries.identity() is not None:
        return people.person_by_login(places.ADMINISTRATOR)
    identity = RegistryIdentity(
        kind=Kind.PARTY,
        code=code,
        name=f"Registry of {party_name(party)} (demonstration)",
        operator="Demonstration",
        is_public=True,
        is_practice=True,
        remark="Quantities and days of issuance of the first transfers are real. Identifiers, serials and uses are "
        "synthetic; transfers between registries bear the day on which the demonstration ran.",
    )
    return registry.init(identity, administrator=(places.ADMINISTRATOR, "Registry administrator"), now=pioneers.FOUNDED)


def second_administrator(by: PersonId, now: datetime) -> None:
    """From here on no role is given without a second person, so this comes last."""
    found = persons.by_login(places.SECOND)
    second = found or people.add_person(places.SECOND, "Second administrator", by=by, now=now)
    people.give_role(second, 0, Role.ADMINISTRATOR, by=by, now=now)


def _open_accounts(stage: Stage, part: str, party: str) -> None:
    if part in OF_PARTY:
        stage.open(NewAccount("holding", party, places.OWNER[part]))
    if part == places.GHANA:
        stage.open(NewAccount("cancellation_omge", party, OMGE))
        stage.open(NewAccount("holding", party, places.FROM_ELSEWHERE))
    if part == places.SWITZERLAND:
        stage.open(
            NewAccount("holding", party, places.BUYER),
            NewAccount("holding", party, places.BY_MISTAKE),
            NewAccount("retirement", party, places.NDC, period_first=2021, period_last=2030),
        )


def _issue(stage: Stage, code: str, each: Pioneer) -> None:
    """Record what the Parties laid down, issue the outcomes, authorize them, cancel the share for OMGE."""
    authorized = each.authorization.authorized_on
    at = datetime(authorized.year, authorized.month, authorized.day, 12, tzinfo=UTC)
    stage.approach(each.approach, at)
    authorizations.record_authorization(each.authorization, by=stage.by, now=at, key=stage.key("authorization"))
    activity = issuance.record_activity(each.activity, by=stage.by, now=each.issued_at)
    approach = approaches.by_code(each.approach.code)
    batch = BatchAttributes(
        UnitType.MO,
        cooperative_approach_id=approach["id"] if approach else None,
        activity_id=activity,
        vintage_year=each.vintage,
        gwp=GWP,
        sectors=each.activity.sectors,
        activity_types=each.activity.activity_types,
    )
    owner = places.OWNER[places.THAILAND if each is THAILAND else places.GHANA]
    account = stage.accounts[owner]
    outcomes = Issuance(
        account, code, each.party, each.issued, batch, first=FIRST_SERIAL, last=FIRST_SERIAL + each.issued - 1
    )
    issued = issuance.issue(outcomes, by=stage.by, now=each.issued_at, key=stage.key("issue"))
    stage.done.append(issued.transaction_id)
    order = Order("authorization", account, account, each.issued, terms={"authorization": each.authorization.code})
    laid = transactions.propose(order, by=stage.by, now=each.issued_at + HOUR, key=stage.key("authorize"))
    stage.done.append(laid.transaction_id)
    stage.tell(
        _("%(units)s units issued on %(day)s and authorized: %(title)s")
        % {"units": f"{each.issued:,}", "day": each.issued_at.date(), "title": each.activity.title}
    )
    if each.omge:
        share = stage.order("cancellation_omge", owner, OMGE, each.omge)
        stage.by_two(share, each.party, each.issued_at + 2 * HOUR, "omge")
        stage.tell(_("%(units)s cancelled for overall mitigation") % {"units": each.omge})


# --- Registries that have a history of their own


def prepare_international(*, by: PersonId) -> None:
    """An account of Switzerland's section for what other registries give."""
    stage = Stage("network", "", by, pioneers.FOUNDED)
    stage.staff("CHE")
    stage.open(
        NewAccount("holding", "CHE", places.FROM_ELSEWHERE),
        NewAccount("cancellation_voluntary", "CHE", places.CANCELLED),
    )
    found = persons.by_login(places.CLIENT)
    client = found or people.add_person(
        places.CLIENT, "Client of Switzerland's registry", by=by, now=pioneers.FOUNDED, is_machine=True
    )
    people.give_role(client, registries.sections()["CHE"], Role.REPRESENTATIVE, by=by, now=pioneers.FOUNDED)
    second_administrator(by, pioneers.FOUNDED)


def prepare_cdm(party: str, *, by: PersonId) -> None:
    """People for the section of the Party whose CERs are given."""
    Stage("network", "", by, pioneers.FOUNDED).staff(party)
    second_administrator(by, pioneers.FOUNDED)


def prepare_mechanism(*, by: PersonId) -> Report:
    """2,000 authorized A6.4ERs of an activity in Ghana: 5 % and 2 % of them go where they must. Synthetic."""
    home, abroad = (places.PARTICIPANT.format(party=party) for party in ("GHA", "CHE"))
    stage = mechanism_stage("network", _("A6.4ERs for the network"), by, ("GHA", "CHE"))
    stage.open(NewAccount("holding", "GHA", home), NewAccount("holding", "CHE", abroad))
    _lay_down(stage)
    wanted = NewA64(
        "GHA", A64_ACTIVITY, A64_ISSUED, 2024, "Supervisory Body 18/9 (synthetic)",
        forwardings=(
            Instruction(stage.accounts[home], A64_HOME), Instruction(stage.accounts[abroad], A64_ABROAD),
        ),
    )  # fmt: skip
    act = mechanism.issue_a64(wanted, by=by, now=MECHANISM_FOUNDED + HOUR, key=stage.key("issue"))
    shares = act.shares
    stage.tell(
        _("%(issued)s A6.4ERs of Ghana issued: %(sop)s for adaptation, %(omge)s for overall mitigation, %(rest)s left")
        % {"issued": f"{shares.issued:,}", "sop": shares.sop, "omge": shares.omge, "rest": f"{shares.rest:,}"}
    )
    second_administrator(by, MECHANISM_FOUNDED)
    return stage.report()


def _lay_down(stage: Stage) -> None:
    """The approach, the authorization, the activity with its participants and its host Party's statement."""
    by, at = stage.by, MECHANISM_FOUNDED
    stage.approach(NewApproach(A64_APPROACH, "Article 6.4 activities in Ghana (synthetic)", ("GHA", "CHE")), at)
    authorizations.record_authorization(
        NewAuthorization(
            A64_AUTHORIZATION, "GHA", A64_APPROACH, date(2025, 11, 3), Purpose.NDC, parties=("CHE",),
            sectors=("Energy generation",),
        ),
        by=by, now=at, key=stage.key("authorization"),
    )  # fmt: skip
    title = f"Activity {A64_ACTIVITY} (synthetic)"
    issuance.record_activity(NewActivity(A64_ACTIVITY, "GHA", title), by=by, now=at)
    for party in ("GHA", "CHE"):
        new = Participant(party, f"Participant of {party}", f"Letter {A64_ACTIVITY} of {party} (synthetic)")
        statements.record_participant("GHA", A64_ACTIVITY, new, by=by, now=at, key=stage.key(f"participant:{party}"))
    said = NewStatement(
        "GHA", A64_ACTIVITY, Statement.FULL, at.date(), f"Letter {A64_ACTIVITY} (synthetic)",
        authorization=A64_AUTHORIZATION,
    )  # fmt: skip
    statements.record_statement(said, by=by, now=at, key=stage.key("statement"))
