"""An instruction on each side: what is asked, the order of the ledger that it is there, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from article6.domain.orders import Order, TransactionId
from article6.domain.refusals import Refusal, Refused
from article6.services import naming
from article6.services.naming import NamedSerials

DONE, WAITING, REFUSED = "done", "waiting", "refused"


@dataclass(frozen=True, slots=True)
class NewInstruction:
    """A transaction on an account of the Party's section at a peer: by `quantity`, or by `serials` as the peer has
    them; of units that we were told of, a quantity is of the lowest serials that are free. `terms` are the particulars
    that the type asks for there."""

    peer: str
    party: str
    transaction: str
    source: str
    target: str
    quantity: int | None = None
    serials: tuple[NamedSerials, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an instruction; `transaction_id` None where nothing was written."""

    result: str
    transaction_id: TransactionId | None = None
    objections: tuple[dict[str, Any], ...] = ()


def refused_for(no: Refused) -> Result:
    """Nothing was done, for the reasons that the ledger had."""
    return Result(REFUSED, objections=tuple(told(each) for each in no.reasons))


def told(no: Refusal) -> dict[str, Any]:
    """A refusal as the instructing registry is told of it."""
    return {"code": str(no.code), "subject": no.subject[:200], "detail": no.detail[:500]}


def order_of(data: Mapping[str, Any], peer: str, target: str = "") -> Order:
    """The order that an instruction of a peer is; `target` in place of the account that it names.

    Raises:
        Refused: serials that cannot be read, or of no series that is here.
    """
    ranges = naming.ranges(
        NamedSerials(each["party"], int(each["first"]), int(each["last"]), each["registry"]) for each in data["serials"]
    )
    recorded = {
        "instruction": data["instruction_id"], "instructing_registry": peer, "instructed_by": data["instructed_by"],
        "instruction_approved_by": data["approved_by"],
    }  # fmt: skip
    terms = {name: value for name, value in data["terms"].items() if value}
    return Order(
        data["transaction"], data["source_account"], target or data["target_account"], int(data["quantity"]) or None,
        ranges, terms={**terms, **{name: value for name, value in recorded.items() if value}},
    )  # fmt: skip
