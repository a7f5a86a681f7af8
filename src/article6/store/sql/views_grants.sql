-- The program reads and adds; what is kept stays.
REVOKE ALL ON FUNCTION guard_exchange_mandate_act, guard_exchange_instruction_act FROM PUBLIC;
GRANT SELECT, INSERT ON exchange_mandate, exchange_mandate_act, exchange_view, exchange_view_page,
    exchange_instruction, exchange_instruction_act, exchange_publication TO article6_app;
