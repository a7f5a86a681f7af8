"""The clauses on the mechanism registry in 3/CMA.3 and 6/CMA.6, and the last of 7/CMA.4; rows as in `clause_rows`."""

from article6.domain.clause_rows import Row

_NOT_OURS = "addressed to {}; no function of a registry"
_LATER = "not implemented: {}"

CMA3_3: tuple[Row, ...] = (
    ("40", "host Party approves the activity", "", "", _NOT_OURS.format("the host Party and the Supervisory Body")),
    ("41", "host Party authorizes participants", "participants, version by version; `mechanism.not_a_participant`",
     "test_statements_and_participants_that_are_refused test_instructions_that_are_refused", ""),
    ("42", "statement whether A6.4ERs are authorized", "statements; `mechanism.statement`",
     "test_a_statement_names_what_it_needs_and_nothing_else test_statements_and_participants_that_are_refused", ""),
    ("43", "used only if authorized", "`unit.not_authorized`", "test_retirement_takes_the_right_units_only", ""),
    ("44", "adjustments for other purposes and associated shares", "first transfer marks of shares",
     "test_an_issuance_authorized_in_full_is_reported_by_host_and_acquirer",
     "the adjustment itself is the Party's reporting"),
    ("45", "other Parties authorize participants before a first transfer to them", "`mechanism.not_a_participant`",
     "test_instructions_that_are_refused", ""),
    ("46-53", "validation to certification", "", "", _NOT_OURS.format("operational entities and the Supervisory Body")),
    ("54", "administrator issues as instructed", "act of issuance, one or several vintages; `mechanism.instruction`",
     "test_ten_thousand_and_three_units test_an_instruction_of_several_vintages_is_one_issuance "
     "test_vintages_that_are_refused", ""),
    ("55", "authorized units and their uses are distinguished", "authorization of units",
     "test_an_authorization_in_part_makes_two_batches_and_costs_no_unit", ""),
    ("58", "5 per cent of the issued units to the Adaptation Fund", "share of proceeds; audit `levies`",
     "test_parts_share_what_the_whole_would "
     "test_the_audit_finds_what_the_mechanism_promised_and_did_not_keep", ""),
    ("59", "at least 2 per cent of the issued units cancelled", "mandatory cancellation; `mechanism.omge_percent`",
     "test_parts_share_what_the_whole_would test_no_shares", ""),
    ("60", "the rest forwarded or first transferred as instructed", "forwarding",
     "test_what_was_left_is_forwarded_when_the_participants_say_so "
     "test_vintages_authorized_in_part_are_authorized_later_and_forwarded_by_vintage", ""),
    ("63", "accounts of the registry", "account types; `mechanism.account_missing`", "test_an_account_is_missing",
     "not connected to the international registry yet"),
    ("64", "best practice standards for registries", "", "", _NOT_OURS.format("the Supervisory Body")),
    ("65", "secretariat is administrator", "role `secretariat`; `person.not_permitted`",
     "test_the_secretariat_needs_no_role_in_the_parties_sections", ""),
    ("66-67", "share of proceeds delivered to the Adaptation Fund", "its account; transfers by its trustee",
     "test_the_adaptation_fund_sells_its_share", "monetary contributions are not kept"),
    ("68", "share of proceeds for administration in money", "fees; `fee.unpaid`", "test_issuance_waits_for_its_fee",
     ""),
    ("69", "mandatory cancellation, first transferred, final", "mandatory cancellation; `block.final`",
     "test_the_mechanism_registry_agrees_with_a_model_of_every_unit", ""),
    ("70", "voluntary cancellation for OMGE of adjusted units", "`omge.not_adjusted`",
     "test_only_adjusted_a64ers_are_cancelled_for_omge_by_choice_and_no_cers "
     "test_a_voluntary_cancellation_for_omge_is_the_first_transfer_where_there_was_none", ""),
    ("71-72", "adjustments for NDC and other purposes", "first transfer, derived",
     "test_the_mechanism_registry_agrees_with_a_model_of_every_unit",
     "the adjustment itself is the Party's reporting"),
    ("73-74", "transition of CDM activities", "", "", _NOT_OURS.format("the Supervisory Body")),
    ("75(a)", "CERs of activities registered since 2013", "`cer.ineligible`", "test_cers_that_are_not_taken_over", ""),
    ("75(b)", "held here and identified as pre-2021", "attribute `is_pre_2021`; `cer.taken_over`",
     "test_cers_are_taken_over_once_found_and_retired", ""),
    ("75(c)", "first NDC only", "`cer.not_first_ndc`", "test_cers_are_taken_over_once_found_and_retired", ""),
    ("75(d)", "no adjustment, no share of proceeds", "CERs are never first transferred",
     "test_cers_are_no_itmos test_the_mechanism_registry_agrees_with_a_model_of_every_unit", ""),
    ("75(f)", "no temporary or long-term CERs", "`cer.ineligible`", "test_cers_that_are_not_taken_over", ""),
)  # fmt: skip

