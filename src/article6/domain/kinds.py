"""The kinds of registry, as data: who may hold what, what may go where, what is terminal, what needs four eyes.

Nothing here is code that decides; `rules` reads these tables, and so do the manual and the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from article6.domain.authorizations import Event
from article6.domain.refusals import N_
from article6.domain.units import UnitType


class Kind(StrEnum):
    """What a registry is for."""

    PARTY = "party"
    INTERNATIONAL = "international"
    MECHANISM = "mechanism"
    CREDITING = "crediting"


class Role(StrEnum):
    """What a person may do in a section."""

    ADMINISTRATOR = "administrator"
    REPRESENTATIVE = "representative"
    APPROVER = "approver"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class AccountType:
    """`code` is ours, `number` the Kyoto account type that appears in account numbers (standards.md 7.1.3)."""

    code: str
    number: int
    title: str
    holds: frozenset[UnitType]
    is_terminal: bool = False


@dataclass(frozen=True, slots=True)
class TransactionType:
    """A type of transaction.

    `sources` and `targets` are account type codes; an issuance has no sources. `crosses` says whether the two accounts
    stand in different sections. `terms` are particulars that must be given. `four_eyes` True: always decided by a
    second person; otherwise only where the source account asks for it. `event` and `also` are what happens, as far as
    the first transfer is concerned. `lays` True: the authorization named in the terms is laid on units that stay where
    they are. `levied` True: it takes units authorized or not. `composed` True: part of a larger act, never asked for
    alone, and judged with it.
    """

    code: str
    title: str
    sources: frozenset[str]
    targets: frozenset[str]
    event: Event = Event.NONE
    crosses: bool = False
    four_eyes: bool = False
    terms: tuple[str, ...] = ()
    proposers: frozenset[Role] = frozenset({Role.REPRESENTATIVE, Role.ADMINISTRATOR})
    source_clause: str = ""
    also: frozenset[Event] = frozenset()
    lays: bool = False
    levied: bool = False
    composed: bool = False

    @property
    def events(self) -> frozenset[Event]:
        return self.also | {self.event}


@dataclass(frozen=True, slots=True)
class KindRules:
    """All that differs between kinds of registry."""

    kind: Kind
    title: str
    units: frozenset[UnitType]
    accounts: Mapping[str, AccountType]
    transactions: Mapping[str, TransactionType]
    identifier_format: str


_ADMIN = frozenset({Role.ADMINISTRATOR})
_ARTICLE6 = frozenset({UnitType.MO, UnitType.ITMO, UnitType.A64ER})
_KYOTO = frozenset({UnitType.CER, UnitType.TCER, UnitType.LCER})
_A64 = frozenset({UnitType.A64ER})
_MECHANISM = frozenset({UnitType.A64ER, UnitType.CER})


def _accounts(*types: AccountType) -> Mapping[str, AccountType]:
    return MappingProxyType({each.code: each for each in types})


def _transactions(*types: TransactionType) -> Mapping[str, TransactionType]:
    return MappingProxyType({each.code: each for each in types})


def _one(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def _tracking_accounts(units: frozenset[UnitType], adjusted: frozenset[UnitType]) -> tuple[AccountType, ...]:
    """`adjusted` are the units that may be cancelled for OIMP and for OMGE."""
    return (
        AccountType("holding", 100, N_("Holding account"), units),
        AccountType("retirement", 300, N_("Retirement account: use towards the NDC"), units, True),
        AccountType(
            "cancellation_oimp", 230, N_("Cancellation for other international mitigation purposes"), adjusted, True
        ),
        AccountType(
            "cancellation_omge", 250, N_("Cancellation for overall mitigation in global emissions"), adjusted, True
        ),
        AccountType("cancellation_voluntary", 280, N_("Voluntary cancellation for other purposes"), units, True),
        AccountType("cancellation_administrative", 260, N_("Administrative cancellation"), units, True),
    )


def _tracking_transactions(holding: str = "holding") -> tuple[TransactionType, ...]:
    return (
        TransactionType(
            "authorization", N_("Authorization of units"), _one(holding), _one(holding), Event.AUTHORIZATION,
            terms=("authorization",), proposers=_ADMIN, source_clause="2/CMA.3 annex para 18(g); 4/CMA.6 paras 2-5",
            lays=True,
        ),
        TransactionType(
            "authorization_withdrawal", N_("Withdrawal of an authorization"), _one(holding), _one(holding),
            Event.AUTHORIZATION_WITHDRAWAL, terms=("authorization", "reason"), proposers=_ADMIN,
            source_clause="4/CMA.6 paras 7-9",
        ),
        TransactionType(
            "transfer", N_("Transfer"), _one(holding), _one(holding), source_clause="2/CMA.3 annex para 29"
        ),
        TransactionType(
            "international_transfer", N_("International transfer"), _one(holding), _one(holding),
            Event.INTERNATIONAL_TRANSFER, crosses=True, four_eyes=True, source_clause="2/CMA.3 annex para 2(a)",
        ),
        TransactionType(
            "use_ndc", N_("Use towards the NDC"), _one(holding), _one("retirement"), Event.USE_NDC, four_eyes=True,
            terms=("use_year",), source_clause="2/CMA.3 annex paras 1(d), 8(b)",
        ),
        TransactionType(
            "cancellation_oimp", N_("Cancellation for other international mitigation purposes"), _one(holding),
            _one("cancellation_oimp"), Event.USE_OR_CANCELLATION_OIMP, four_eyes=True, terms=("purpose",),
            source_clause="2/CMA.3 annex paras 1(f), 2(b)",
        ),
        TransactionType(
            "cancellation_omge", N_("Cancellation for overall mitigation in global emissions"), _one(holding),
            _one("cancellation_omge"), Event.CANCELLATION_OMGE, four_eyes=True,
            source_clause="2/CMA.3 annex para 39; 4/CMA.6 para 17",
        ),
        TransactionType(
            "cancellation_voluntary", N_("Voluntary cancellation for other purposes"), _one(holding),
            _one("cancellation_voluntary"), four_eyes=True, source_clause="2/CMA.3 annex para 20(a)",
        ),
        TransactionType(
            "cancellation_administrative", N_("Administrative cancellation"), _one(holding),
            _one("cancellation_administrative"), four_eyes=True, terms=("reason",), proposers=_ADMIN,
            source_clause="6/CMA.4 annex I para 17",
        ),
    )  # fmt: skip


_ISSUE_MO = TransactionType(
    "issuance", N_("Issuance of mitigation outcomes"), frozenset(), _one("holding"), Event.ISSUANCE, proposers=_ADMIN,
    source_clause="4/CMA.6 paras 50-53",
)  # fmt: skip

CREDITING = KindRules(
    Kind.CREDITING,
    N_("Registry of a crediting programme"),
    _KYOTO,
    _accounts(
        AccountType("pending", 110, N_("Pending account"), _KYOTO),
        AccountType("holding", 100, N_("Holding account"), _KYOTO),
        AccountType("cancellation_voluntary", 230, N_("Voluntary cancellation account"), _KYOTO, True),
        AccountType("cancellation_administrative", 260, N_("Administrative cancellation account"), _KYOTO, True),
    ),
    _transactions(
        TransactionType("issuance", N_("Issuance"), frozenset(), _one("pending"), Event.ISSUANCE, proposers=_ADMIN,
                        source_clause="3/CMP.1 annex para 66"),
        TransactionType("forwarding", N_("Forwarding"), _one("pending"), _one("holding"), crosses=True,
                        proposers=_ADMIN,
                        source_clause="3/CMP.1 annex para 66(b)"),
        TransactionType("transfer", N_("Transfer"), _one("holding"), _one("holding")),
        TransactionType("cancellation_voluntary", N_("Voluntary cancellation"), _one("holding"),
                        _one("cancellation_voluntary")),
        TransactionType("cancellation_administrative", N_("Administrative cancellation"), _one("holding", "pending"),
                        _one("cancellation_administrative"), four_eyes=True, terms=("reason",), proposers=_ADMIN),
    ),
    "cdm",
)  # fmt: skip

INTERNATIONAL = KindRules(
    Kind.INTERNATIONAL,
    N_("International registry"),
    _ARTICLE6,
    _accounts(*_tracking_accounts(_ARTICLE6, _ARTICLE6)),
    _transactions(_ISSUE_MO, *_tracking_transactions()),
    "itmo",
)

PARTY = KindRules(
    Kind.PARTY,
    N_("Registry of a participating Party"),
    _ARTICLE6,
    _accounts(*_tracking_accounts(_ARTICLE6, _ARTICLE6)),
    _transactions(_ISSUE_MO, *_tracking_transactions()),
    "itmo",
)


def _later(code: str, title: str, where: frozenset[str], event: Event, *also: Event) -> TransactionType:
    """A type by which an authorization is laid on contribution units after their issuance, where they stand."""
    return TransactionType(
        code, title, where, where, event, terms=("authorization", "issuance"), proposers=_ADMIN,
        source_clause="6/CMA.6 paras 12, 14", also=frozenset(also), lays=True, composed=True,
    )  # fmt: skip


_OF_MECHANISM = (
    TransactionType(
        "issuance", N_("Issuance"), frozenset(), _one("pending"), Event.ISSUANCE, proposers=_ADMIN,
        source_clause="3/CMA.3 annex para 54; 7/CMA.4 annex I paras 37-38", composed=True,
    ),
    TransactionType(
        "take_over", N_("Certified emission reductions taken over from the CDM registry"), frozenset(),
        _one("holding", "share_of_proceeds"), proposers=_ADMIN, source_clause="7/CMA.4 annex I paras 18-19",
        composed=True,
    ),
    TransactionType(
        "share_of_proceeds", N_("Share of proceeds for adaptation"), _one("pending"), _one("share_of_proceeds"),
        Event.TRANSFER_ADAPTATION_FUND, terms=("issuance",), proposers=_ADMIN,
        source_clause="3/CMA.3 annex para 58; 7/CMA.4 annex I para 39", levied=True, composed=True,
    ),
    TransactionType(
        "cancellation_omge", N_("Cancellation for overall mitigation in global emissions"), _one("pending"),
        _one("cancellation_omge"), Event.CANCELLATION_OMGE, terms=("issuance",), proposers=_ADMIN,
        source_clause="3/CMA.3 annex paras 59, 69; 7/CMA.4 annex I para 40", levied=True, composed=True,
    ),
    TransactionType(
        "forwarding", N_("Forwarding"), _one("pending"), _one("holding"), crosses=True, terms=("issuance",),
        proposers=_ADMIN, source_clause="3/CMA.3 annex para 60; 7/CMA.4 annex I para 41", composed=True,
    ),
    TransactionType(
        "forwarding_international", N_("Forwarding to another Party"), _one("pending"), _one("holding"),
        Event.INTERNATIONAL_TRANSFER, crosses=True, terms=("issuance",), proposers=_ADMIN,
        source_clause="3/CMA.3 annex para 60; 7/CMA.4 annex I paras 36, 41", composed=True,
    ),
    TransactionType(
        "transfer_proceeds", N_("Transfer of the share of proceeds by the Adaptation Fund"), _one("share_of_proceeds"),
        _one("holding"), Event.INTERNATIONAL_TRANSFER, crosses=True, four_eyes=True,
        source_clause="7/CMA.4 annex I para 60",
    ),
    _later(
        "authorization_later", N_("Later authorization of contribution units"), _one("pending", "holding"),
        Event.AUTHORIZATION, Event.ISSUANCE,
    ),
    _later(
        "authorization_later_abroad", N_("Later authorization of contribution units in another Party's account"),
        _one("holding"), Event.AUTHORIZATION, Event.ISSUANCE, Event.INTERNATIONAL_TRANSFER,
    ),
    _later(
        "authorization_back_proceeds", N_("Later authorization of the share of proceeds"), _one("share_of_proceeds"),
        Event.TRANSFER_ADAPTATION_FUND,
    ),
    _later(
        "authorization_back_omge", N_("Later authorization of units cancelled for overall mitigation"),
        _one("cancellation_omge"), Event.CANCELLATION_OMGE,
    ),
    *(each for each in _tracking_transactions() if each.code != "cancellation_omge"),
    TransactionType(
        "cancellation_omge_voluntary", N_("Voluntary cancellation towards overall mitigation in global emissions"),
        _one("holding"), _one("cancellation_omge_voluntary"), Event.CANCELLATION_OMGE, four_eyes=True,
        source_clause="3/CMA.3 annex para 70; 7/CMA.4 annex I para 65; 4/CMA.6 para 17",
    ),
)  # fmt: skip

MECHANISM = KindRules(
    Kind.MECHANISM,
    N_("Article 6.4 mechanism registry"),
    _MECHANISM,
    _accounts(
        AccountType("pending", 110, N_("Pending account"), _A64),
        *_tracking_accounts(_MECHANISM, _A64),
        AccountType("share_of_proceeds", 120, N_("Share of proceeds for adaptation"), _MECHANISM),
        AccountType("cancellation_omge_voluntary", 251, N_("Voluntary cancellation towards OMGE"), _A64, True),
    ),
    _transactions(*_OF_MECHANISM),
    "a64er",
)

KINDS: Mapping[Kind, KindRules] = MappingProxyType(
    {each.kind: each for each in (PARTY, INTERNATIONAL, MECHANISM, CREDITING)}
)
