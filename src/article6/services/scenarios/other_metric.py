"""Outcomes in another metric than t CO2 eq: megawatt hours of renewable electricity. All synthetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from article6.domain.authorizations import Purpose
from article6.domain.metrics import NON_GHG
from article6.domain.orders import Issuance, PersonId
from article6.domain.refusals import Code
from article6.domain.units import BatchAttributes, UnitType
from article6.services import authorizations, issuance
from article6.services.accounts import NewAccount
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.issuance import NewActivity
from article6.services.scenarios.stage import HOUR, Report, Stage

NAME = "other-metric"
FOUNDED = datetime(2025, 10, 1, 9, tzinfo=UTC)
APPROACH, CODE, METRIC = "CA0902", "VUT NZL 1", "MWh of renewable electricity"
SELLER, BUYER, USED = "Generator (synthetic)", "Buyer, New Zealand (synthetic)", "Indicator 2021-2030 (synthetic)"
PLAIN = "Generator, t CO2 eq (synthetic)"


def play(*, by: PersonId) -> Report:
    """Five thousand megawatt hours recorded with their conversion, two thousand transferred, five hundred used."""
    stage = Stage(NAME, _("Outcomes in megawatt hours"), by, FOUNDED)
    stage.staff("VUT", "NZL")
    stage.agree("VUT")
    stage.open(
        NewAccount("holding", "VUT", SELLER, metric=METRIC), NewAccount("holding", "VUT", PLAIN),
        NewAccount("holding", "NZL", BUYER, metric=METRIC),
        NewAccount("retirement", "NZL", USED, metric=METRIC, period_first=2021, period_last=2030),
    )  # fmt: skip
    stage.approach(NewApproach(APPROACH, "New Zealand - Vanuatu (synthetic)", ("VUT", "NZL")), FOUNDED)
    authorizations.record_authorization(
        NewAuthorization(
            CODE, "VUT", APPROACH, date(2025, 10, 1), Purpose.NDC, metric=NON_GHG, metric_unit=METRIC,
            conversion="0.531 t CO2 eq per MWh (synthetic)", sectors=("Energy generation",),
        ),
        by=by, now=FOUNDED, key=stage.key("authorization"),
    )  # fmt: skip
    activity = issuance.record_activity(NewActivity("SOLAR", "VUT", "Solar plant (synthetic)"), by=by, now=FOUNDED)
    batch = BatchAttributes(
        UnitType.MO, activity_id=activity, vintage_year=2024, metric=NON_GHG, metric_unit=METRIC,
        conversion=(531, 1_000), conversion_method="Grid emission factor (synthetic)",
    )  # fmt: skip
    wanted = Issuance(stage.accounts[SELLER], "VUT01", "VUT", 5_000, batch, authorization=CODE)
    stage.refuses(
        _("Megawatt hours without their conversion"), Code.METRIC_INCOMPLETE,
        lambda: issuance.issue(replace(wanted, batch=replace(batch, conversion=None)), by=by, now=FOUNDED),
    )  # fmt: skip
    stage.refuses(
        _("Megawatt hours into an account of t CO2 eq"), Code.ACCOUNT_REFUSES_UNIT,
        lambda: issuance.issue(replace(wanted, target=stage.accounts[PLAIN]), by=by, now=FOUNDED),
    )  # fmt: skip
    issued = issuance.issue(wanted, by=by, now=FOUNDED, key=stage.key("issue"))
    stage.done.append(issued.transaction_id)
    stage.by_two(stage.order("international_transfer", SELLER, BUYER, 2_000), "VUT", FOUNDED + HOUR, "transfer")
    stage.by_two(stage.order("use_ndc", BUYER, USED, 500, use_year=2025), "NZL", FOUNDED + 3 * HOUR, "use")
    stage.tell(
        _("5,000 MWh (2,655 t CO2 eq) recorded, 2,000 first transferred, 500 used towards the other's indicator")
    )
    return stage.report()
