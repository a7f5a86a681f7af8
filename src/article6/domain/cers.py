"""Certified emission reductions from the CDM registry: which may be taken over, and what they are here.

Source: 3/CMA.3 annex para 75; 7/CMA.4 annex I paras 18-24.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from article6.domain.attribute_schemas import CER_1
from article6.domain.identifier_formats import parse_range
from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import Code, Refusal, refused
from article6.domain.units import BatchAttributes, UnitType

REGISTERED_SINCE = date(2013, 1, 1)
"""The earliest day on which the CDM activity may have been registered (para 75(a))."""


@dataclass(frozen=True, slots=True)
class CerTransfer:
    """Units that the CDM registry hands over: their first and last full Kyoto serial and the receiving account.

    `registered_on` is the day on which their CDM activity was registered.
    """

    first_serial: str
    last_serial: str
    account: str
    registered_on: date
    activity_title: str = ""


def kyoto_block(transfer: CerTransfer) -> UnitIdentifier:
    """The serials of a transfer as one block.

    Raises:
        Refused: a serial is no full Kyoto serial, or the two bound no block.
    """
    try:
        return parse_range(transfer.first_serial, transfer.last_serial, "cdm")
    except ValueError as error:
        named = f"{transfer.first_serial} {transfer.last_serial}"
        raise refused(Code.SERIAL_MALFORMED, named[:100], str(error)) from error


def eligibility_refusals(transfer: CerTransfer, block: UnitIdentifier) -> Iterator[Refusal]:
    """Why units may not be taken over."""
    if block.unit_type is not UnitType.CER:
        yield Refusal(Code.CER_INELIGIBLE, transfer.first_serial, str(block.unit_type))
    if transfer.registered_on < REGISTERED_SINCE:
        yield Refusal(Code.CER_INELIGIBLE, transfer.first_serial, f"registered on {transfer.registered_on}")


def attributes(transfer: CerTransfer, block: UnitIdentifier) -> BatchAttributes:
    """What the units are here: CERs of before 2021, with the serials they had."""
    return BatchAttributes(
        UnitType.CER,
        original_serial=f"{transfer.first_serial} - {transfer.last_serial}",
        attributes={
            "is_pre_2021": True,
            "original_period": block.original_period,
            "applicable_period": block.applicable_period,
            "project_number": block.project,
            "registered_on": transfer.registered_on.isoformat(),
        },
        attributes_schema=CER_1,
    )
