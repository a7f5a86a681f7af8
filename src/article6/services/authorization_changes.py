"""Changes and revocation of an authorization: first shown, then confirmed, in one database transaction.

A change is a new version. Units that were not first transferred come under it, or lose their authorization where it
covers them no more; those that were first transferred keep the version under which they were, unless its own terms say
that a change may reach back (4/CMA.6 paras 7-9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from article6.domain.authorizations import Authorization
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SeriesRange
from article6.services import authorizations, notices
from article6.services.authorization_acts import post_where_they_stand
from article6.services.authorizations import NewAuthorization
from article6.services.commands import command, once
from article6.services.transactions import TRIES
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import authorizations as queries
from article6.store.queries.authorizations import Standing


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive serials of one series in one account."""

    account: str
    registry: str
    party: str
    first: int
    last: int

    @property
    def quantity(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do to the units under the authorization; `token` stands for exactly this.

    `carried` come under the new version, `withdrawn` lose their authorization, `untouched` were first transferred (or
    are final) and stay as they are, `reached_back` were first transferred and come under the new version because the
    terms say so, `reserved` wait for a decision and stand in the way.
    """

    code: str
    version: int
    carried: tuple[Part, ...]
    withdrawn: tuple[Part, ...]
    untouched: tuple[Part, ...]
    reached_back: tuple[Part, ...]
    reserved: tuple[Part, ...]

    @property
    def token(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The blocks behind a preview."""

    version: Authorization
    carried: tuple[Standing, ...]
    withdrawn: tuple[Standing, ...]
    untouched: tuple[Standing, ...]
    reached_back: tuple[Standing, ...]
    reserved: tuple[Standing, ...]

    def preview(self) -> Preview:
        return Preview(
            self.version.code,
            self.version.version,
            *(
                _parts(each)
                for each in (self.carried, self.withdrawn, self.untouched, self.reached_back, self.reserved)
            ),
        )


def preview_change(
    new: NewAuthorization, *, now: datetime, reach_back: bool = False, by: PersonId | None = None
) -> Preview:
    """What recording this version would change; nothing is written. `by` None is an operator at the shell.

    Raises:
        Refused: every element that is missing, unknown or contradictory; it would reach back against its terms; or `by`
            is no administrator of the Party's section.
    """
    if by is not None:
        authorizations.require_administrator(new.party, by)
    return _plan(authorizations.as_version(new, now.date()), now, reach_back).preview()


def change(
    new: NewAuthorization, *, reason: str, by: PersonId, now: datetime, token: str = "", reach_back: bool = False,
    key: str | None = None,
) -> Authorization:  # fmt: skip
    """Record a version and carry the units over, in one database transaction. `token` is that of the preview agreed to.

    Raises:
        Refused: what the preview refuses; units that a waiting transaction reserves; the ledger no longer stands as the
            preview showed; or `by` is no administrator of the Party's section. Nothing was written.
    """
    given = command(by, key, "change_authorization", [new, reason, reach_back])

    def act() -> Authorization:
        authorizations.require_administrator(new.party, by)
        return _apply(lambda: authorizations.as_version(new, now.date()), reason, given, now, token, reach_back)

    return once(given, act, lambda answer: authorizations.recorded(answer.ids))


def preview_revocation(
    code: str, *, now: datetime, reach_back: bool = False, party: str | None = None, by: PersonId | None = None
) -> Preview:
    """What revoking an authorization would change; nothing is written. `by` None is an operator at the shell.

    `party` says whose, where several have the code.

    Raises:
        Refused: no such authorization, revoked already, it would reach back against its terms, or `by` is no
            administrator of the Party's section.
    """
    version = _revoked(code, now, party)
    if by is not None:
        authorizations.require_administrator(version.party, by)
    return _plan(version, now, reach_back).preview()


def revoke(
    code: str, *, reason: str, by: PersonId, now: datetime, token: str = "", reach_back: bool = False,
    key: str | None = None, party: str | None = None,
) -> Authorization:  # fmt: skip
    """Revoke an authorization: units that were not first transferred lose it, at once and whoever holds them.

    `party` says whose, where several have the code.

    Raises:
        Refused: as `change` does.
    """
    given = command(by, key, "revoke_authorization", [code, reason, reach_back, *([party] if party else [])])

    def act() -> Authorization:
        if not reason:
            raise refused(Code.REQUEST_MALFORMED, code, "give the reason")
        authorizations.require_administrator(_revoked(code, now, party).party, by)
        return _apply(lambda: replace(_revoked(code, now, party), remark=reason), reason, given, now, token, reach_back)

    return once(given, act, lambda answer: authorizations.recorded(answer.ids))


def _revoked(code: str, now: datetime, party: str | None) -> Authorization:
    if party is None:
        latest = queries.authorization_in_force(code)
    else:
        latest = next(reversed(queries.versions(party, code)), None)
    if latest is None:
        raise refused(Code.AUTHORIZATION_UNKNOWN, code)
    if latest.is_revoked:
        raise refused(Code.AUTHORIZATION_REVOKED, code)
    unlasting = replace(latest.duration, ends_on=None)
    return replace(
        latest, id=0, version=latest.version + 1, authorized_on=now.date(), duration=unlasting, is_revoked=True
    )


def _apply(
    version: Callable[[], Authorization], reason: str, given: Command, now: datetime, token: str, reach_back: bool
) -> Authorization:
    for attempt in range(TRIES):
        try:
            with journal.database_transaction():
                return _applied(version(), reason, given, now, token, reach_back)
        except Refused as no:
            if attempt + 1 == TRIES or Code.LEDGER_BUSY not in no.codes:
                raise
    raise refused(Code.LEDGER_BUSY)


def _applied(
    version: Authorization, reason: str, given: Command, now: datetime, token: str, reach_back: bool
) -> Authorization:
    earlier = queries.versions(version.party, version.code)
    if not earlier:
        raise refused(Code.AUTHORIZATION_UNKNOWN, version.code)
    journal.take_turn([earlier[-1].id])
    plan = _plan(version, now, reach_back)
    if token and token != plan.preview().token:
        raise refused(Code.AUTHORIZATION_PREVIEW_OUTDATED, version.code)
    if plan.reserved:
        raise Refused(
            Refusal(Code.BLOCK_RESERVED, f"{each.lot.first}-{each.lot.last}", f"transaction {each.lot.reserved_by}")
            for each in plan.reserved
        )
    quiet, terms = Command(given.person_id), {"authorization": version.code, "reason": reason}
    if plan.withdrawn:
        post_where_they_stand("authorization_withdrawal", _ranges(plan.withdrawn), terms, quiet, now)
    number = authorizations.insert(version, now)
    if onto := (*plan.carried, *plan.reached_back):
        post_where_they_stand("authorization", _ranges(onto), terms, quiet, now)
    told = notices.ChangedAuthorization(version.code, version.party, reason, version.is_revoked)
    notices.authorization_changed(told, (*plan.withdrawn, *onto), now)
    what = "revoked" if version.is_revoked else "changed"
    journal.note(given, f"authorization.{what}", f"authorization:{version.code}:{version.version}", now, [number])
    return authorizations.recorded([number])


def _plan(version: Authorization, now: datetime, reach_back: bool) -> _Plan:
    standing = queries.standing_under(version.party, version.code)
    under = queries.authorizations_by_id(each.lot.authorization_id or 0 for each in standing)
    covered = dict(zip(standing, queries.covered([each.lot for each in standing]), strict=True))
    ends_on = version.duration.ends_on
    has_ended = version.is_revoked or (ends_on is not None and ends_on < now.date())

    def is_covered(each: Standing) -> bool:
        within = version.covers_vintage(each.lot.vintage_year) and not version.outside(covered[each])
        return within and not has_ended

    first = [each for each in standing if each.lot.is_first_transferred and not each.is_final]
    free = [each for each in standing if not each.lot.is_first_transferred and not each.is_final]
    stuck = [each for each in (*free, *(first if reach_back else ())) if each.lot.reserved_by is not None]
    if reach_back:
        against = [each for each in first if not under[each.lot.authorization_id or 0].changes.may_reach_back]
        if against:
            raise Refused(
                Refusal(Code.AUTHORIZATION_WOULD_REACH_BACK, version.code, f"{each.lot.first}-{each.lot.last}")
                for each in against
            )
    return _Plan(
        version,
        carried=tuple(each for each in free if is_covered(each)),
        withdrawn=tuple(each for each in free if not is_covered(each)),
        untouched=tuple(each for each in standing if each.is_final or (each in first and not reach_back)),
        reached_back=tuple(first) if reach_back else (),
        reserved=tuple(stuck),
    )


def _ranges(standing: Iterable[Standing]) -> list[SeriesRange]:
    return [SeriesRange(each.lot.series_id, each.lot.first, each.lot.last) for each in standing]


def _parts(standing: Iterable[Standing]) -> tuple[Part, ...]:
    return tuple(
        Part(each.account, each.registry, each.series_party, each.lot.first, each.lot.last) for each in standing
    )
