"""The Article 6.4 mechanism: issuance with its shares, an LDC's, contribution units authorized later. All synthetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from article6.domain.authorizations import Purpose
from article6.domain.mechanism import Statement
from article6.domain.orders import Issuance, PersonId
from article6.domain.refusals import Code
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorizations, issuance, mechanism, statements
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.issuance import NewActivity
from article6.services.mechanism import Act, Instruction, NewA64
from article6.services.scenarios.stage import HOUR, Report, Stage, serials
from article6.services.statements import NewStatement, Participant
from article6.store.queries import registries

FOUNDED = datetime(2025, 11, 3, 9, tzinfo=UTC)
ISSUED = 10_003
HOST, LDC, ABROAD, OTHER = "THA", "RWA", "CHE", "Another holder, Thailand (synthetic)"


def _holding(party: str) -> str:
    return f"Participant of {party} (synthetic)"


def mechanism_stage(name: str, title: str, by: PersonId, parties: Sequence[str]) -> Stage:
    """A stage with the mechanism's own accounts and a participant's account for each Party."""
    stage = Stage(name, title, by, FOUNDED)
    stage.staff(*parties)
    own = {"pending": "Pending", "share_of_proceeds": "Adaptation Fund", "cancellation_omge": "Overall mitigation"}
    stage.open(*(NewAccount(type_, "ADM", text) for type_, text in own.items()))
    stage.open(*(NewAccount("holding", party, _holding(party)) for party in parties))
    return stage


def _activity(stage: Stage, host: str, code: str, statement: Statement, authorization: str | None = None) -> None:
    """An activity with participants of its host and from abroad, and its host Party's statement."""
    issuance.record_activity(NewActivity(code, host, f"Activity {code} (synthetic)"), by=stage.by, now=FOUNDED)
    for party in (host, ABROAD):
        new = Participant(party, f"Participant of {party}", f"Letter {code} of {party} (synthetic)")
        statements.record_participant(
            host, code, new, by=stage.by, now=FOUNDED, key=stage.key(f"participant:{host}:{code}:{party}")
        )
    said = NewStatement(
        host, code, statement, FOUNDED.date(), f"Letter {code} (synthetic)", authorization=authorization
    )
    statements.record_statement(said, by=stage.by, now=FOUNDED, key=stage.key(f"statement:{host}:{code}"))


def _authorize(stage: Stage, code: str) -> None:
    stage.approach(NewApproach("CA0001", "Article 6.4 activities in Thailand (synthetic)", (HOST, ABROAD)), FOUNDED)
    authorizations.record_authorization(
        NewAuthorization(
            code, HOST, "CA0001", date(2025, 11, 3), Purpose.NDC, parties=(ABROAD,), sectors=("Energy generation",)
        ),
        by=stage.by, now=FOUNDED, key=stage.key(f"authorization:{code}"),
    )  # fmt: skip


def _issue(stage: Stage, new: NewA64, step: str) -> Act:
    act = mechanism.issue_a64(new, by=stage.by, now=FOUNDED + HOUR, key=stage.key(step))
    stage.done += [each.transaction_id for each in act.parts]
    return act


def _told(stage: Stage, act: Act) -> None:
    shares = act.shares
    stage.tell(
        _("%(issued)s units: %(sop)s for adaptation, %(omge)s cancelled for overall mitigation, %(rest)s left")
        % {"issued": f"{shares.issued:,}", "sop": shares.sop, "omge": shares.omge, "rest": f"{shares.rest:,}"}
    )


