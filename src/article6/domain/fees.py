"""The share of proceeds for administrative expenses: fees, as data, and what they come to. Amounts are whole US cents.

Source: 7/CMA.4 annex I paras 50-58. The amounts are the decision's maxima; the Supervisory Body may set lower ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from article6.domain.parties import party
from article6.domain.refusals import N_, Code, refused


class Fee(StrEnum):
    """What is asked for, and paid for when it is asked for (para 50)."""

    REGISTRATION = "registration"
    INCLUSION = "inclusion"
    ISSUANCE = "issuance"
    RENEWAL = "renewal"
    RENEWAL_COMPONENT = "renewal_component"
    CHANGE = "change"


FEE_TITLES: Mapping[Fee, str] = MappingProxyType(
    {
        Fee.REGISTRATION: N_("Registration of an activity"),
        Fee.INCLUSION: N_("Inclusion of a component activity"),
        Fee.ISSUANCE: N_("Issuance"),
        Fee.RENEWAL: N_("Renewal of a crediting period or programme period"),
        Fee.RENEWAL_COMPONENT: N_("Renewal of a component activity"),
        Fee.CHANGE: N_("Approval of a change after registration"),
    }
)


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """`registration` are tiers: annual tonnes up to and including (None: any more, and programmes), cents."""

    name: str
    registration: tuple[tuple[int | None, int], ...]
    inclusion: int
    issuance_per_unit: int
    change: int

    def registration_fee(self, annual_tonnes: int, *, is_programme: bool) -> int:
        """The tier's fee; a programme of activities pays the highest."""
        for up_to, cents in self.registration:
            if up_to is None or (not is_programme and annual_tonnes <= up_to):
                return cents
        return self.registration[-1][1]


CMA4 = FeeSchedule(
    name="7/CMA.4",
    registration=((15_000, 200_000), (50_000, 600_000), (None, 1_200_000)),
    inclusion=100_000,
    issuance_per_unit=20,
    change=200_000,
)
"""The maxima of 7/CMA.4 annex I paras 51-55."""


@dataclass(frozen=True, slots=True)
class FeeRequest:
    """What a fee is asked for. Units requested for an issuance; annual tonnes where the scale of the activity counts.

    `annual_tonnes_before`, for a change that raises the scale, is the scale whose registration fee was paid.
    """

    fee: Fee
    host: str
    quantity: int | None = None
    annual_tonnes: int | None = None
    annual_tonnes_before: int | None = None
    is_programme: bool = False


@dataclass(frozen=True, slots=True)
class FeeAmount:
    """Lines of an invoice, each a name and cents, before a waiver; `cents` is what is due."""

    lines: tuple[tuple[str, int], ...]
    cents: int
    is_waived: bool


def amount(request: FeeRequest, schedule: FeeSchedule = CMA4) -> FeeAmount:
    """What a request costs; nothing for activities in LDC and SIDS (para 58).

    Raises:
        Refused: unknown Party, or what the fee goes by is missing.
    """
    host = party(request.host)
    if host is None:
        raise refused(Code.PARTY_UNKNOWN, request.host)
    lines = tuple((name, cents) for name, cents in _lines(request, schedule) if cents)
    is_waived = host.ldc or host.sids
    return FeeAmount(lines, 0 if is_waived else sum(cents for _, cents in lines), is_waived)


def _lines(request: FeeRequest, schedule: FeeSchedule) -> list[tuple[str, int]]:
    if request.fee is Fee.ISSUANCE:
        return [(request.fee, _given(request, request.quantity, "quantity") * schedule.issuance_per_unit)]
    if request.fee in (Fee.INCLUSION, Fee.RENEWAL_COMPONENT):
        return [(request.fee, schedule.inclusion)]
    if request.fee in (Fee.REGISTRATION, Fee.RENEWAL):
        return [(request.fee, _registration(request, request.annual_tonnes, schedule))]
    lines = [(str(request.fee), schedule.change)]
    if request.annual_tonnes_before is not None and request.annual_tonnes is not None:
        paid = _registration(request, request.annual_tonnes_before, schedule)
        lines.append(("higher_tier", max(0, _registration(request, request.annual_tonnes, schedule) - paid)))
    return lines


def _registration(request: FeeRequest, annual_tonnes: int | None, schedule: FeeSchedule) -> int:
    if request.is_programme:
        return schedule.registration_fee(0, is_programme=True)
    return schedule.registration_fee(_given(request, annual_tonnes, "annual_tonnes"), is_programme=False)


def _given(request: FeeRequest, value: int | None, name: str) -> int:
    if value is None or value < 1:
        raise refused(Code.REQUEST_MALFORMED, request.fee, f"{name}: a whole number from 1")
    return value
