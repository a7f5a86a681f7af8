"""The clauses on the Article 6 database, as rows like those of clause_rows.py."""

from article6.domain.clause_rows import Row

CMA3_2_DATABASE: tuple[Row, ...] = (
    (
        "24",
        "non-confidential information is made public",
        "public copy and tables; `submission.confidential`",
        "test_confidential_items_stay_out_of_the_public_copy_and_of_others_sight "
        "test_confidential_amounts_are_in_no_sum",
        "",
    ),
    (
        "32",
        "an Article 6 database records what Parties submit",
        "submission portal; `submission.not_here`",
        "test_a_consistent_world_is_recorded_and_consistent test_only_the_international_registry_keeps_the_database",
        "",
    ),
    (
        "33(a)",
        "check with the guidance and across Parties",
        "the checks, at each submission",
        "test_the_counterparts_report_is_awaited_and_then_compared",
        "",
    ),
    (
        "33(b)",
        "notify the Parties of inconsistencies",
        "notices",
        "test_the_counterparts_report_is_awaited_and_then_compared",
        "",
    ),
    (
        "33(d)",
        "non-confidential results are public",
        "results with evidence, redacted where confidential",
        "test_a_finding_that_rests_on_confidential_items_is_redacted_for_others",
        "",
    ),
    (
        "34",
        "amendments to the database are submitted by the Party alone",
        "`submission.wrong_state`",
        "test_only_a_representative_of_the_party_submits_for_it test_what_was_submitted_is_never_changed",
        "",
    ),
)

CMA4_6_DATABASE: tuple[Row, ...] = (
    (
        "33",
        "unique identifiers remain unchanged",
        "rows as received",
        "test_rows_are_kept_as_received_and_identifiers_never_written_anew",
        "",
    ),
    (
        "36",
        "non-confidential information of the database is published",
        "public copy, summary and disaggregated tables",
        "test_tables_as_json_and_csv",
        "",
    ),
    (
        "37",
        "automated identification, Parties are notified",
        "the checks, notices",
        "test_a_revision_takes_the_older_ones_place_and_everything_is_checked_anew",
        "",
    ),
    (
        "39",
        "checks extend to all Parties of an approach; unavailable information is told",
        "'Null' until the counterpart's report is there",
        "test_a_report_that_names_no_unit_is_checked_anew_when_its_counterpart_is_corrected",
        "",
    ),
    (
        "40",
        "a pre-submission check",
        "`article6 submission check`; `submission.unreadable`; `submission.unnamed`",
        "test_a_file_is_checked_against_what_is_recorded_and_nothing_is_kept "
        "test_confidential_rows_of_others_are_not_found_out_by_trying",
        "",
    ),
)

CMA6_4_DATABASE: tuple[Row, ...] = (
    (
        "22",
        "summary and disaggregated tables of non-confidential information",
        "tables as JSON and CSV",
        "test_the_summary_says_what_each_party_reported test_no_cell_of_an_export_is_taken_for_a_formula",
        "",
    ),
    (
        "29",
        "three results, publicly available",
        "results by submission, check and action",
        "test_the_counterparts_report_is_awaited_and_then_compared "
        "test_the_public_copy_shows_the_results_and_the_review "
        "test_the_rows_that_wait_for_a_counterpart_are_named_and_with_it_none",
        "",
    ),
    (
        "30",
        "checked whatever else is available, with the status of report and review",
        "notation of a submission",
        "test_from_the_upload_to_the_public_copy",
        "",
    ),
    (
        "31",
        "tables with information on inconsistencies found",
        "list of standing inconsistencies",
        "test_inconsistencies_stand_until_a_revision_or_a_withdrawal",
        "",
    ),
    (
        "32",
        "corrected by revised formats until consistent",
        "`submission.version_backwards`",
        "test_a_revision_takes_the_older_ones_place_and_everything_is_checked_anew "
        "test_a_version_that_goes_backwards_is_refused",
        "",
    ),
    (
        "37",
        "status of each review, seven marks",
        "status of reviews; `submission.review`",
        "test_the_status_of_a_review_is_recorded_and_its_history_stays "
        "test_reviewers_and_the_secretariat_record_it_and_nobody_else",
        "",
    ),
    (
        "38",
        "duration, non-responsiveness, single-Party or cross-Party",
        "standing inconsistencies with their time",
        "test_a_revision_takes_the_older_ones_place_and_everything_is_checked_anew",
        "of what the checks find; significance and persistence are the review's",
    ),
)
