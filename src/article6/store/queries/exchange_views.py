"""Reading mandates of peers, the views that they told us, and what we tell them in theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.store.database import records, row, rows

# --- Mandates

_MANDATE = """SELECT m.id, m.peer, s.code AS party, m.section_id, m.may_view, m.may_instruct, m.proposer_id,
    m.approver_id, m.given_by, m.given_at, a.person_id AS agreed_by, a.at AS agreed_at, e.at AS ended_at,
    COALESCE(e.reason, '') AS reason
    FROM exchange_mandate m JOIN section s ON s.id = m.section_id
    LEFT JOIN exchange_mandate_act a ON a.mandate_id = m.id AND a.act = 'agreed'
    LEFT JOIN exchange_mandate_act e ON e.mandate_id = m.id AND e.act = 'ended'"""


def mandate(number: int) -> dict[str, Any] | None:
    """One mandate: id, peer, party, section_id, may_view, may_instruct, proposer_id, approver_id, given_by, given_at,
    agreed_by, agreed_at, ended_at, reason."""
    found = records(f"{_MANDATE} WHERE m.id = %s", (number,))
    return found[0] if found else None


def mandates(peer: str | None = None) -> list[dict[str, Any]]:
    """Every mandate in sight, newest first."""
    return records(f"{_MANDATE} WHERE %(peer)s::text IS NULL OR m.peer = %(peer)s ORDER BY m.id DESC", {"peer": peer})


def mandate_in_force(peer: str, party: str) -> dict[str, Any] | None:
    """The latest mandate of a Party for a peer that was agreed to, None where that has ended or there is none."""
    found = records(
        f"{_MANDATE} WHERE m.peer = %s AND s.party = %s AND a.at IS NOT NULL ORDER BY m.id DESC LIMIT 1", (peer, party)
    )
    return found[0] if found and found[0]["ended_at"] is None else None


# --- What a peer told us

_VIEW = """SELECT v.id, v.peer, v.section_id, v.party, v.view, v.serials, v.as_of AS asked_as_of, v.since, v.follows,
    v.message_id, v.asked_by, v.asked_at, l.as_of, l.told_at, COALESCE(l.number, 0) AS pages,
    COALESCE(l.next_message_id = '', false) AS is_whole, COALESCE(l.objections, '[]') AS objections
    FROM exchange_view v LEFT JOIN LATERAL (
        SELECT p.* FROM exchange_view_page p WHERE p.view_id = v.id ORDER BY p.number DESC LIMIT 1) l ON true"""


def view_answered_by(peer: str, message_id: str) -> dict[str, Any] | None:
    """The view of a peer that a question of ours was for, with what was told of it so far: id, section_id, party, view,
    since, as_of, pages (how many came), is_whole; the question is the one that was asked last."""
    found = records(
        f"""{_VIEW} WHERE v.peer = %(peer)s AND (v.message_id = %(message)s OR v.id = (
                SELECT p.view_id FROM exchange_view_page p WHERE p.next_message_id = %(message)s
                    AND p.next_message_id <> '' LIMIT 1))
              AND COALESCE(NULLIF(l.next_message_id, ''), v.message_id) = %(message)s""",
        {"peer": peer, "message": message_id},
    )
    return found[0] if found else None


def views(peer: str, party: str, view: str, serials: str) -> list[dict[str, Any]]:
    """The latest views of a peer of one kind, newest first: those asked for since the last whole answer, and some."""
    return records(
        f"""{_VIEW} WHERE v.peer = %s AND v.party = %s AND v.view = %s AND v.serials = %s
            ORDER BY v.id DESC LIMIT 50""",
        (peer, party, view, serials),
    )


def view(number: int) -> dict[str, Any] | None:
    """One view."""
    found = records(f"{_VIEW} WHERE v.id = %s", (number,))
    return found[0] if found else None


def last_views(peer: str | None = None) -> list[dict[str, Any]]:
    """Of each peer, Party and kind the last whole view without objections: peer, party, view, as_of, told_at, lines."""
    return records(
        """SELECT DISTINCT ON (v.peer, v.party, v.view) v.peer, v.party, v.view, p.as_of, p.told_at,
               (SELECT sum(jsonb_array_length(q.lines))::bigint FROM exchange_view_page q WHERE q.view_id = v.id)
                   AS lines
           FROM exchange_view v JOIN exchange_view_page p ON p.view_id = v.id AND p.next_message_id = ''
           WHERE p.objections = '[]' AND v.serials = '' AND (%(peer)s::text IS NULL OR v.peer = %(peer)s)
           ORDER BY v.peer, v.party, v.view, p.as_of DESC, v.id DESC""",
        {"peer": peer},
    )


def lines(view_ids: list[int]) -> list[Any]:
    """What was told in the pages of views, in their order."""
    found = rows(
        """SELECT p.lines FROM exchange_view_page p JOIN unnest(%s::bigint[]) WITH ORDINALITY AS w(id, n)
               ON w.id = p.view_id ORDER BY w.n, p.number""",
        (view_ids,),
    )
    return [line for (page,) in found for line in page]


# --- What we tell a peer


def accounts_of(party: str, after: int) -> list[tuple[int, bool]]:
    """Accounts with a number above `after`, in order, whose holdings a Party's registry may see: those of its section
    (True), and those in which units of a series that names the Party ever stood (False)."""
    found = rows(
        """SELECT a.id, COALESCE(s.party = %(party)s, false) FROM account a JOIN section s ON s.id = a.section_id
           WHERE a.id > %(after)s AND (s.party = %(party)s OR EXISTS (
               SELECT 1 FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id
               JOIN series r ON r.id = e.series_id AND r.party = %(party)s
               WHERE t.target_id = a.id AND t.status = 'completed'))
           ORDER BY a.id""",
        {"party": party, "after": after},
    )
    return [(int(number), bool(is_own)) for number, is_own in found]


ACTIONS = """SELECT e.id, t.id AS transaction_id, t.type, t.decided_at, t.terms, r.registry, r.party,
    GREATEST(e.lo, COALESCE(w.lo, 1)) AS first, LEAST(e.hi, COALESCE(w.hi, e.hi)) AS last,
    COALESCE(w.lo, 1) AS part,
    fa.number AS from_account, ta.number AS to_account, COALESCE(fs.party, '') AS from_section,
    COALESCE(ts.party, '') AS to_section, COALESCE(t.terms ->> 'transferring_party', fs.party, '') AS from_party,
    COALESCE(t.terms ->> 'acquiring_party', ts.party, '') AS to_party, COALESCE(u.code, '') AS under,
    e.is_first_transfer
    FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id JOIN series r ON r.id = e.series_id
    LEFT JOIN account fa ON fa.id = e.from_id LEFT JOIN section fs ON fs.id = fa.section_id
    JOIN account ta ON ta.id = e.to_id JOIN section ts ON ts.id = ta.section_id
    LEFT JOIN party_authorization u ON u.id = e.authorization_id
    LEFT JOIN LATERAL (
        SELECT b.lo, b.hi FROM block b JOIN ledger_transaction f ON f.id = b.first_transfer_id
        WHERE b.series_id = e.series_id AND b.hi >= e.lo AND b.lo <= e.hi AND r.party = %(party)s
          AND COALESCE(fs.party, '') <> %(party)s AND COALESCE(ts.party, '') <> %(party)s
          AND f.decided_at <= t.decided_at) w ON true
    WHERE t.status = 'completed' AND t.decided_at < %(until)s
      AND (%(since)s::timestamptz IS NULL OR t.decided_at >= %(since)s)
      AND (e.id, COALESCE(w.lo, 1)) > (%(after)s, %(after_lo)s)
      AND (%(lo)s::bigint IS NULL OR (r.registry = %(registry)s AND r.party = %(series)s AND e.lo <= %(hi)s
           AND e.hi >= %(lo)s AND COALESCE(w.lo, e.lo) <= %(hi)s AND COALESCE(w.hi, e.hi) >= %(lo)s))
      AND (fs.party = %(party)s OR ts.party = %(party)s OR w.lo IS NOT NULL)
    ORDER BY e.id, COALESCE(w.lo, 1) LIMIT %(limit)s"""


def actions(
    party: str,
    since: datetime | None,
    until: datetime,
    after: tuple[int, int],
    limit: int,
    serials: tuple[str, str, int, int] | None,
) -> list[dict[str, Any]]:
    """Lines of the journal that a Party's registry may see, with a number and `part` above `after`: those of its
    section, and of units that the Party first transferred, from their first transfer on; of these serials (registry,
    Party, first, last) or all."""
    registry, series, lo, hi = serials or (None, None, None, None)
    return records(
        ACTIONS,
        {
            "party": party,
            "since": since,
            "until": until,
            "after": after[0],
            "after_lo": after[1],
            "limit": limit,
            "registry": registry,
            "series": series,
            "lo": lo,
            "hi": hi,
        },
    )


def section_of(party: str) -> int | None:
    """The number of a Party's section here."""
    found = row("SELECT id FROM section WHERE party = %s", (party,))
    return None if found is None else int(found[0])


def approach_id(code: str) -> int | None:
    """The number of a cooperative approach, None where it is not recorded."""
    found = row("SELECT id FROM cooperative_approach WHERE code = %s", (code,))
    return None if found is None else int(found[0])
