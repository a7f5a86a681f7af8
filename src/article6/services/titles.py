"""How units, accounts and transactions are named for people and in answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.identifier_formats import render_range
from article6.domain.identifiers import UnitIdentifier
from article6.domain.kinds import KINDS, Kind
from article6.domain.parties import party
from article6.domain.refusals import Code, refused
from article6.domain.units import KYOTO_UNITS, UnitType
from article6.services import declarations, sight
from article6.store.queries import lookup as queries
from article6.store.queries import registries


def identifiers(batch: Mapping[str, Any], unit_type: str, first: int, last: int) -> tuple[str, str]:
    """The identifiers of the first and last of some units of a batch (or of a block's record, which has the same keys).

    Where a part that the form shows is not recorded, the Party and the serial stand for it; `find` reads both.
    """
    period = batch["attributes"].get("commitment_period")
    try:
        return render_range(
            UnitIdentifier(
                unit_type=UnitType(unit_type),
                registry=batch["registry"],
                party=batch["party"],
                serial_first=first,
                serial_last=last,
                cooperative_approach=batch["cooperative_approach"],
                vintage_year=batch["vintage_year"],
                original_period=period,
                applicable_period=period,
                lulucf=0 if UnitType(unit_type) in KYOTO_UNITS else None,
                project=batch["activity"],
            )
        )
    except ValueError:
        return f"{batch['party']} {first}", f"{batch['party']} {last}"


def account_of(account_id: int | None) -> dict[str, Any] | None:
    """What never changes of an account: number, name, type, type_title, section, party, is_terminal, holder.

    Of an account that is out of sight, on the other side of a transfer, name and holder stay empty.
    """
    if account_id is None:
        return None
    found = queries.account(account_id)
    hidden = {} if sight.shows(found.pop("section_id")) else {"name": "", "holder": ""}
    return {**found, **hidden, "type_title": account_title(found["type"])}


def _kind() -> Kind:
    return _kind_of(queries.database_name())


@lru_cache(maxsize=64)
def _kind_of(_database: str) -> Kind:
    # A registry's kind never changes; that there is no registry yet is not remembered.
    found = registries.identity()
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    return Kind(found["kind"])


def account_title(code: str) -> str:
    """The account type's name, translated."""
    found = KINDS[_kind()].accounts.get(code) or declarations.current(datetime.now(UTC)).rules.accounts.get(code)
    return _(found.title) if found else code


def transaction_title(code: str) -> str:
    """The transaction type's name, translated."""
    found = KINDS[_kind()].transactions.get(code)
    return _(found.title) if found else declarations.current(datetime.now(UTC)).titles.get(code, code)


def account_types() -> list[str]:
    """The types of accounts that this registry has, those that administrators declared included."""
    return [*KINDS[_kind()].accounts, *declarations.current(datetime.now(UTC)).rules.accounts]


def transaction_types() -> list[str]:
    """The types of transactions that this registry has, those that administrators declared included."""
    return [*KINDS[_kind()].transactions, *declarations.current(datetime.now(UTC)).titles]


def party_name(code: str) -> str:
    """The Party's name; the code itself where there is no such Party."""
    found = party(code)
    return found.name if found else code


def shown_terms(terms: Mapping[str, Any] | None) -> dict[str, Any]:
    """The particulars of a transaction for people: without what the ledger keeps for itself."""
    return {name: value for name, value in (terms or {}).items() if name != "digest"}
