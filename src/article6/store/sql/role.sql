-- The program's role. It is shared by all registries of one server; each database grants it its own rights.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'article6_app') THEN
        BEGIN
            CREATE ROLE article6_app NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- another registry's migration was quicker
        END;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER) THEN
        EXECUTE format('GRANT article6_app TO %I', CURRENT_USER);
    END IF;
END $$;
