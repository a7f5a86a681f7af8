"""The kinds of registry, as data: who may hold what, what may go where, what is terminal, what needs four eyes.

Nothing here is code that decides; `rules` reads these tables, and so do the manual and the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from article6.domain.authorizations import Event
from article6.domain.refusals import N_
from article6.domain.units import PROGRAMME_UNITS, UnitType


class Kind(StrEnum):
    """What a registry is for."""

    PARTY = "party"
    INTERNATIONAL = "international"
    MECHANISM = "mechanism"
    CREDITING = "crediting"


class Role(StrEnum):
    """What a person may do in a section."""

    ADMINISTRATOR = "administrator"
    PARTY_ADMINISTRATOR = "party_administrator"
    REPRESENTATIVE = "representative"
    APPROVER = "approver"
    AUDITOR = "auditor"
    REVIEWER = "reviewer"
    TRUSTEE = "trustee"
    SECRETARIAT = "secretariat"


@dataclass(frozen=True, slots=True)
class AccountType:
    """`code` is ours, `number` the Kyoto account type that appears in account numbers (standards.md 7.1.3).

    `is_administrators` True: it stands in the administrator's section and nowhere else. `is_exchanges` True: it is
    opened by the exchange between registries, one for a peer, and nothing else debits or credits it.
    """

    code: str
    number: int
    title: str
    holds: frozenset[UnitType]
    is_terminal: bool = False
    is_administrators: bool = False
    is_exchanges: bool = False


@dataclass(frozen=True, slots=True)
class TransactionType:
    """A type of transaction.

    `sources` and `targets` are account type codes; an issuance has no sources. `crosses` says whether the two accounts
    stand in different sections, None that they may or may not. `terms` are particulars that must be given, `options`
    further ones that reports know. `four_eyes` True: always decided by a second person; otherwise only where the source
    account asks for it. `event` and `also` are what happens, as far as the first transfer is concerned. `lays` True:
    the authorization named in the terms is laid on units that stay where they are. `levied` True: it takes units
    authorized or not. `composed` True: part of a larger act, never asked for alone, and judged with it. `guided` True:
    asked for through its own act only, which names the units; decided by a second person like any other.
    `reaches_blocked` True: also out of and into accounts that are blocked.
    """

    code: str
    title: str
    sources: frozenset[str]
    targets: frozenset[str]
    event: Event = Event.NONE
    crosses: bool | None = False
    four_eyes: bool = False
    terms: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    proposers: frozenset[Role] = frozenset({Role.REPRESENTATIVE, Role.ADMINISTRATOR})
    source_clause: str = ""
    also: frozenset[Event] = frozenset()
    lays: bool = False
    levied: bool = False
    composed: bool = False
    reaches_blocked: bool = False
    guided: bool = False

    @property
    def events(self) -> frozenset[Event]:
        return self.also | {self.event}

    @property
    def is_act_of_a_party(self) -> bool:
        """Whether it is what a Party does with its authorization, wherever the units stand; no debit of them."""
        return self.lays or self.event is Event.AUTHORIZATION_WITHDRAWAL

    @property
    def stands_alone(self) -> bool:
        """Whether it is asked for by itself, and not as part of a larger act or through its own."""
        return not (self.composed or self.guided)


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
_OF_PARTY = frozenset({Role.ADMINISTRATOR, Role.PARTY_ADMINISTRATOR})
_ARTICLE6 = frozenset({UnitType.MO, UnitType.ITMO, UnitType.A64ER})
_KYOTO = frozenset({UnitType.CER, UnitType.TCER, UnitType.LCER})
_CREDITS = frozenset({UnitType.CREDIT})
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


_FUND = ("adaptation_fund", 120, N_("Account of the Adaptation Fund"))


def _of_the_fund(holding: str, fund: str) -> tuple[TransactionType, ...]:
    return (
        TransactionType(
            "transfer_adaptation", N_("Voluntary contribution to adaptation: transfer to the Adaptation Fund"),
            _one(holding), _one(fund), Event.TRANSFER_ADAPTATION_FUND, crosses=True, four_eyes=True,
            source_clause="2/CMA.3 annex para 37; 4/CMA.6 para 16",
        ),
        TransactionType(
            "transfer_proceeds", N_("Transfer of units by the Adaptation Fund"), _one(fund), _one(holding),
            Event.INTERNATIONAL_TRANSFER, crosses=True, four_eyes=True, proposers=frozenset({Role.TRUSTEE}),
            source_clause="2/CMA.3 annex para 37; 7/CMA.4 annex I para 60",
        ),
    )  # fmt: skip


def _tracking_transactions(holding: str = "holding", fund: str = _FUND[0]) -> tuple[TransactionType, ...]:
    """`fund` is the type of the account that the Adaptation Fund has."""
    return (
        *_of_the_fund(holding, fund),
        TransactionType(
            "authorization", N_("Authorization of units"), _one(holding), _one(holding), Event.AUTHORIZATION,
            terms=("authorization",), proposers=_OF_PARTY, source_clause="2/CMA.3 annex para 18(g); 4/CMA.6 paras 2-5",
            lays=True,
        ),
        TransactionType(
            "authorization_withdrawal", N_("Withdrawal of an authorization"), _one(holding), _one(holding),
            Event.AUTHORIZATION_WITHDRAWAL, terms=("authorization", "reason"), proposers=_OF_PARTY,
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
            options=("beneficiary", "entity"),
            source_clause="2/CMA.3 annex paras 1(f), 2(b)",
        ),
        TransactionType(
            "cancellation_omge", N_("Cancellation for overall mitigation in global emissions"), _one(holding),
            _one("cancellation_omge"), Event.CANCELLATION_OMGE, four_eyes=True,
            source_clause="2/CMA.3 annex para 39; 4/CMA.6 para 17",
        ),
        TransactionType(
            "cancellation_voluntary", N_("Voluntary cancellation for other purposes"), _one(holding),
            _one("cancellation_voluntary"), four_eyes=True, options=("purpose", "beneficiary", "entity"),
            source_clause="2/CMA.3 annex para 20(a)",
        ),
        TransactionType(
            "cancellation_administrative", N_("Administrative cancellation"), _one(holding),
            _one("cancellation_administrative"), four_eyes=True, terms=("reason",), proposers=_ADMIN,
            source_clause="6/CMA.4 annex I para 17",
        ),
    )  # fmt: skip


ELSEWHERE = "elsewhere"
"""The type of account in which units stand that another registry holds."""

HELD_FOR = "held_for"
"""The type of account in which units stand whose amounts another registry was told: they are the Party's in whose
section it stands, and that registry (its holder) says what is done with them."""

BY_INSTRUCTION = frozenset(
    {"use_ndc", "cancellation_oimp", "cancellation_omge", "cancellation_voluntary", "international_transfer"}
)
"""What the registry that was told of units may have done with them."""

LEAVING, LEAVING_INTERNATIONAL = "transfer_out", "international_transfer_out"
ACQUISITION, RETURN = "acquisition", "transfer_back"
HOLD = "hold"
"""What is proposed while the books of two registries differ, and never completed: its units wait."""

_OF_6_I_9 = "6/CMA.4 annex I paras 9-10"


def _elsewhere(units: frozenset[UnitType]) -> AccountType:
    return AccountType(
        ELSEWHERE, 190, N_("Held in another registry"), units, is_administrators=True, is_exchanges=True
    )  # fmt: skip


def _also_held(*types: TransactionType) -> tuple[TransactionType, ...]:
    """The types with what is done by instruction reaching units that are held for a Party too."""
    return tuple(
        replace(each, sources=each.sources | {HELD_FOR}) if each.code in BY_INSTRUCTION else each for each in types
    )


def _exchange(*, international: bool, clause: str = _OF_6_I_9, holds: bool = False) -> tuple[TransactionType, ...]:
    """What goes to and comes from other registries. What leaves waits for a second person, and then for the peer.

    `holds` True: units whose amounts alone are told go no further than to an account held for their Party.
    """
    holding, elsewhere = _one("holding"), _one(ELSEWHERE)
    leaving = TransactionType(
        LEAVING,
        N_("Transfer to the same Party's account in another registry"),
        holding,
        elsewhere,
        crosses=True,
        four_eyes=True,
        terms=("transfer", "account"),
        source_clause=clause,
        guided=True,
    )
    abroad = replace(
        leaving,
        code=LEAVING_INTERNATIONAL,
        title=N_("International transfer to another registry"),
        targets=elsewhere | {HELD_FOR} if holds else elsewhere,
        event=Event.INTERNATIONAL_TRANSFER,
        source_clause=f"2/CMA.3 annex para 2(a); {clause}",
    )
    return (
        leaving,
        *((abroad,) if international else ()),
        TransactionType(
            ACQUISITION, N_("Acquisition from another registry"), frozenset(), holding, terms=("transfer",),
            proposers=_ADMIN, source_clause=clause, composed=True, reaches_blocked=True,
        ),
        TransactionType(
            RETURN, N_("Acquisition from another registry of units that left"), elsewhere, holding, crosses=True,
            terms=("transfer",), proposers=_ADMIN, source_clause=clause, composed=True, reaches_blocked=True,
        ),
        TransactionType(
            HOLD, N_("Blocked while the books of two registries differ"), holding, holding,
            terms=("reconciliation", "peer"), proposers=_ADMIN, source_clause=_OF_6_I_9, four_eyes=True, composed=True,
        ),
    )  # fmt: skip


def _corrections(*movable: str) -> tuple[TransactionType, ...]:
    """What corrects, as part of a case: `movable` are the account types that are not final."""
    return (
        TransactionType(
            "correction", N_("Correction"), _one(*movable), _one(*movable), crosses=None, four_eyes=True,
            terms=("case", "reason"), proposers=_ADMIN, source_clause="6/CMA.4 annex I para 17(c)", composed=True,
            reaches_blocked=True,
        ),
        TransactionType(
            "cancellation_corrective", N_("Administrative cancellation by corrective action"), _one(*movable),
            _one("cancellation_administrative"), four_eyes=True, terms=("case", "reason"), proposers=_ADMIN,
            source_clause="6/CMA.4 annex I para 17(c); 7/CMA.4 annex I para 32(i)", composed=True,
        ),
    )  # fmt: skip


_ISSUE_MO = TransactionType(
    "issuance", N_("Issuance of mitigation outcomes"), frozenset(), _one("holding"), Event.ISSUANCE,
    proposers=_OF_PARTY, source_clause="4/CMA.6 paras 50-53",
)  # fmt: skip

_OF_PROGRAMMES = (
    TransactionType(
        "programme_issuance", N_("Issuance of credits"), frozenset(), _one("holding"), Event.ISSUANCE,
        proposers=_ADMIN, composed=True,
    ),
    TransactionType(
        "buffer_withholding", N_("Issuance of credits withheld for the buffer"), frozenset(), _one("buffer"),
        Event.ISSUANCE, proposers=_ADMIN, composed=True,
    ),
    TransactionType(
        "buffer_release", N_("Release from the buffer"), _one("buffer"), _one("holding"), crosses=True, four_eyes=True,
        terms=("reason",), proposers=_ADMIN,
    ),
    TransactionType(
        "buffer_cancellation", N_("Cancellation of buffer credits"), _one("buffer"),
        _one("cancellation_administrative"), four_eyes=True, terms=("reason",), proposers=_ADMIN,
    ),
    TransactionType(
        "lock", N_("Lock: recorded as ITMOs elsewhere"), _one("holding"), _one("locked"),
        terms=("itmo_registry", "itmo_record"), source_clause="6/CMA.4 annex I paras 4, 18",
    ),
    TransactionType(
        "lock_release", N_("Release of locked credits"), _one("locked"), _one("holding"), four_eyes=True,
        terms=("lock", "reason"), proposers=_ADMIN, guided=True,
    ),
    TransactionType(
        "conversion", N_("Conversion of locked credits into ITMOs"), _one("locked"), _one("converted"), four_eyes=True,
        terms=("lock", "itmo_registry", "itmo_record"), proposers=_ADMIN, guided=True,
        source_clause="6/CMA.4 annex I paras 4, 18",
    ),
)  # fmt: skip

CREDITING = KindRules(
    Kind.CREDITING,
    N_("Registry of a crediting programme"),
    PROGRAMME_UNITS,
    _accounts(
        AccountType("pending", 110, N_("Pending account"), _KYOTO),
        AccountType("holding", 100, N_("Holding account"), PROGRAMME_UNITS),
        AccountType("buffer", 130, N_("Buffer account"), _CREDITS, is_administrators=True),
        AccountType("locked", 140, N_("Locked: recorded as ITMOs elsewhere"), _CREDITS),
        AccountType("converted", 270, N_("Converted into ITMOs"), _CREDITS, True),
        AccountType("cancellation_voluntary", 230, N_("Voluntary cancellation account"), PROGRAMME_UNITS, True),
        AccountType(
            "cancellation_administrative", 260, N_("Administrative cancellation account"), PROGRAMME_UNITS, True
        ),
        _elsewhere(PROGRAMME_UNITS),
    ),
    _transactions(
        TransactionType("issuance", N_("Issuance"), frozenset(), _one("pending"), Event.ISSUANCE, proposers=_ADMIN,
                        source_clause="3/CMP.1 annex para 66"),
        TransactionType("forwarding", N_("Forwarding"), _one("pending"), _one("holding"), crosses=True,
                        proposers=_ADMIN,
                        source_clause="3/CMP.1 annex para 66(b)"),
        TransactionType("transfer", N_("Transfer"), _one("holding"), _one("holding")),
        TransactionType("transfer_across", N_("Transfer to another Party's section"), _one("holding"), _one("holding"),
                        crosses=True),
        TransactionType("cancellation_voluntary", N_("Voluntary cancellation"), _one("holding"),
                        _one("cancellation_voluntary")),
        TransactionType("cancellation_administrative", N_("Administrative cancellation"), _one("holding", "pending"),
                        _one("cancellation_administrative"), four_eyes=True, terms=("reason",), proposers=_ADMIN),
        *_OF_PROGRAMMES,
        *_exchange(international=False, clause=f"{_OF_6_I_9}; 7/CMA.4 annex I paras 18-19"),
    ),
    "credit",
)  # fmt: skip

_TRACKING_ACCOUNTS = _accounts(
    *_tracking_accounts(_ARTICLE6, _ARTICLE6),
    AccountType(*_FUND, _ARTICLE6, is_administrators=True),
    _elsewhere(_ARTICLE6),
    AccountType(
        HELD_FOR, 191, N_("Held for a Party whose registry was told the amounts"), _ARTICLE6, is_exchanges=True
    ),
)

_TRACKING_TRANSACTIONS = _transactions(
    _ISSUE_MO, *_also_held(*_tracking_transactions()), *_corrections("holding"),
    *_exchange(international=True, holds=True),
)  # fmt: skip

INTERNATIONAL = KindRules(
    Kind.INTERNATIONAL,
    N_("International registry"),
    _ARTICLE6,
    _TRACKING_ACCOUNTS,
    _TRACKING_TRANSACTIONS,
    "itmo",
)

PARTY = replace(INTERNATIONAL, kind=Kind.PARTY, title=N_("Registry of a participating Party"))


def _later(code: str, title: str, where: frozenset[str], event: Event, *also: Event) -> TransactionType:
    """A type by which an authorization is laid on contribution units after their issuance, where they stand."""
    return TransactionType(
        code, title, where, where, event, terms=("authorization", "issuance"), proposers=_ADMIN,
        source_clause="6/CMA.6 paras 12, 14", also=frozenset(also), lays=True, composed=True,
    )  # fmt: skip


_OF_32_I = "6/CMA.4 annex I para 17; 7/CMA.4 annex I para 32(i)"

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
    *(
        replace(each, sources=_one("holding", "pending", "share_of_proceeds"), source_clause=_OF_32_I)
        if each.code == "cancellation_administrative"
        else each
        for each in _tracking_transactions(fund="share_of_proceeds")
        if each.code != "cancellation_omge"
    ),
    *_corrections("pending", "holding", "share_of_proceeds"),
    *_exchange(international=True, clause=f"{_OF_6_I_9}; 4/CMA.6 para 49; 6/CMA.6 para 17"),
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
        AccountType("pending", 110, N_("Pending account"), _A64, is_administrators=True),
        *_tracking_accounts(_MECHANISM, _A64),
        AccountType(
            "share_of_proceeds", 120, N_("Share of proceeds for adaptation"), _MECHANISM, is_administrators=True
        ),
        AccountType("cancellation_omge_voluntary", 251, N_("Voluntary cancellation towards OMGE"), _A64, True),
        _elsewhere(_A64),
    ),
    _transactions(*_OF_MECHANISM),
    "a64er",
)

KINDS: Mapping[Kind, KindRules] = MappingProxyType(
    {each.kind: each for each in (PARTY, INTERNATIONAL, MECHANISM, CREDITING)}
)
