"""The clauses on what the public is told, and on having a registry at all, as rows like those of clause_rows.py."""

from article6.domain.clause_rows import Row

CMA3_2_PUBLIC: tuple[Row, ...] = (
    (
        "29",
        "to have, or have access to, a registry",
        "advisor that weighs the four ways, with reasons and sources",
        "test_the_circumstances_that_the_sources_name_lead_to_the_registry_that_they_name "
        "test_every_question_can_change_the_advice",
        "",
    ),
    (
        "36(a)",
        "public information on cooperative approaches and ITMOs",
        "dashboard and explorer; each picture with its table, files and address",
        "test_every_picture_has_a_page_a_table_and_files test_the_index_leads_to_pages_that_are_there "
        "test_every_breakdown_adds_up_to_the_same_total "
        "test_who_sees_one_section_of_a_closed_registry_is_told_the_sums_of_that_section",
        "the centralized platform itself is the secretariat's",
    ),
)

CMA4_6_PUBLIC: tuple[Row, ...] = (
    (
        "4",
        "traceable by everybody, step by step",
        "the life of a unit as a picture, each event with its proof in the log",
        "test_a_unit_shows_its_life_with_its_proofs_and_they_can_be_checked "
        "test_a_life_is_told_step_by_step_with_its_splits",
        "",
    ),
    (
        "6",
        "blocks are found by any of their serials",
        "search for ranges",
        "test_a_range_shows_every_block_that_has_any_of_it",
        "",
    ),
)
