"""The clauses on tracking, one row each: paragraph, what it demands, by what it is met, tests, what is missing.

What it is met by is a feature in words or refusal codes in backquotes. A row without it is not implemented.
"""

Row = tuple[str, str, str, str, str]

_NOT_OURS = "addressed to {}; no function of a registry"

CMA3_2: tuple[Row, ...] = (
    ("1(a)", "real, verified, additional", "", "", _NOT_OURS.format("the Parties and the activity cycle")),
    ("1(b)", "removals and co-benefits too", "mitigation type of a batch", "test_issuance", ""),
    ("1(c)", "t CO2 eq, or a non-GHG metric",
     "metric, exact conversion and its method of a batch; metric of an authorization; `metric.incomplete`",
     "test_units_of_another_metric_and_of_an_underlying_registry_keep_their_numbers "
     "test_a_conversion_is_exact_or_says_that_it_was_rounded_down "
     "test_a_metric_has_its_name_its_conversion_and_its_method", ""),
    ("1(d)", "international transfer, used by another Party", "`use.by_own_party`", "test_use_towards_an_ndc", ""),
    ("1(e)", "mitigation from 2021 onward", "vintages of an authorization; `vintage.out_of_range`",
     "test_everything_that_is_wrong_is_said_at_once", "older outcomes may be held, never authorized by vintage"),
    ("1(f)", "authorized for other international mitigation purposes", "`authorization.purpose_not_covered`",
     "test_use_towards_an_ndc", ""),
    ("1(g)", "A6.4ERs when authorized", "authorization status of A6.4ERs", "test_ten_thousand_and_three_units", ""),
    ("2(a)", "NDC: first transfer is the first international transfer", "first transfer, derived",
     "test_a_first_transfer_is_recorded_once_and_as_the_table_says", ""),
    ("2(b)", "OIMP: authorization, issuance, or use or cancellation, as specified", "definition of the approach",
     "test_the_first_transfer_for_oimp_is_as_the_approach_defines", ""),
    ("3", "participation consistent with the guidance", "the rules as a whole",
     "test_the_ledger_agrees_with_a_naive_model",
     ""),
    ("4(a)", "is a Party to the Paris Agreement", "`party.unknown`", "test_approaches_and_authorizations", ""),
    ("4(b)", "maintains an NDC", "NDCs on record, listed as owed; `ndc.not_recorded` where it is demanded",
     "test_where_an_ndc_is_demanded_no_authorization_comes_before_it "
     "test_what_a_party_owes_follows_from_what_is_recorded",
     "the demand is a switch, off at first"),
    ("4(c)", "arrangements for authorizing", "authorization by the Party's own administrator",
     "test_units_in_another_partys_account_are_authorized_by_their_own_party", ""),
    ("4(d)", "arrangements for tracking", "the ledger", "test_from_issuance_to_use", ""),
    ("4(e)", "latest national inventory report", "", "", _NOT_OURS.format("the Party's reporting")),
    ("4(f)", "contributes to NDC and long-term strategy", "", "", _NOT_OURS.format("the Party's reporting")),
    ("7(a)(i)", "single-year NDC, trajectory: adjustments each year", "balance of a Party; `balance.no_ndc`",
     "test_a_trajectory_adjusts_the_year_in_which_mitigation_occurred_and_not_the_target_year "
     "test_what_cannot_be_worked_out_is_refused", ""),
    ("7(a)(ii)", "single-year NDC, averaging by elapsed years", "balance of a Party",
     "test_averaging_spreads_what_was_transferred_over_the_elapsed_years "
     "test_the_ledgers_first_transfers_are_averaged_over_the_elapsed_years", ""),
    ("7(b)", "multi-year NDC: each year and cumulatively", "balance of a Party",
     "test_a_multi_year_ndc_is_judged_by_the_sum test_all_methods_agree_on_a_finished_period", ""),
    ("7", "no net increase in emissions across Parties", "flow over all Parties",
     "test_what_was_first_transferred_is_used_cancelled_held_or_with_the_fund "
     "test_what_one_party_gives_up_another_gains", ""),
    ("8", "emissions balance: first transferred added, used subtracted", "balance of a Party",
     "test_first_transfers_count_for_their_vintage_and_uses_for_the_year_used "
     "test_switzerland_subtracts_what_it_used_and_says_where_it_came_from", ""),
    ("9", "adjusted non-GHG indicator", "balance of a Party in the NDC's metric",
     "test_a_non_ghg_indicator_is_adjusted_the_other_way_round "
     "test_a_non_ghg_metric_counts_in_its_own_unit_and_says_what_has_no_tonnes", ""),
    ("10", "policies and measures: the categories affected", "levels of affected categories",
     "test_policies_and_indicators_are_adjusted_on_their_own_levels", ""),
    ("18(c)-(f)", "metrics, method and quantities of the NDC", "pre-filled report; levels on record; "
     "`levels.malformed`; `levels.sources_mixed`",
     "test_reports_are_prefilled_as_far_as_the_registry_knows test_sources_are_never_mixed "
     "test_a_series_that_contradicts_itself_is_refused", "(b) and all explanations are the Party's"),
    ("21-22", "regular information", "pre-filled report", "test_a_report_is_prefilled",
     "quantities, authorizations and participation; explanations are the Party's"),
    ("23(a)-(i), (k)", "annual information in the structured summary", "rows of CTF table 4",
     "test_the_rows_are_those_of_table_4_in_their_order test_figures_are_exact_in_json_and_in_the_workbook "
     "test_an_ndc_in_another_metric_has_an_emissions_balance_too", ""),
    ("23(j)", "amounts per approach, sector, Parties and vintage", "breakdown of the structured summary",
     "test_the_breakdown_adds_up_and_names_approach_sector_parties_and_vintage", ""),
    ("23(l)", "assessment at the end of the period", "rows of the assessment",
     "test_the_end_of_the_period_is_assessed", ""),
    ("8(b)", "used within the NDC implementation period in which they occurred",
     "`use.outside_period`; `ndc.period_unknown`",
     "test_use_towards_an_ndc test_a_retirement_account_is_of_a_recorded_ndc_period", ""),
    ("18", "initial report no later than authorization", "obligations; `report.malformed`",
     "test_an_initial_report_is_owed_from_the_authorization_on test_one_initial_report_and_updates_of_it",
     "told, never refused: the text allows it with the next transparency report"),
    ("18(c)", "one method of adjustments throughout the period", "NDCs on record; `ndc.malformed`",
     "test_the_method_that_an_initial_report_communicated_stays", ""),
    ("18(a)-(b)", "participation, description of the NDC", "", "", _NOT_OURS.format("the Party's report")),
    ("18(g)", "copy of the authorization, Parties, entities", "authorization with all its elements",
     "test_every_element_is_recorded_and_read_again", "no copy of the document is kept"),
    ("18(h)-(i)", "environmental integrity, safeguards", "", "", _NOT_OURS.format("the Party's report")),
    ("19", "updated initial report for each further approach", "obligations",
     "test_each_further_approach_needs_an_updated_initial_report", ""),
    ("20", "annual information in the agreed electronic format",
     "`article6 aef`; frozen versions: `aef.year_open`, `aef.not_explanatory`; `transaction.terms_missing`",
     "test_the_aef_in_each_format test_a_version_keeps_what_the_ledger_said_and_its_digest "
     "test_any_ledger_is_read_again test_use_towards_an_ndc", ""),
    ("20", "by 15 April of the following year", "obligations",
     "test_annual_information_is_due_by_15_april_of_the_next_year", ""),
    ("9", "ITMOs of another metric in a metric-specific account", "metric of an account; `account.refuses_unit`",
     "test_an_account_holds_units_of_its_metric_only", ""),
    ("20(a)", "purpose of what is cancelled",
     "purpose and sub-purpose of a cancellation account; `transaction.purpose_differs`; `account.purpose`",
     "test_a_cancellation_account_has_a_purpose_from_the_list "
     "test_a_cancellation_takes_its_purpose_from_the_account_or_agrees_with_it", ""),
    ("20(a)", "authorization, first transfer, transfer, acquisition, holdings, cancellation, use",
     "tables 2 to 4 of the AEF", "test_the_five_tables_have_79_fields", ""),
    ("20(b)", "approach, purpose, Parties, entities, year, sectors, types, identifiers",
     "fields of the AEF; entities as they are registered; `entity.exists`",
     "test_the_fields_are_those_of_the_transcription test_table_5_of_the_aef_has_what_the_register_has", ""),
    ("24", "the Party identifies what is confidential; the rest is public",
     "confidential cells and rows of an AEF, public copy; `aef.always_public`; `aef.row_unknown`",
     "test_a_cell_and_a_row_are_left_out_of_the_public_copy test_what_is_confidential_reaches_the_partys_people_only",
     ""),
    ("34", "amendments are submitted by the Party", "versions of an AEF, never backwards; `aef.version_backwards`",
     "test_a_revision_is_a_new_version_and_old_rows_stay test_of_two_that_are_frozen_at_once_one_is_refused", ""),
    ("29", "registry records authorization", "transaction `authorization`; `authorization.unknown`; `account.unknown`",
     "test_a_party_authorizes_units_of_several_holders_in_one_act test_only_what_is_authorized_goes_abroad "
     "test_accounts",
     ""),
    ("29", "registry records first transfer", "mark in the journal, once; `block.already_first_transferred`",
     "test_a_first_transfer_is_never_taken_back", ""),
    ("29", "registry records all of this for a Party without its own", "the Party's own people, in its section alone",
     "test_first_transfer_and_acquisition test_transfer_within_the_section_and_onwards "
     "test_authorization_for_and_cancellation_towards_other_purposes", ""),
    ("29", "registry records transfer and acquisition", "transfers, seen from both sections",
     "test_a_first_transfer_names_the_acquiring_party_only test_an_acquisition_names_the_transferring_party_only", ""),
    ("29", "transfer and acquisition where each Party has its own registry",
     "transfers between registries, booked on either side from the same signed facts; `exchange.party`",
     "test_units_leave_by_two_peoples_will_and_stand_elsewhere_and_there "
     "test_the_checks_find_the_three_reports_consistent", ""),
    ("29", "registry records use towards NDCs", "transaction `use_ndc`", "test_use_towards_an_ndc", ""),
    ("29", "registry records authorization for OIMP", "purposes of an authorization",
     "test_where_the_authorization_is_the_first_transfer_the_unit_is_held_then_transferred", ""),
    ("29", "registry records voluntary cancellation, for OMGE too", "cancellation accounts and types",
     "test_a_voluntary_cancellation_for_omge_is_the_first_transfer_where_there_was_none", ""),
    ("29", "unique identifiers", "serials, once; `serials.repeated`; `serials.already_issued`",
     "test_serials test_what_is_rendered_is_read_back", ""),
    ("29", "accounts as necessary", "account types of the kind; `accounts.same`; `transaction.wrong_accounts`",
     "test_accounts test_the_tables_of_the_kind", ""),
)  # fmt: skip

