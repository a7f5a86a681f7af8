"""An authorization for part of the units of two holders, given while the units are changing hands. All synthetic."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from article6.domain.authorizations import Purpose
from article6.domain.orders import Issuance, PersonId, TransactionId
from article6.domain.refusals import Code
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorization_acts, authorizations, issuance, transactions
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.issuance import NewActivity
from article6.services.scenarios.stage import HOUR, Report, Stage, serials

NAME = "partial"
FOUNDED = datetime(2025, 9, 1, 9, tzinfo=UTC)
APPROACH, CODE = "CA0901", "GHA SGP 1"
OWNER, TRADER, BUYER, ENDED = "Owner (synthetic)", "Trader (synthetic)", "Buyer, Singapore (synthetic)", "Given up"


def play(*, by: PersonId) -> Report:
    """A thousand units, 300 of them sold on, 50 about to be cancelled; 360 are authorized, wherever they are held."""
    stage = Stage(NAME, _("Authorization of a part while units move"), by, FOUNDED)
    stage.staff("GHA", "SGP")
    stage.agree("GHA")
    stage.open(
        NewAccount("holding", "GHA", OWNER), NewAccount("holding", "GHA", TRADER),
        NewAccount("cancellation_voluntary", "GHA", ENDED), NewAccount("holding", "SGP", BUYER),
    )  # fmt: skip
    stage.approach(NewApproach(APPROACH, "Ghana - Singapore (synthetic)", ("GHA", "SGP")), FOUNDED)
    low = _issue(stage)
    waiting = _move(stage, low)
    _authorize(stage, _serials(low, 601, 960), waiting)
    _go_too_far(stage, _serials(low, 1, 1))
    away = stage.order("international_transfer", TRADER, BUYER, None, _serials(low, 701, 800))
    stage.by_two(away, "GHA", FOUNDED + 8 * HOUR, "transfer")
    stage.tell(_("100 authorized units first transferred to Singapore"))
    return stage.report()


def _issue(stage: Stage) -> int:
    """The first serial of the thousand units."""
    activity = NewActivity("PART", "GHA", "Synthetic activity")
    number = issuance.record_activity(activity, by=stage.by, now=FOUNDED)
    batch = BatchAttributes(UnitType.MO, activity_id=number, vintage_year=2024)
    wanted = Issuance(stage.accounts[OWNER], "GHA01", "GHA", 1_000, batch)
    issued = issuance.issue(wanted, by=stage.by, now=FOUNDED, key=stage.key("issue"))
    stage.done.append(issued.transaction_id)
    return issued.serials.first


def _serials(low: int, first: int, last: int) -> SeriesRange:
    return serials("GHA01", "GHA", low + first - 1, low + last - 1)


def _move(stage: Stage, low: int) -> int:
    """Some units are sold on; the cancellation of some of those waits for its second person: its transaction."""
    sale = stage.order("transfer", OWNER, TRADER, None, _serials(low, 701, 1_000))
    stage.alone(sale, "GHA", FOUNDED + HOUR, "sell")
    ending = stage.order("cancellation_voluntary", TRADER, ENDED, None, _serials(low, 951, 1_000))
    return stage.alone(ending, "GHA", FOUNDED + 2 * HOUR, "give-up")


def _authorize(stage: Stage, covered: SeriesRange, waiting: int) -> None:
    authorizations.record_authorization(
        NewAuthorization(
            CODE, "GHA", APPROACH, date(2025, 9, 1), Purpose.NDC, quantity=360, parties=("SGP",),
            sectors=("Building and construction",),
        ),
        by=stage.by, now=FOUNDED + 3 * HOUR, key=stage.key("authorization"),
    )  # fmt: skip
    stage.refuses(
        _("Authorizing units that wait for the decision on their cancellation"), Code.BLOCK_RESERVED,
        lambda: authorization_acts.authorize_units(CODE, [covered], by=stage.by, now=FOUNDED + 4 * HOUR),
        until="authorize",
    )  # fmt: skip
    transactions.reject(
        TransactionId(waiting), by=stage.people["gha.approver"], now=FOUNDED + 5 * HOUR,
        reason="They are to be authorized", key=stage.key("give-up:reject"),
    )  # fmt: skip
    stage.done += authorization_acts.authorize_units(
        CODE, [covered], by=stage.by, now=FOUNDED + 6 * HOUR, key=stage.key("authorize")
    )
    stage.tell(_("360 of 1,000 units authorized in one act, in two holders' accounts; everybody keeps their serials"))


def _go_too_far(stage: Stage, beyond: SeriesRange) -> None:
    at = FOUNDED + 7 * HOUR
    stage.refuses(
        _("One unit more than the authorization covers"), Code.AUTHORIZATION_CEILING_EXCEEDED,
        lambda: authorization_acts.authorize_units(CODE, [beyond], by=stage.by, now=at),
    )  # fmt: skip
    away = stage.order("international_transfer", OWNER, BUYER, None, beyond)
    stage.refuses(
        _("A unit that is not authorized sent abroad"), Code.UNIT_NOT_AUTHORIZED, stage.propose_as("GHA", away, at)
    )
