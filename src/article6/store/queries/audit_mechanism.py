"""What the self-audit asks of the mechanism registry: questions that must find nothing, and find it elsewhere too."""

from __future__ import annotations

from collections.abc import Iterable

from article6.store.database import rows

AT_MOST = 20
"""Findings named of a question; the rest are counted."""

_ACTS = """part AS (
        SELECT COALESCE((t.terms ->> 'issuance')::bigint, t.id) AS act, t.id, t.type, t.quantity
        FROM ledger_transaction t
        WHERE (SELECT kind FROM registry) = 'mechanism' AND t.status = 'completed'
          AND t.type IN ('issuance', 'share_of_proceeds', 'cancellation_omge', 'forwarding',
                         'forwarding_international'))"""

LEVIES = f"""WITH {_ACTS},
    summed AS (
        SELECT p.act, COALESCE(sum(p.quantity) FILTER (WHERE p.type = 'issuance'), 0) AS issued,
               COALESCE(sum(p.quantity) FILTER (WHERE p.type = 'share_of_proceeds'), 0) AS sop,
               COALESCE(sum(p.quantity) FILTER (WHERE p.type = 'cancellation_omge'), 0) AS omge,
               COALESCE(sum(p.quantity) FILTER (WHERE p.type LIKE 'forwarding%%'), 0) AS forwarded
        FROM part p GROUP BY p.act),
    told AS (
        SELECT s.*, b.party = ANY (%(exempt)s) AS is_exempt, t.terms ? 'omge_percent' AS is_told,
               t.terms ? 'opted_in' AS opted_in,
               split_part(COALESCE(t.terms ->> 'omge_percent', '2'), '/', 1)::numeric AS numerator,
               COALESCE(NULLIF(split_part(COALESCE(t.terms ->> 'omge_percent', '2'), '/', 2), ''), '1')::numeric
                   AS denominator
        FROM summed s JOIN ledger_transaction t ON t.id = s.act JOIN batch b ON b.transaction_id = t.id),
    due AS (
        SELECT d.*, CASE WHEN is_exempt AND (opted_in OR NOT is_told AND sop > 0) OR NOT is_exempt
                         THEN div(issued * 5 + 99, 100) ELSE 0 END AS sop_due,
               LEAST(div(issued * numerator + 100 * denominator - 1, 100 * denominator), issued - sop) AS omge_due
        FROM told d)
    SELECT format('issuance %%s: of %%s units %%s to the Adaptation Fund (due %%s), %%s cancelled (due %%s), '
                  '%%s forwarded',
                  act, issued, sop, sop_due, omge, omge_due, forwarded)
    FROM due
    WHERE sop <> sop_due OR omge < omge_due OR (is_told AND omge <> omge_due) OR sop + omge + forwarded > issued
    UNION ALL
    SELECT format('transaction %%s: it names issuance %%s, and moved units of another', p.id, p.act)
    FROM part p WHERE EXISTS (
        SELECT FROM entry e JOIN batch b ON b.id = e.batch_id JOIN part i ON i.id = b.transaction_id
        WHERE e.transaction_id = p.id AND i.act <> p.act)"""

TAKEN_OVER = """SELECT format('%%s: Kyoto serials %%s-%%s were taken over, and those up to %%s before', c.party, c.lo,
                              c.hi, c.before)
    FROM (SELECT k.*, lag(k.hi) OVER (PARTITION BY k.party ORDER BY k.hi, k.id) AS before FROM cer_taken_over k) c
    WHERE c.lo <= c.before
    UNION ALL
    SELECT format('batch %%s: %%s units stand for Kyoto serials %%s-%%s', b.id, b.hi - b.lo + 1, c.lo, c.hi)
    FROM cer_taken_over c JOIN batch b ON b.id = c.batch_id WHERE b.hi - b.lo <> c.hi - c.lo
    UNION ALL
    SELECT format('transaction %%s: no Kyoto serials are recorded for it', t.id) FROM ledger_transaction t
    WHERE t.type = 'take_over' AND NOT EXISTS (
        SELECT FROM cer_taken_over c JOIN batch b ON b.id = c.batch_id WHERE b.transaction_id = t.id)"""

REFUNDS = """SELECT format('invoice %%s: %%s US cents paid, %%s given back', r.invoice_id, COALESCE(p.paid, 0),
                           r.refunded)
    FROM (SELECT invoice_id, sum(amount_cents) AS refunded FROM fee_refund GROUP BY 1) r
    LEFT JOIN (SELECT invoice_id, sum(amount_cents) AS paid FROM fee_payment GROUP BY 1) p USING (invoice_id)
    WHERE r.refunded > COALESCE(p.paid, 0)"""


def findings(question: str, exempt: Iterable[str]) -> tuple[int, list[str]]:
    """What a question finds: how much, and the first of it. `exempt` are the Parties that owe no share of proceeds."""
    found = rows(
        f"SELECT f.*, count(*) OVER () FROM ({question}) f LIMIT {AT_MOST}", {"exempt": sorted(exempt)}
    )  # fmt: skip
    return (int(found[0][1]), [each[0] for each in found]) if found else (0, [])