CMA4_6: tuple[Row, ...] = (
    ("1(a)", "accounts for ITMOs", "accounts; `account.not_open`", "test_an_account_is_opened_blocked_and_closed", ""),
    ("1(b)", "records the actions", "journal",
     "test_a_transaction_shows_its_journal_and_names_people_only_to_those_concerned",
     ""),
    ("1(c)", "maintains records through unique identifiers", "series and serials; `block.not_held`",
     "test_the_ledger_agrees_with_a_naive_model", ""),
    ("1(d)", "access for the Party and authorized entities",
     "roles per section, representatives per account, row-level security; `person.not_permitted`",
     "test_people test_each_operation_needs_its_scope test_where_an_account_has_representatives_they_alone_propose "
     "test_a_query_without_any_filter_returns_nothing_of_another_party", ""),
    ("1(e)", "information consistent with the AEF", "AEF from the journal", "test_the_aef_in_each_format", ""),
    ("2", "software; procedures that control risks to consistency", "the ledger's guards and the audit",
     "test_the_audit_finds_what_a_superuser_planted", ""),
    ("3", "tracked consistently during the NDC period", "`use.outside_period`", "test_use_towards_an_ndc", ""),
    ("4", "traceable to the outcome represented",
     "batch with activity and underlying range, used once; `underlying.not_one_to_one`; `underlying.used_twice`; "
     "`underlying.series`",
     "test_batch_attributes test_an_underlying_block_is_used_once_whole_or_by_one_unit "
     "test_of_two_who_record_the_same_underlying_units_at_once_one_is_refused "
     "test_the_programmes_own_serial_names_the_block", ""),
    ("5(a)", "identifier: cooperative approach", "identifier of an ITMO", "test_what_is_rendered_is_read_back", ""),
    ("5(b)", "identifier: originating Party registry", "identifier of an ITMO", "test_what_is_rendered_is_read_back",
     ""),
    ("5(c)", "identifier: first transferring Party", "identifier of an ITMO", "test_what_is_rendered_is_read_back", ""),
    ("5(d)", "identifier: serial number", "identifier of an ITMO", "test_what_is_rendered_is_read_back", ""),
    ("5(e)", "identifier: vintage", "identifier of an ITMO; `vintage.out_of_range`",
     "test_what_is_rendered_is_read_back test_issuance", ""),
    ("6", "blocks", "blocks, split and merged", "test_units_that_go_and_come_back_leave_no_fragments", ""),
    ("7", "records information on every action", "journal and audit events", "test_from_issuance_to_use", ""),
    ("8", "data integrity", "promises kept by rule, database and audit", "test_even_the_owner_is_refused", ""),
    ("8", "data integrity, for those who need not trust the registry",
     "a public log of commitments, which peers witness",
     "test_no_byte_of_a_served_log_can_change_unseen "
     "test_a_registry_that_rewrites_its_history_is_caught_by_its_peer "
     "test_under_many_writers_and_two_sequencers_nothing_is_lost_or_doubled", ""),
    ("8", "data integrity, over the keys that sign and the backups that are put back",
     "a key of the log is announced by the one before it; a log that lost what it published stops; `log.discontinued`",
     "test_the_new_key_is_announced_signs_beside_the_old_one_and_then_alone "
     "test_a_key_that_was_not_announced_by_its_predecessor_is_not_believed "
     "test_the_log_stops_with_a_plain_sentence_and_nothing_that_contradicts_is_published", ""),
    ("10", "existence, type, time and content of what was done are proven to whom it is shown",
     "proofs of inclusion under a cosigned checkpoint; `log.leaf_unknown`",
     "test_a_transaction_is_proven_to_whom_it_is_shown test_what_is_no_leaf_yet_is_not_proven "
     "test_messages_are_leaves_on_both_sides", ""),
    ("9", "interoperable registries: standards, reconciliation",
     "the exchange: signed messages with a published schema each, proposals checked before units move",
     "test_the_registries_talk_as_they_did test_a_schema_is_valid_closed_and_named_for_ever", ""),
    ("9", "reconciliation between registries, from the journal of each",
     "totals, blocks, trail; only what differs is blocked; both sign the resolution; `article6 network reconcile`; "
     "`reconciliation.wrong_state`",
     "test_a_local_correction_is_found_blocked_resolved_and_clean_again "
     "test_a_leaving_that_was_wiped_out_is_found_and_the_units_blocked_on_both_sides "
     "test_who_claims_what_never_passed_blocks_nobody_elses_units", ""),
    ("9", "what one registry gives stands in no account of its own any more, and comes back from nowhere else",
     "account `elsewhere` of the other registry; `exchange.only`; `exchange.expected`; `exchange.units_expected`",
     "test_nobody_but_the_exchange_moves_what_another_registry_holds "
     "test_whatever_two_registries_give_each_other_each_serial_is_with_one "
     "test_serials_are_accepted_once_and_never_where_they_stand", ""),
    ("9", "two registries agree on every unit, however the network fails and whoever lies",
     "one decides, once; chains of signed titles; `article6 simulate`",
     "test_every_promise_is_kept test_a_planted_mistake_is_found "
     "test_every_signer_has_to_be_pinned_and_need_not_be_connected "
     "test_the_answer_to_is_it_still_alive_is_always_well_defined",
     "a registry that gives its own units twice is proven, not prevented"),
    ("10", "who holds a certificate proves existence, type, time and content, without asking the registry",
     "certificates; `certificate.not_of_this`; `certificate.part_unknown`; `certificate.unknown`",
     "test_a_cancellation_is_certified_and_the_certificate_holds_with_the_logs_key_alone "
     "test_whatever_is_changed_in_it_it_holds_no_more test_whatever_is_changed_the_browser_says_no "
     "test_at_the_shell_one_file_is_enough", ""),
    ("10", "the time of a transfer is one, on both sides", "the sender's signed completion; `exchange.not_announced`",
     "test_each_side_reports_its_own_and_the_first_transfer_once "
     "test_the_clock_ends_what_nobody_approved_and_nothing_that_was_announced", ""),
    ("10", "neither Party can repudiate a transfer",
     "append-only journal; every message kept with its signature and the other side's receipt",
     "test_even_the_owner_is_refused test_every_word_is_proven "
     "test_what_is_written_arrives_once_whatever_the_network_does", ""),
    ("9", "transfers that communicate information on ITMOs, the units staying where they are (a reading of 2024)",
     "service `transfer_information`: units held for the acquiring Party, whose registry instructs what is done",
     "test_the_units_stay_and_the_amounts_are_told test_both_registries_report_the_same test_what_was_told_is_no_title "
     "test_nobody_else_moves_what_is_held_for_another test_what_was_told_and_what_is_held_are_compared", ""),
    ("9", "consistent data: a Party's own registry sees its section elsewhere, and acts on it",
     "mandates of two persons; views with their age; instructions with both names; `article6 network view`",
     "test_a_party_sees_its_section_and_nothing_else "
     "test_what_was_shown_is_served_with_its_age_when_the_peer_is_away "
     "test_a_national_registry_instructs_and_both_say_so", ""),
    ("9", "consistent data: what one registry records others come to know, and nothing is overwritten",
     "subscriptions; contradictions are alerts",
     "test_approaches_and_authorizations_come_with_every_version "
     "test_what_contradicts_our_records_is_shown_and_changes_nothing "
     "test_the_underlying_registry_says_what_was_done_with_its_units "
     "test_a_lock_a_release_a_conversion_and_a_cancellation_are_told_in_their_order "
     "test_credits_that_were_locked_before_the_outcome_was_recorded_are_known_to_be_locked", ""),
    ("11", "international registry of Party sections, each with all functions", "kind `international`; roles in the "
     "section",
     "test_from_issuance_to_use test_use_towards_the_ndc test_records_of_one_section_are_not_the_others", ""),
    ("12", "Party sections and the administrator's", "sections; administration of a Party's section by delegation",
     "test_parties_and_sections test_a_party_administrator_acts_in_the_partys_section_only", ""),
    ("13", "sections isolated, consistent across", "roles per section; one ledger",
     "test_people_are_named_to_those_concerned_only "
     "test_a_query_without_any_filter_returns_nothing_of_another_party", ""),
    ("14", "low cost, security, quality", "", "", _NOT_OURS.format("the secretariat")),
    ("15", "electronic database with accounts and operations", "the ledger", "test_from_issuance_to_use", ""),
    ("16", "accounts record information on actions", "entries by account",
     "test_where_a_unit_is_and_how_it_got_there", ""),
    ("17(a)", "registry software", "this program", "test_every_command_of_the_tutorial_works", ""),
    ("17(b)", "nomenclature synchronized", "versioned lists, shown before they are taken over",
     "test_a_list_is_shown_before_it_is_taken_over", ""),
    ("17(c)", "corrective actions", "cases that two administrators decide, with notices to every section concerned; "
     "`correction.incomplete`; `correction.wrong_state`; `correction.not_first_transferred`",
     "test_units_go_back_where_they_belong_after_two_administrators "
     "test_a_correction_never_undoes_a_first_transfer_and_never_is_one "
     "test_the_parties_of_every_section_concerned_are_told_of_every_step", ""),
    ("17(c)", "correct accounting: final units and attributes", "administrative cancellation of as many, or a note; "
     "`correction.quantity_differs`",
     "test_final_units_stay_and_as_many_are_cancelled_instead "
     "test_what_can_only_be_said_in_a_revised_report_is_recorded", ""),
    ("17(d)", "standards for interoperability", "the protocol of the exchange, published with its test vectors",
     "test_a_message_of_every_type test_the_limits_in_words_are_the_limits", ""),
    ("18", "the Party tracks underlying activities",
     "underlying ranges, activities; statements on locks in the underlying registry; `underlying.statement`",
     "test_batch_attributes test_whether_the_underlying_units_are_locked_is_stated_and_the_latest_word_counts",
     "what the underlying registry did is stated by an officer, not read from it"),
    ("18", "avoidance of double counting, where this is the underlying registry",
     "lock and conversion of credits; `block.locked`; `crediting.lock_unknown`",
     "test_locked_units_go_nowhere test_a_lock_is_released_to_where_the_units_came_from_or_converted_for_ever", ""),
    ("19", "assistance to LDCs and SIDS", "", "", _NOT_OURS.format("the administrator")),
    ("20", "pre-filled AEF", "AEF from the journal, A6.4ERs included", "test_the_reports_of_all_parties", ""),
    ("21", "reports on holdings and actions to administrators",
     "reports of a section's accounts as of any moment, on demand and by the clock; `report.as_of`",
     "test_the_designated_registry_administrator_has_the_history_of_the_partys_accounts "
     "test_as_of_a_moment_is_what_was_observed_then "
     "test_a_schedule_makes_its_report_after_each_month_for_its_recipients", ""),
)  # fmt: skip

