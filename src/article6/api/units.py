"""Where a unit is and how it got there."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from article6.api import outputs, problems
from article6.api.access import reading
from article6.api.answers import answer
from article6.api.inputs import PRINTABLE, PartyInPath, RegistryInPath, SerialInPath
from article6.services import lookup

router = Router(auth=reading, tags=["units"])
Identifier = Annotated[
    str,
    Query(min_length=1, max_length=100, pattern=PRINTABLE,
          description="An identifier of any form, a Party and a number (`IN 183,993,600`), or a number."),
]  # fmt: skip


@router.get("/units", response=list[outputs.UnitOut], operation_id="find_units")
def find(request: HttpRequest, identifier: Identifier) -> HttpResponse:
    """The units that an identifier names: none, one, or, of a number alone, one of each series that has it."""
    return answer(lookup.find(identifier))


@router.get("/units/{registry}/{party}/{serial}", response=outputs.UnitOut, operation_id="get_unit")
def get_unit(request: HttpRequest, registry: RegistryInPath, party: PartyInPath, serial: SerialInPath) -> HttpResponse:
    """The unit with this serial of a series: where it is and how it got there."""
    found = lookup.unit(registry, party, serial)
    return problems.unknown(_("There is no such unit.")) if found is None else answer(found)
