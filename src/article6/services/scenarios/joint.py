"""A crediting mechanism of two Parties: one issuance divided between them, a buffer, labels, and a lock. All synthetic.

The shape is that of the Joint Crediting Mechanism; no number and no day of it is real.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from django.utils.translation import gettext as _

from article6.domain.crediting import NewCredits, Share
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.refusals import Code
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import crediting, issuance, labels, transactions
from article6.services.accounts import NewAccount
from article6.services.crediting import Credited, NewLock
from article6.services.issuance import NewActivity
from article6.services.labels import NewLabel
from article6.services.scenarios.stage import HOUR, Report, Stage, serials

NAME = "joint"
FOUNDED = datetime(2025, 6, 2, 9, tzinfo=UTC)
ISSUED_AT = datetime(2025, 7, 31, 9, tzinfo=UTC)
HOST, PARTNER, CODE = "MNG", "JPN", "JCR"
BUFFER, GONE, LOCKED, CONVERTED = "Buffer", "Reversals", "Recorded as ITMOs elsewhere", "Converted into ITMOs"
LABEL = "Article 6 Authorized - NDC use"


def _holding(party: str) -> str:
    return f"Share of {party} (synthetic)"


def play(*, by: PersonId) -> Report:
    """Issue and divide, release and cancel from the buffer, label, lock, release and convert."""
    stage = Stage(NAME, _("Credits shared by two Parties"), by, FOUNDED)
    stage.staff(HOST, PARTNER)
    stage.second()
    stage.open(
        *(NewAccount("holding", party, _holding(party)) for party in (HOST, PARTNER)),
        NewAccount("buffer", "ADM", BUFFER), NewAccount("cancellation_administrative", "ADM", GONE),
        NewAccount("locked", PARTNER, LOCKED), NewAccount("converted", PARTNER, CONVERTED),
    )  # fmt: skip
    act = _issue(stage)
    _buffer(stage)
    _label(stage, act)
    _lock(stage, act)
    return stage.report()


def _issue(stage: Stage) -> Credited:
    activity = NewActivity("MN001", HOST, "Solar power plant (synthetic)", methodology="MN-AM003")
    issuance.record_activity(activity, by=stage.by, now=FOUNDED)

    def wanted(host: Fraction) -> NewCredits:
        shares = (
            Share(stage.accounts[_holding(HOST)], ratio=host, issued_on=date(2025, 7, 10)),
            Share(stage.accounts[_holding(PARTNER)], ratio=Fraction(2, 3), issued_on=date(2025, 7, 24)),
        )
        return NewCredits(
            "Joint crediting (synthetic)", HOST, "MN001", 10_003, 2024, date(2024, 1, 1), date(2024, 12, 31),
            "Joint Committee 12 (synthetic)", shares, buffer_percent=Fraction(5),
        )  # fmt: skip

    stage.refuses(
        _("A division that does not add up"), Code.CREDITING_DIVISION,
        lambda: crediting.issue(wanted(Fraction(1, 4)), by=stage.by, now=ISSUED_AT),
    )  # fmt: skip
    batch = BatchAttributes(UnitType.CREDIT, vintage_year=2024)
    stage.refuses(
        _("Credits issued beside the programme's rules"), Code.TRANSACTION_WRONG_ACCOUNTS,
        lambda: issuance.issue(
            Issuance(stage.accounts[_holding(HOST)], CODE, HOST, 10, batch), by=stage.by, now=ISSUED_AT
        ),
    )  # fmt: skip
    act = crediting.issue(wanted(Fraction(1, 3)), by=stage.by, now=ISSUED_AT, key=stage.key("issue"))
    stage.done += [each.transaction_id for each in act.parts]
    host, partner, buffer = (each.quantity for each in act.parts)
    stage.tell(
        _("10,003 units in one act: %(host)s to the host Party, %(partner)s to its partner a fortnight later, "
          "%(buffer)s withheld; nothing lost to rounding")
        % {"host": f"{host:,}", "partner": f"{partner:,}", "buffer": buffer}
    )  # fmt: skip
    return act


def _buffer(stage: Stage) -> None:
    at = ISSUED_AT + 2 * HOUR
    stage.refuses(
        _("Buffer credits taken out by a holder's representative"), Code.PERSON_NOT_PERMITTED,
        stage.propose_as(HOST, stage.order("buffer_release", BUFFER, _holding(HOST), 1, reason="Mine"), at),
    )  # fmt: skip
    for type_, target, quantity, reason in (
        ("buffer_release", _holding(HOST), 100, "No reversal (synthetic)"),
        ("buffer_cancellation", GONE, 50, "Reversal (synthetic)"),
    ):
        order = stage.order(type_, BUFFER, target, quantity, reason=reason)
        outcome = transactions.propose(order, by=stage.by, now=at, key=stage.key(type_))
        stage.done.append(outcome.transaction_id)
        stage.approve(outcome.transaction_id, "ADM", at + HOUR, type_)
    stage.tell(_("100 buffer credits released, 50 cancelled, each with a reason and by two people"))


def _label(stage: Stage, act: Credited) -> None:
    at = ISSUED_AT + 5 * HOUR
    partner = act.parts[1]
    given = NewLabel(LABEL, "Letter of authorization 7 (synthetic)", at.date(), batch=partner.batch_id)
    labels.state(given, by=stage.by, now=at, key=stage.key("label"))
    few = serials(CODE, HOST, partner.first, partner.first + 99)
    taken = NewLabel(LABEL, "Letter 8 (synthetic)", at.date(), (few,), stands=False)
    labels.state(taken, by=stage.by, now=at + HOUR, key=stage.key("label withdrawn"))
    stage.refuses(
        _("A label withdrawn where it does not stand"), Code.LABEL_NOT_IN_FORCE,
        lambda: labels.state(taken, by=stage.by, now=at + 2 * HOUR),
    )  # fmt: skip
    stage.tell(_("A label put on the partner's credits, and taken from 100 of them by a later statement"))


def _lock(stage: Stage, act: Credited) -> None:
    at, partner = ISSUED_AT + 9 * HOUR, act.parts[1]
    units = serials(CODE, HOST, partner.first + 100, partner.first + 1_099)
    new = NewLock(stage.accounts[_holding(PARTNER)], "JPN01", "CA0042, block 1 (synthetic)", ranges=(units,))
    by = stage.people[f"{PARTNER.lower()}.representative"]
    lock = crediting.lock(new, by=by, now=at, key=stage.key("lock")).transaction_id
    stage.done.append(lock)
    stage.refuses(
        _("Locked credits transferred"), Code.BLOCK_LOCKED,
        stage.propose_as(PARTNER, Order("transfer", stage.accounts[LOCKED], new.account, None, (units,)), at),
    )  # fmt: skip
    stage.refuses(
        _("Locked credits locked once more"), Code.BLOCK_NOT_HELD,
        lambda: crediting.lock(new, by=by, now=at), until="released",
    )  # fmt: skip
    freed = SeriesRange(units.series_id, units.first, units.first + 99)
    released = crediting.release(
        lock, reason="Struck from the record (synthetic)", ranges=[freed], by=stage.by, now=at + HOUR,
        key=stage.key("released"),
    )  # fmt: skip
    stage.approve(released.transaction_id, PARTNER, at + 2 * HOUR, "released")
    converted = crediting.convert(lock, by=stage.by, now=at + 3 * HOUR, key=stage.key("converted"))
    stage.approve(converted.transaction_id, PARTNER, at + 4 * HOUR, "converted")
    stage.done += [released.transaction_id, converted.transaction_id]
    stage.tell(_("1,000 credits locked for ITMOs elsewhere; 100 released, 900 converted for ever"))
