"""What transfers between registries read of the ledger: where serials stand, and all that is to be told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from article6.domain.authorizations import Authorization
from article6.domain.orders import PersonId, TransactionId
from article6.store.database import numbers, records, row, rows
from article6.store.queries.authorizations import AUTHORIZATION, as_authorization

_BATCH = """b.unit_type, c.code AS cooperative_approach, v.code AS activity, v.party AS activity_party, b.vintage_year,
    b.metric, b.metric_unit, b.conversion_numerator, b.conversion_denominator, b.gwp, b.mitigation_type, b.sectors,
    b.activity_types, b.underlying_registry, b.underlying_lo + GREATEST(k.lo, {lo}) - b.lo AS underlying_first,
    b.underlying_lo + LEAST(k.hi, {hi}) - b.lo AS underlying_last, b.original_serial, b.attributes, b.attributes_schema,
    b.underlying_series, b.conversion_method"""

_TOLD = """u.party AS authorization_party, u.code AS authorization_code, u.version AS authorization_version,
    f.decided_at AS marked_at, f.type AS marked_type, told.first_transferred_at AS told_at,
    told.first_transferred_by AS told_by"""

_JOINS = """JOIN batch b ON b.id = k.batch_id
    LEFT JOIN cooperative_approach c ON c.id = b.cooperative_approach_id LEFT JOIN activity v ON v.id = b.activity_id
    LEFT JOIN party_authorization u ON u.id = k.authorization_id
    LEFT JOIN ledger_transaction f ON f.id = k.first_transfer_id
    LEFT JOIN LATERAL (
        SELECT r.first_transferred_at, r.first_transferred_by FROM arrival r
        WHERE r.transaction_id = f.id AND r.series_id = k.series_id AND r.hi >= k.lo AND r.lo <= k.hi
        ORDER BY r.lo LIMIT 1) told ON true"""

STANDING = f"""SELECT k.ord - 1 AS position, k.series_id, GREATEST(k.lo, k.first) AS first, LEAST(k.hi, k.last) AS last,
    a.id AS account_id, a.number AS account, a.type AS account_type, a.holder,
    {_BATCH.format(lo="k.first", hi="k.last")}, {_TOLD}
    FROM ledger_standing(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) k
    JOIN account a ON a.id = k.account_id {_JOINS}
    ORDER BY k.ord, k.hi"""

RESERVED = f"""SELECT s.registry, s.party, k.series_id, k.lo AS first, k.hi AS last, s.top,
    {_BATCH.format(lo="k.lo", hi="k.hi")}, {_TOLD}
    FROM block k JOIN series s ON s.id = k.series_id {_JOINS}
    WHERE k.reserved_by = %s ORDER BY s.registry, s.party, k.hi"""


def standing(serials: Sequence[tuple[str, str, int, int]]) -> list[dict[str, Any]]:
    """Where serials (registry, Party, first, last) stand: `position` in the sequence, the part of it, the account, the
    batch's attributes cut to the part and with codes for ids, its authorization and first transfer. Serials that were
    never here are left out."""
    return records(STANDING, _named(serials))


def reserved(transaction_id: TransactionId) -> list[dict[str, Any]]:
    """The blocks that a proposed transaction reserves, with the same particulars, and the last serial (`top`) of their
    series."""
    return records(RESERVED, (transaction_id,))


def expected(serials: Sequence[tuple[str, str, int, int]]) -> list[tuple[int, str]]:
    """Which of these serials are expected: position in the sequence, and by which transfer."""
    found = rows(
        """SELECT n.ord - 1, e.transfer_id
           FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[])
                WITH ORDINALITY AS n(registry, party, lo, hi, ord)
           CROSS JOIN LATERAL (SELECT x.transfer_id, x.lo FROM expected_units x WHERE x.registry = n.registry
                               AND x.party = n.party AND x.hi >= n.lo ORDER BY x.hi LIMIT 1) e
           WHERE e.lo <= n.hi ORDER BY 1""",
        _named(serials),
    )
    return [(int(position), transfer_id) for position, transfer_id in found]


def _named(serials: Sequence[tuple[str, str, int, int]]) -> tuple[Any, ...]:
    return (
        [each[0] for each in serials],
        [each[1] for each in serials],
        numbers(each[2] for each in serials),
        numbers(each[3] for each in serials),
    )


_FORKS = """SELECT (({serial} >> l) | 1) << l AS fork FROM generate_series(0, 61) l
    WHERE (1::bigint << l) <= r.top"""

HISTORY = f"""SELECT r.ord - 1 AS position, GREATEST(e.lo, r.lo) AS first, LEAST(e.hi, r.hi) AS last, t.id, t.type,
    t.decided_at, e.is_first_transfer, COALESCE(t.terms ->> 'transferring_party', fs.party, '') AS from_party,
    COALESCE(t.terms ->> 'acquiring_party', ts.party, '') AS to_party, COALESCE(u.code, '') AS under
    FROM unnest(%s::integer[], %s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS r(series, lo, hi, top, ord)
    CROSS JOIN LATERAL (
        SELECT n.* FROM entry n WHERE n.series_id = r.series AND n.fork BETWEEN r.lo AND r.hi
        UNION ALL
        SELECT n.* FROM (SELECT x.fork FROM ({_FORKS.format(serial="r.lo")} UNION {_FORKS.format(serial="r.hi")}) x
                         WHERE x.fork NOT BETWEEN r.lo AND r.hi) f
        JOIN entry n ON n.series_id = r.series AND n.fork = f.fork AND n.lo <= r.hi AND n.hi >= r.lo) e
    JOIN ledger_transaction t ON t.id = e.transaction_id
    LEFT JOIN account fa ON fa.id = e.from_id LEFT JOIN section fs ON fs.id = fa.section_id
    JOIN account ta ON ta.id = e.to_id JOIN section ts ON ts.id = ta.section_id
    LEFT JOIN party_authorization u ON u.id = e.authorization_id
    ORDER BY r.ord, t.id, e.lo"""


def history(ranges: Sequence[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    """The journal's lines that touch ranges (series, first, last, last serial of the series), oldest first for each:
    `position` in the sequence, the part of it, type, moment, Parties, authorization (`under`)."""
    return records(HISTORY, tuple(numbers(each[column] for each in ranges) for column in range(4)))


def arrivals(ranges: Sequence[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    """What other registries told of these ranges when units of them came: position, first, last, transaction_id,
    history; oldest first for each."""
    return records(
        """SELECT r.ord - 1 AS position, a.lo AS first, a.hi AS last, a.transaction_id, a.history
           FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS r(series, lo, hi, ord)
           JOIN arrival a ON a.series_id = r.series AND a.hi >= r.lo AND a.lo <= r.hi
           ORDER BY r.ord, a.id""",
        tuple(numbers(each[column] for each in ranges) for column in range(3)),
    )


def authorizations(identities: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str, int], Authorization]:
    """Those of these versions (Party, identifier, version) that are recorded."""
    asked = sorted(set(identities))
    found = records(
        f"""{AUTHORIZATION} JOIN unnest(%s::text[], %s::text[], %s::integer[]) AS w(party, code, version)
            ON w.party = a.party AND w.code = a.code AND w.version = a.version""",
        ([each[0] for each in asked], [each[1] for each in asked], [each[2] for each in asked]),
    )
    known = [as_authorization(each) for each in found]
    return {(each.party, each.code, each.version): each for each in known}


def counted(identities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """Of authorizations (Party, identifier): how many units stand under them, and the ceiling of the latest version."""
    asked = sorted(set(identities))
    found = rows(
        """SELECT c.party, c.code, c.units, (SELECT a.quantity FROM party_authorization a WHERE a.party = c.party
               AND a.code = c.code ORDER BY a.version DESC LIMIT 1)
           FROM unnest(%s::text[], %s::text[]) AS w(party, code)
           JOIN authorization_count c ON c.party = w.party AND c.code = w.code""",
        ([each[0] for each in asked], [each[1] for each in asked]),
    )
    return {(party, code): (int(units), quantity) for party, code, units, quantity in found}


def expected_under(authorizations: Iterable[str]) -> dict[str, int]:
    """Units that are to come under authorizations (Party and identifier, as one text)."""
    found = rows(
        """SELECT under, sum(hi - lo + 1)::bigint FROM expected_units WHERE under = ANY (%s) GROUP BY under""",
        (sorted(set(authorizations)),),
    )
    return {under: int(units) for under, units in found}


def expected_of(transfer_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Units of these transfers that are to come under authorizations: by transfer, by Party and identifier as one
    text."""
    found = rows(
        """SELECT transfer_id, under, sum(hi - lo + 1)::bigint FROM expected_units
           WHERE transfer_id = ANY (%s) AND under <> '' GROUP BY transfer_id, under""",
        (list(transfer_ids),),
    )
    by_transfer: dict[str, dict[str, int]] = {}
    for transfer_id, under, units in found:
        by_transfer.setdefault(transfer_id, {})[under] = int(units)
    return by_transfer


def approaches(codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The cooperative approaches with these codes."""
    found = records(
        """SELECT id, code, title, parties, first_transfer_oimp, remark, sectors, activity_types, metrics, documents
           FROM cooperative_approach WHERE code = ANY (%s)""",
        (sorted(set(codes)),),
    )
    return {each["code"]: each for each in found}


def activities(identities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The activities with these Parties and codes."""
    asked = sorted(set(identities))
    if not asked:
        return {}
    found = records(
        """SELECT v.id, v.party, v.code, v.title, v.sectors, v.activity_types, v.methodology
           FROM unnest(%s::text[], %s::text[]) AS w(party, code)
           JOIN activity v ON v.party = w.party AND v.code = w.code""",
        ([each[0] for each in asked], [each[1] for each in asked]),
    )
    return {(each["party"], each["code"]): each for each in found}


def elsewhere(peer: str) -> str | None:
    """The number of the account in which units stand that a peer holds."""
    found = row("SELECT number FROM account WHERE type = 'elsewhere' AND holder = %s", (peer,))
    return str(found[0]) if found else None


def approver(transaction_id: TransactionId) -> PersonId | None:
    """Who approved, as the second person, what leaves."""
    found = row("SELECT person_id FROM leaving_approval WHERE transaction_id = %s", (transaction_id,))
    return PersonId(found[0]) if found else None


def approvers(transaction_ids: Sequence[int]) -> dict[int, PersonId]:
    """As `approver`, of several."""
    found = rows(
        "SELECT transaction_id, person_id FROM leaving_approval WHERE transaction_id = ANY (%s::bigint[])",
        (numbers(transaction_ids),),
    )
    return {int(each): PersonId(person) for each, person in found}


def leaving(transaction_id: TransactionId) -> dict[str, Any] | None:
    """What leaves: type, status, quantity, terms, the number of the source account and its Party."""
    found = records(
        """SELECT t.type, t.status, t.quantity, t.terms, a.number AS source, COALESCE(s.party, '') AS party
           FROM ledger_transaction t JOIN account a ON a.id = t.source_id JOIN section s ON s.id = a.section_id
           WHERE t.id = %s""",
        (transaction_id,),
    )
    return found[0] if found else None


def taken_over(serials: Sequence[tuple[str, int, int]]) -> list[int]:
    """Positions of the Kyoto serials (Party, first, last) that the mechanism registry has taken over already."""
    found = rows(
        """SELECT n.ord - 1 FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS n(party, lo, hi, ord)
           CROSS JOIN LATERAL (SELECT c.lo FROM cer_taken_over c WHERE c.party = n.party AND c.hi >= n.lo
                               ORDER BY c.hi LIMIT 1) c
           WHERE c.lo <= n.hi ORDER BY 1""",
        ([each[0] for each in serials], numbers(each[1] for each in serials), numbers(each[2] for each in serials)),
    )
    return [int(each[0]) for each in found]