CMA6_4: tuple[Row, ...] = (
    ("2", "the authorization is that of 2/CMA.3 para 18", "one record, with versions",
     "test_approaches_and_authorizations", ""),
    ("3", "approach, ITMOs, entities: three components", "approach, authorization with scope, entities",
     "test_every_element_is_recorded_and_read_again", ""),
    ("4", "one process or sequential ones", "versions; units at issuance or any time after",
     "test_a_party_authorizes_units_of_several_holders_in_one_act test_a_ceiling_holds_at_issuance", ""),
    ("5(a)", "identifier of the approach", "`approach.unknown`", "test_approaches_and_authorizations", ""),
    ("5(b)", "names of Parties", "`authorization.party_not_covered`", "test_only_what_is_authorized_goes_abroad", ""),
    ("5(b)", "names of entities",
     "`authorization.entity_not_covered`; `entity.identification_lapsed`; `entity.unknown`",
     "test_where_entities_are_named_only_their_accounts_use_for_oimp "
     "test_an_authorization_does_not_name_an_entity_whose_identification_lapsed", ""),
    ("5(c)", "date and duration, final dates for issuance, use, cancellation", "`authorization.expired`",
     "test_nothing_is_issued_laid_first_transferred_or_used_after_its_final_date", ""),
    ("5(d)", "specification of the first transfer", "definition of the approach; `authorization.malformed`",
     "test_approaches_and_authorizations", ""),
    ("5(e)", "uses covered", "`authorization.purpose_not_covered`", "test_use_towards_an_ndc", ""),
    ("5(f)", "frameworks, standards, methodologies", "recorded", "test_every_element_is_recorded_and_read_again", ""),
    ("5(g)", "circumstances and process of changes", "recorded; needed where changes reach back",
     "test_everything_that_is_wrong_is_said_at_once", ""),
    ("5(h)", "quantity", "`authorization.ceiling_exceeded`, to the unit and under concurrency",
     "test_a_ceiling_holds_to_the_unit_over_all_versions test_two_lays_of_60_under_a_ceiling_of_100", ""),
    ("5(i)", "registry for tracking ITMOs", "recorded", "test_every_element_is_recorded_and_read_again", ""),
    ("5(j)", "underlying registries", "recorded", "test_every_element_is_recorded_and_read_again",
     "not compared with the underlying registry of each batch"),
    ("5(k)", "vintages", "`authorization.vintage_not_covered`, as a range and as a set",
     "test_what_lies_outside_the_scope_is_not_covered", ""),
    ("5(l)", "metrics, units, conversion, gases", "`authorization.scope_not_covered` (metric)",
     "test_every_element_is_recorded_and_read_again", "gases are recorded, not judged"),
    ("5(m)", "sectors", "`authorization.scope_not_covered`",
     "test_sectors_and_types_are_judged_where_both_name_them", ""),
    ("5(n)", "activity types and activities", "`authorization.scope_not_covered`",
     "test_what_lies_outside_the_scope_is_not_covered", ""),
    ("6", "voluntary template", "", "", _NOT_OURS.format("the secretariat")),
    ("7", "changes do not affect what was first transferred, unless the terms say so",
     "`authorization.would_reach_back`",
     "test_a_change_does_not_reach_back test_a_change_reaches_back_where_the_terms_say_so_and_the_mark_stays", ""),
    ("8", "changes consistent with their terms",
     "`authorization.would_reach_back`; circumstances shown, reason recorded",
     "test_a_change_is_shown_before_it_is_confirmed",
     "whether circumstances are those foreseen is the officer's judgement"),
    ("9", "changes do not lead to double counting",
     "what is not covered loses its authorization; `authorization.revoked`",
     "test_what_the_new_version_does_not_cover_loses_its_authorization "
     "test_a_revocation_takes_the_authorization_from_what_was_not_first_transferred", ""),
    ("10", "public repository of authorizations and changes", "", "", _NOT_OURS.format("the secretariat's platform")),
    ("11", "only authorized outcomes are first transferred", "`unit.not_authorized`",
     "test_only_what_is_authorized_goes_abroad",
     ""),
    ("12", "NDC and OIMP: the earlier of the two", "first transfer, derived and once",
     "test_a_first_transfer_is_recorded_once_and_as_the_table_says", ""),
    ("13", "arrangements to be notified of issuance, use or cancellation", "recorded here at once",
     "test_the_first_transfer_may_be_the_issuance_itself", "no notices from other registries yet"),
    ("14", "OIMP: recorded by 31 December before the report on the period's end", "obligations",
     "test_first_transfers_for_oimp_are_recorded_before_the_report_on_the_periods_end",
     "listed; nothing is first transferred by itself"),
    ("49", "authorized A6.4ERs are transferred to connected registries",
     "transfers between registries, of what is authorized; `unit.not_authorized`",
     "test_authorized_a64ers_go_to_a_partys_registry_and_come_back "
     "test_what_nobody_authorized_does_not_leave_the_mechanism_registry", ""),
    ("50-53", "additional service: a Party issues mitigation outcomes as units",
     "switch `issuance_service` of a Party, asked for by it; `service.not_agreed`",
     "test_issuance_in_a_section_waits_for_the_service "
     "test_a_party_asks_for_the_service_of_issuing_and_the_administrator_agrees", ""),
    ("26-27", "initial report before or with the annual information", "obligations",
     "test_an_initial_report_is_owed_from_the_authorization_on", ""),
    ("15", "one definition for an approach", "definition kept with the approach",
     "test_approaches_and_authorizations", ""),
    ("16", "transfers to the Adaptation Fund are first transfers", "first transfer, derived",
     "test_ten_thousand_and_three_units test_outcomes_given_to_the_adaptation_fund_are_first_transferred", ""),
    ("17", "cancellations for OMGE are first transfers", "first transfer, derived",
     "test_a_first_transfer_is_recorded_once_and_as_the_table_says", ""),
)  # fmt: skip