CMA6_6: tuple[Row, ...] = (
    ("10", "authorization status at issuance by the statement", "`mechanism.statement_missing`",
     "test_instructions_that_are_refused", ""),
    ("11", "in full or in part, not, or contribution units", "four statements",
     "test_what_is_authorized_in_part_is_counted_over_all_issuances test_two_issuances_under_a_statement_in_part", ""),
    ("12", "contribution units authorized later, shares included, before any transfer",
     "`mechanism.later_not_allowed`; `mechanism.mcu_moved`",
     "test_contribution_units_authorized_later_with_their_shares test_contribution_units_that_moved_stay_what_they_are "
     "test_later_authorization_against_a_transfer_of_the_same_units", ""),
    ("13", "time limit for that", "", "", _LATER.format("none was set as far as we know")),
    ("14(a)", "still held by the participants", "`mechanism.mcu_moved`",
     "test_contribution_units_that_moved_stay_what_they_are", ""),
    ("14(b)", "adjusted as if authorized at issuance", "first transfer marks on the later authorization; vintages kept",
     "test_contribution_units_are_in_no_report_until_they_are_authorized", ""),
    ("14(c)", "the Adaptation Fund's share becomes authorized", "`authorization_back_proceeds`",
     "test_contribution_units_authorized_later_with_their_shares", ""),
    ("15", "template of the statement", "", "", _NOT_OURS.format("the secretariat")),
    ("17", "Party registries may connect, for the transfer of authorized A6.4ERs",
     "transfers between registries; `unit.not_authorized`",
     "test_authorized_a64ers_go_to_a_partys_registry_and_come_back "
     "test_what_nobody_authorized_does_not_leave_the_mechanism_registry", ""),
    ("17", "the connection ensures that nothing is counted twice",
     "a unit stands in one registry's live account; reconciliation; `exchange.units_expected`",
     "test_whatever_two_registries_give_each_other_each_serial_is_with_one "
     "test_serials_are_accepted_once_and_never_where_they_stand "
     "test_who_claims_what_never_passed_blocks_nobody_elses_units", ""),
    ("17", "data on holdings and the action history of authorized A6.4ERs are pulled and viewed",
     "views between registries, signed and as of a moment, of a Party by whom it gave a mandate",
     "test_a_party_sees_its_section_and_nothing_else test_what_was_done_is_told_page_by_page_and_then_only_what_is_new "
     "test_a_party_sees_the_units_that_it_first_transferred_wherever_they_stand", ""),
    ("20", "LDC and SIDS exempt from the share of proceeds unless they wish", "exemption and opting in",
     "test_an_ldc_gives_no_share_of_proceeds_unless_it_wishes "
     "test_who_opts_in_gives_and_who_asks_for_more_omge_gets_it", ""),
)  # fmt: skip

