"""The rule for what an entity does with its account."""

from collections.abc import Iterator

from article6.domain.kinds import Role, TransactionType
from article6.domain.orders import Facts, Order
from article6.domain.refusals import Refusal


def holder_is_identified(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """Nothing is debited at the wish of an entity whose identification has lapsed, or that may not act.

    What is the administrator's alone to propose is the registry's act and not the entity's. Accounts whose holder is
    not in the register are not judged.
    """
    if facts.source is None or facts.source.entity is None or facts.today is None:
        return
    if kind.composed or Role.REPRESENTATIVE not in kind.proposers:
        return
    yield from facts.source.entity.refusals(facts.today)
