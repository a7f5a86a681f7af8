"""A proposal that has everything a proposal can have."""

from types import MappingProxyType

from article6.exchange.facts import Proposed, Serials, UnitBlock

SHA256 = "ab" * 32

BATCH = MappingProxyType({
    "unit_type": "ITMO", "cooperative_approach": "CA0001", "activity": "GHA-7", "activity_party": "GHA",
    "vintage_year": 2024, "metric": "GHG", "metric_unit": "",
    "conversion": ("3", "2"), "conversion_method": "measured", "gwp": "AR5",
    "mitigation_type": "Emission reductions", "sectors": ("Energy",), "activity_types": ("Solar", "Wind"),
    "underlying_registry": "VCS", "underlying_series": "A", "underlying_first": str(2**62 - 1),
    "underlying_last": str(2**62),
    "original_serial": "19309-936487628-936491271-VCS-VCU", "attributes": {"efficiency": 0.45, "é": [None, True]},
    "attributes_schema": "cookstove/2",
})  # fmt: skip

AUTHORIZATION = MappingProxyType({
    "party": "GHA", "code": "GHA-AUT-1", "version": 2, "approach": "CA0001", "authorized_on": "2025-03-01",
    "purposes": "NDC and OIMP", "quantity": "1000000", "parties": ("CHE",),
    "entities": ({"name": "Klik", "country": "CHE", "identification": "CHE-1"},),
    "first_transfer_oimp": "authorization", "year_first": 2021, "year_last": 2030,
    "duration": {"ends_on": "2031-01-01", "issue_until": None},
    "scope": {"vintages": (2024,), "serials": ({"registry": "GHA01", "party": "GHA", "first": "1", "last": "900"},)},
    "is_revoked": False,
})  # fmt: skip

PROPOSED = Proposed(
    transfer_id="GHA01-2026-1",
    service="transfer_itmo",
    source_account="GHA-100-1",
    target_account="CHE-100-7",
    quantity=300,
    blocks=(
        UnitBlock(
            serials=Serials("GHA01", "GHA", 1, 100),
            batch=dict(BATCH),
            authorization=("GHA", "GHA-AUT-1", 2),
            first_transferred_at="2026-01-01T00:00:00.000000Z",
            first_transferred_by="GHA01",
            history=(
                {"type": "earlier_actions", "count": "3"},
                {
                    "type": "issue",
                    "at": "2025-12-01T00:00:00.000000Z",
                    "registry": "GHA01",
                    "first": "1",
                    "last": "100",
                },
            ),
            provenance=(SHA256,),
        ),
        UnitBlock(Serials("THA01", "THA", 2**62 - 199, 2**62), {"unit_type": "MO"}),
    ),
    deadline="2026-11-21T12:00:00.000000Z",
    terms={"purpose": "NDC", "acquiring_party": "CHE"},
    authorizations=(dict(AUTHORIZATION),),
    approaches=({"code": "CA0001", "title": "Ghana and Switzerland", "parties": ("GHA", "CHE")},),
    activities=({"party": "GHA", "code": "GHA-7", "attributes": {"stoves": 12.5}},),
    evidence=("e30.e30.AAAA",),
)