CMA4_7_CONTINUED: tuple[Row, ...] = (
    ("18-19", "eligible CERs recorded with new identifiers and their Kyoto serials", "take-over; found by either",
     "test_a_kyoto_serial_is_found_by_the_search_box test_take_overs_of_overlapping_serials",
     "no reconciliation with the CDM registry but its file"),
    ("23", "CERs are subtracted in the emissions balance", "balance of a Party",
     "test_certified_emission_reductions_count_in_the_adjustment_and_not_as_itmos "
     "test_cers_are_subtracted_within_the_total_and_are_no_itmos", ""),
    ("24", "rows of the structured summary for CERs", "rows of CTF table 4",
     "test_the_rows_are_those_of_table_4_in_their_order", ""),
    ("22-23", "CERs retired towards first NDCs", "`cer.not_first_ndc`",
     "test_cers_are_taken_over_once_found_and_retired", ""),
    ("46", "agreed electronic format of authorized A6.4ERs", "AEF of host and acquirer",
     "test_an_issuance_authorized_in_full_is_reported_by_host_and_acquirer "
     "test_where_the_issuance_is_the_first_transfer_the_rest_are_transfers "
     "test_a_later_authorization_that_is_itself_the_first_transfer "
     "test_what_the_acquirer_does_and_what_the_adaptation_fund_sells",
     "no records are created in the international registry yet"),
    ("47", "reports to Parties on holdings and transactions", "AEF; reports on accounts, A6.4ERs, shares and CERs",
     "test_an_account_statement_adds_up_as_of_any_moment "
     "test_an_issuance_authorized_in_part_gives_its_shares_as_one "
     "test_cers_used_towards_an_ndc_are_told_by_party_and_year", ""),
    ("48", "public information", "public pages, API and reports where the registry is public",
     "test_accounts_by_the_page test_a_report_of_a_registry_opened_to_the_public_is_everybodys "
     "test_voluntary_cancellations_are_told_by_purpose", ""),
    ("49", "connection to the international registry", "transfers between registries, of authorized A6.4ERs",
     "test_authorized_a64ers_go_to_a_partys_registry_and_come_back", ""),
    ("49", "automated pulling and viewing of holdings and action history, for Parties with an account there",
     "service `pull_view`, kept with its age when the registry is away; mandate of the Party",
     "test_a_party_sees_its_section_and_nothing_else "
     "test_what_was_shown_is_served_with_its_age_when_the_peer_is_away "
     "test_what_was_done_is_told_page_by_page_and_then_only_what_is_new test_who_may_ask_and_be_asked", ""),
    ("50-55", "fees", "schedule as data, invoices", "test_fees test_a_fee_needs_what_it_goes_by", ""),
    ("56", "paid before processing", "`fee.unpaid`; `fee.paid_already`; `fee.unknown`",
     "test_issuance_waits_for_its_fee test_a_fee_paid_twice_and_given_back_twice", ""),
    ("57", "reimbursed in part or in full", "refunds, with reason; `fee.refund_exceeds`",
     "test_fees_are_given_back_up_to_what_was_paid", "conditions are the Supervisory Body's; the officer gives them"),
    ("58", "waived for LDC and SIDS", "waiver", "test_fees", ""),
    ("60", "the Adaptation Fund monetizes its units", "transfer by its trustee",
     "test_the_adaptation_fund_sells_its_share", ""),
    ("64", "more OMGE at the participants' request", "percentage of an instruction",
     "test_who_opts_in_gives_and_who_asks_for_more_omge_gets_it", ""),
    ("65", "voluntary cancellation for OMGE of adjusted units", "`omge.not_adjusted`",
     "test_only_adjusted_a64ers_are_cancelled_for_omge_by_choice_and_no_cers", ""),
    ("67", "mandatory and voluntary OMGE distinguished", "two account types; subtypes in the AEF",
     "test_what_the_acquirer_does_and_what_the_adaptation_fund_sells", ""),
)  # fmt: skip
