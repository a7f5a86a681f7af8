"""What is for administrators and auditors of the registry is refused to others, whichever door they come by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from services.reports import found_portal

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.services import audit, business_rules, declarations, recorded

READS: tuple[Callable[[PersonId], object], ...] = (
    lambda by: declarations.listed(by=by),
    lambda by: business_rules.listed(by=by),
    lambda by: audit.run(by=by),
    lambda by: recorded.invoices(by=by),
)


def test_only_administrators_and_auditors_of_the_registry_inspect(database: object) -> None:
    portal = found_portal()
    for read in READS:
        read(portal.root)
        with pytest.raises(Refused) as refusal:
            read(portal.lea)
        assert Code.PERSON_NOT_PERMITTED in refusal.value.codes
