"""Later authorization of contribution units, their shares included (6/CMA.6 paras 12-14)."""

from __future__ import annotations

from datetime import datetime

from article6.domain.kinds import KINDS, Kind
from article6.domain.orders import Order, PersonId, TransactionId
from article6.domain.refusals import Code, refused
from article6.domain.serials import SeriesRange
from article6.services import transactions
from article6.services.commands import command, once
from article6.services.mechanism.acts import Act, act_of, begun_anew
from article6.services.statements import require_administrator
from article6.store import journal
from article6.store.queries import mechanism as reading

# By these types contribution units come to where their participants first hold them; any other is a move.
_BEFORE_ANY_TRANSFER = ("issuance", "share_of_proceeds", "cancellation_omge", "forwarding")


def authorize_later(
    issuance_id: TransactionId, code: str, *, reference: str, by: PersonId, now: datetime, key: str | None = None
) -> Act:
    """Authorize contribution units after their issuance, all of it or nothing, shares included (6/CMA.6 paras 12, 14).

    The units forwarded to the Adaptation Fund and those cancelled for OMGE stay where they are and are first
    transferred by this; so are those that stand in another Party's account, where the authorization covers NDCs.
    `reference` names the Party's statement of authorization.

    Raises:
        Refused: not such an issuance, the statement excludes it, or any of its units has moved since; nothing was
            written.
    """
    given = command(by, key, "authorize_later", [issuance_id, code, reference])

    def act() -> Act:
        require_administrator(by)
        if not reference.strip():
            raise refused(Code.MECHANISM_STATEMENT, str(issuance_id), "name the Party's statement of authorization")
        issued = reading.issuance_batches(issuance_id)
        for activity_id in sorted({each["activity_id"] for each in issued}):
            # One after the other: each sees what the one before has authorized.
            journal.wait_for_turn(f"activity:{activity_id}")
        batches = [each for each in issued if _is_contribution(each, issuance_id)]
        if not batches:
            raise refused(Code.MECHANISM_LATER_NOT_ALLOWED, str(issuance_id))
        terms = {"authorization": code, "issuance": issuance_id, "statement": reference}
        ids: list[int] = []
        for batch in batches:
            _has_not_moved(batch["id"])
            ids += _lay(batch, terms, by, now)
            # The units are locked by now: what moved them in the meantime is seen.
            _has_not_moved(batch["id"], *_LATER)
        journal.note(given, "issuance.authorized_later", f"transaction:{issuance_id}", now, ids)
        return act_of(ids)

    late = (Code.BLOCK_NOT_HELD, Code.BLOCK_RESERVED)
    return once(given, lambda: begun_anew(act, *late), lambda answer: act_of(answer.ids))


def _is_contribution(batch: dict[str, int], issuance_id: int) -> bool:
    """Whether a batch has unauthorized units that its host Party may authorize now."""
    if not reading.contribution_units(batch["id"]):
        return False
    statement = reading.statement_version(batch["activity_id"], batch["statement"]) if batch["statement"] else None
    return statement is not None and statement.statement.may_authorize_later


_LATER = tuple(each.code for each in KINDS[Kind.MECHANISM].transactions.values() if each.lays and each.composed)


def _has_not_moved(batch_id: int, *also: str) -> None:
    moved = reading.moved_since(batch_id, (*_BEFORE_ANY_TRANSFER, *also))
    if moved is not None:
        raise refused(Code.MECHANISM_MCU_MOVED, moved)


def _lay(batch: dict[str, int | str], terms: dict[str, object], by: PersonId, now: datetime) -> list[int]:
    """Lay the authorization on the units of a batch, account by account."""
    held: dict[tuple[str, str], list[SeriesRange]] = {}
    for each in reading.contribution_units(int(batch["id"])):
        type_ = _later_type(each["type"], each["party"], str(batch["party"]))
        held.setdefault((type_, each["number"]), []).append(SeriesRange(each["series_id"], each["lo"], each["hi"]))
    orders = [Order(type_, number, number, ranges=tuple(units), terms=terms) for (type_, number), units in held.items()]
    return [transactions.take_part(order, by=by, now=now).transaction_id for order in orders]


def _later_type(account_type: str, holder: str, host: str) -> str:
    if account_type == "share_of_proceeds":
        return "authorization_back_proceeds"
    if account_type == "cancellation_omge":
        return "authorization_back_omge"
    return "authorization_later" if holder in ("", host) else "authorization_later_abroad"