CMA4_7: tuple[Row, ...] = (
    ("28", "units indivisible, whole", "`quantity.not_positive`; `quantity.not_whole`",
     "test_quantities test_bodies", ""),
    ("29(a)", "tracks authorized A6.4ERs", "authorization status", "test_ten_thousand_and_three_units", ""),
    ("29(b)", "tracks mitigation contribution A6.4ERs", "units without authorization",
     "test_contribution_units_that_moved_stay_what_they_are", ""),
    ("30", "unique identifier", "identifier `a64er`", "test_what_is_rendered_is_read_back", ""),
    ("31", "each unit in one account only", "`block.not_held`; `block.reserved`; `serials.repeated`",
     "test_overlapping_explicit_serials test_a_proposal_reserves_until_a_second_person_decides", ""),
    ("32", "nine account types", "account types; `account.refuses_unit`; `account.not_open`",
     "test_kyoto_units_do_not_enter_article_6_accounts test_the_tables_of_the_kind", ""),
    ("32(a)", "pending account", "account `pending`", "test_what_was_left_is_forwarded_when_the_participants_say_so",
     ""),
    ("32(b)", "holding account", "account `holding`", "test_accounts", ""),
    ("32(c)", "share of proceeds account", "account `share_of_proceeds`", "test_ten_thousand_and_three_units", ""),
    ("32(d)", "mandatory cancellation for OMGE", "account `cancellation_omge`", "test_ten_thousand_and_three_units",
     ""),
    ("32(e)", "voluntary cancellation for OMGE", "account `cancellation_omge_voluntary`; `omge.not_adjusted`",
     "test_what_is_authorized_in_part_is_counted_over_all_issuances test_retirement_takes_the_right_units_only", ""),
    ("32(f)", "retirement account", "account `retirement`, one for each period; `account.period_taken`",
     "test_retirement_takes_the_right_units_only test_a_party_has_one_retirement_account_for_each_period", ""),
    ("32(g)", "cancellation for OIMP", "account `cancellation_oimp`",
     "test_where_entities_are_named_only_their_accounts_use_for_oimp", ""),
    ("32(h)", "voluntary cancellation for other purposes", "account `cancellation_voluntary`",
     "test_the_ledger_agrees_with_a_naive_model", ""),
    ("32(i)", "administrative cancellation", "account `cancellation_administrative`; corrective action",
     "test_60_transferred_while_60_are_cancelled test_a_compensation_is_reported_as_a_cancellation "
     "test_units_of_the_pending_and_the_share_of_proceeds_account_are_cancelled_administratively", ""),
    ("32", "further accounts and flows as necessary (seed 003 para 52(e))",
     "declared account types and flows; `declaration.weakens_law`; `declaration.malformed`",
     "test_a_declared_account_type_and_its_flows_are_used_like_built_in_ones "
     "test_what_would_weaken_the_law_is_refused test_a_declared_cancellation_keeps_all_that_its_like_demands", ""),
    ("33", "accounts on request, approved by the Party",
     "account requests with identification; `account.not_identified`; `account.not_trusted` where demanded",
     "test_a_request_is_approved_by_the_party_and_opens_the_account "
     "test_a_request_names_all_that_identifies_the_holder test_who_asked_for_an_account_does_not_approve_it "
     "test_transfers_go_to_trusted_accounts_only_where_the_account_demands_it", ""),
    ("33", "entities meet identification requirements (3/CMA.3 annex para 63)",
     "register of entities; `entity.malformed`; `entity.identification_lapsed`; `entity.not_active`",
     "test_an_entity_is_registered_with_its_documents_and_checks "
     "test_an_entity_whose_identification_lapsed_neither_transfers_nor_cancels "
     "test_a_suspended_entity_does_nothing_until_it_is_active_again", ""),
    ("34", "holders see authorization and first transfer status", "account, unit and transaction pages",
     "test_a_unit_page_tells_where_the_unit_is_and_how_it_got_there", ""),
    ("35", "issuance, forwarding, transfer, cancellation, retirement",
     "transaction types; `transaction.wrong_accounts`",
     "test_wrong_accounts_and_types test_ten_thousand_and_three_units", ""),
    ("36", "a first transfer is distinguished", "mark in the journal; authorized units cross by its type only",
     "test_the_first_transfer_follows_once_per_serial", ""),
    ("37", "issuance into the pending account on instruction", "act of issuance; `transaction.not_alone`",
     "test_only_a_mechanism_registry_issues_a64ers test_what_an_act_does_nobody_does_alone", ""),
    ("38", "authorization status at issuance, per the host's statement", "statements",
     "test_an_authorization_in_part_makes_two_batches_and_costs_no_unit", ""),
    ("39", "5 per cent to the Adaptation Fund, first transfer", "share of proceeds",
     "test_shares_are_conserved_and_no_less_than_the_percentage", ""),
    ("40", "at least 2 per cent cancelled for OMGE, first transfer", "mandatory cancellation",
     "test_shares_are_conserved_and_no_less_than_the_percentage", ""),
    ("41", "the rest forwarded by instruction", "forwarding",
     "test_what_was_left_is_forwarded_when_the_participants_say_so", ""),
    ("42", "voluntary cancellation by holders, or by participants (3/CMA.3 annex para 61)",
     "switch `voluntary_cancellation`; `cancellation.participants_only`",
     "test_any_holder_cancels_until_it_is_switched_to_participants", ""),
    ("42", "holders request transfer and cancellation", "proposals; `person.not_representative`",
     "test_a_proposal_reserves_until_a_second_person_decides test_representatives_are_each_others_second_person", ""),
    ("43", "holders acquire", "transfers", "test_a_transfer_is_completed_at_once", ""),
    ("44", "retirement only from the same Party's accounts, NDC-authorized or CERs", "`cer.not_first_ndc`; "
     "`transaction.wrong_accounts`", "test_retirement_takes_the_right_units_only", ""),
    ("45", "cancelled and retired units stay", "`block.final`",
     "test_use_towards_an_ndc test_even_the_owner_is_refused", ""),
)  # fmt: skip