def issuance_of_10003(*, by: PersonId) -> Report:
    """10,003 authorized units: 501 for adaptation, 201 for overall mitigation, both rounded up; the rest forwarded."""
    stage = mechanism_stage("a64", _("Issuance of 10,003 A6.4ERs"), by, (HOST, ABROAD))
    _authorize(stage, "THA A64 1")
    _activity(stage, HOST, "A641", Statement.FULL, "THA A64 1")
    home, abroad = (stage.accounts[_holding(party)] for party in (HOST, ABROAD))
    whole = NewA64(HOST, "A641", ISSUED, 2024, "Supervisory Body 18/1 (synthetic)")

    def forwarding(home_units: int) -> NewA64:
        wanted = (Instruction(home, home_units), Instruction(abroad, 301))
        return NewA64(HOST, "A641", ISSUED, 2024, whole.reference, forwardings=wanted)

    stage.refuses(
        _("Forwarding one unit more than is left"), Code.MECHANISM_INSTRUCTION,
        lambda: mechanism.issue_a64(forwarding(9_001), by=by, now=FOUNDED),
    )  # fmt: skip
    stage.refuses(
        _("Units of an activity without its host Party's statement"), Code.MECHANISM_STATEMENT_MISSING,
        lambda: mechanism.issue_a64(NewA64(HOST, _silent(stage), 10, 2024, "x"), by=by, now=FOUNDED),
    )  # fmt: skip
    batch = BatchAttributes(UnitType.A64ER, vintage_year=2024)
    stage.refuses(
        _("Issuance without an instruction"), Code.TRANSACTION_NOT_ALONE,
        lambda: issuance.issue(
            Issuance(stage.accounts["Pending"], "A64", HOST, 10, batch), by=by, now=FOUNDED
        ),
    )  # fmt: skip
    act = _issue(stage, forwarding(9_000), "issue")
    _told(stage, act)
    first = sum(each.quantity for each in act.parts if each.is_first_transfer)
    stage.tell(
        _("%(units)s units first transferred by it: both shares, and what went abroad") % {"units": f"{first:,}"}
    )
    return stage.report()


def _one_of(act: Act) -> SeriesRange:
    """One of the units forwarded."""
    [first] = [each.first for each in act.parts if each.type == "forwarding"]
    return serials(str((registries.identity() or {})["code"]), HOST, first, first)


def _silent(stage: Stage) -> str:
    code = "A640"
    issuance.record_activity(NewActivity(code, HOST, "Activity without a statement (synthetic)"), by=stage.by,
                             now=FOUNDED)  # fmt: skip
    return code


def issuance_of_an_ldc(*, by: PersonId) -> Report:
    """The same of a least developed country: no share of proceeds, unless it wishes."""
    stage = mechanism_stage("ldc", _("Issuance in a least developed country"), by, (LDC, ABROAD))
    _activity(stage, LDC, "LDC1", Statement.CONTRIBUTION)
    home = stage.accounts[_holding(LDC)]
    reference = "Supervisory Body 18/2 (synthetic)"
    exempt = NewA64(LDC, "LDC1", ISSUED, 2024, reference, forwardings=(Instruction(home, 9_802),))
    _told(stage, _issue(stage, exempt, "issue"))
    given = NewA64(LDC, "LDC1", ISSUED, 2024, reference, opted_in=True, forwardings=(Instruction(home, 9_301),))
    _told(stage, _issue(stage, given, "issue opted in"))
    return stage.report()


def contribution_units_authorized_later(*, by: PersonId) -> Report:
    """Contribution units, authorized later with the shares already taken; refused where one unit has moved since."""
    stage = mechanism_stage("mcu", _("Contribution units authorized later"), by, (HOST, ABROAD))
    _authorize(stage, "THA A64 2")
    _activity(stage, HOST, "MCU1", Statement.CONTRIBUTION)
    stage.open(NewAccount("holding", HOST, OTHER))
    wanted = NewA64(
        HOST, "MCU1", 5_000, 2024, "Supervisory Body 18/3 (synthetic)",
        forwardings=(Instruction(stage.accounts[_holding(HOST)], 4_650),),
    )  # fmt: skip
    act = _issue(stage, wanted, "issue")
    _told(stage, act)
    later = mechanism.authorize_later(
        act.transaction_id, "THA A64 2", reference="Statement of Thailand (synthetic)", by=by, now=FOUNDED + 2 * HOUR,
        key=stage.key("authorize later"),
    )  # fmt: skip
    stage.done += [each.transaction_id for each in later.parts]
    back = sum(each.quantity for each in later.parts if each.is_first_transfer)
    stage.tell(_("All 5,000 authorized later; %(units)s of the shares first transferred by that") % {"units": back})
    moved = _issue(stage, wanted, "issue again")
    stage.alone(stage.order("transfer", _holding(HOST), OTHER, None, _one_of(moved)), HOST, FOUNDED + 3 * HOUR, "move")
    stage.refuses(
        _("Later authorization after one unit was transferred"), Code.MECHANISM_MCU_MOVED,
        lambda: mechanism.authorize_later(
            moved.transaction_id, "THA A64 2", reference="Statement (synthetic)", by=by, now=FOUNDED + 4 * HOUR
        ),
    )  # fmt: skip
    return stage.report()
