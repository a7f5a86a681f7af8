CASE WHEN a.holder <> '' THEN entity_standing(a.section_id, a.holder) END,
a.period_first IS NULL OR ndc_period_known(a.section_id, a.period_first, a.period_last)
