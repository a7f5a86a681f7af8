"""The clauses that pages of the administration and the workspace meet, as rows like those of clause_rows.py."""

from article6.domain.clause_rows import Row

CMA4_6_PAGES: tuple[Row, ...] = (
    (
        "10",
        "who reads a message sees whether it can be denied",
        "each kept message decoded, with the verdict on its signature and its receipt; `message.unknown`",
        "test_a_message_is_shown_decoded_with_the_verdict_on_its_signature test_a_forged_message_is_told_apart",
        "",
    ),
    (
        "21",
        "the audit trail can be searched by administrators and auditors",
        "audit trail page: person, kind, subject, section, time",
        "test_the_audit_trail_is_searched test_an_auditor_sees_what_auditors_see_and_changes_nothing",
        "",
    ),
)

CMA6_4_PAGES: tuple[Row, ...] = (
    (
        "29",
        "a Party sees what the checks say before it submits",
        "workspace: findings beside the cells; `aef.year_open` for a year that is not over",
        "test_a_finding_stands_beside_its_cell test_what_others_keep_confidential_is_not_found_out_by_a_check "
        "test_a_version_is_frozen_compared_and_submitted",
        "",
    ),
)
