-- What the database refuses whatever the program does. Each message is a refusal code; the CONSTRAINT name is
-- what `store.refusals` maps.

CREATE FUNCTION refuse(code text, detail text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'A6001', MESSAGE = code, DETAIL = detail;
END $$;

CREATE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'A6001', MESSAGE = 'ledger.append_only',
        DETAIL = format('%s refused on %s', TG_OP, TG_TABLE_NAME);
END $$;

CREATE FUNCTION guard_block_tiles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    below bigint;
    above bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT b.lo INTO above FROM block b
            WHERE b.series_id = OLD.series_id AND b.hi > OLD.hi ORDER BY b.hi LIMIT 1;
        IF above IS NULL OR above > OLD.lo THEN
            PERFORM refuse('ledger.tiling', format('series %s: serials %s-%s would be lost',
                                                   OLD.series_id, OLD.lo, OLD.hi));
        END IF;
        RETURN NULL;
    END IF;
    SELECT b.hi INTO below FROM block b
        WHERE b.series_id = NEW.series_id AND b.hi < NEW.hi ORDER BY b.hi DESC LIMIT 1;
    SELECT b.lo INTO above FROM block b
        WHERE b.series_id = NEW.series_id AND b.hi > NEW.hi ORDER BY b.hi LIMIT 1;
    IF COALESCE(below, 0) <> NEW.lo - 1
       OR COALESCE(above, (SELECT s.top FROM series s WHERE s.id = NEW.series_id) + 1) <> NEW.hi + 1 THEN
        PERFORM refuse('ledger.tiling', format('series %s: block %s-%s does not join its neighbours',
                                               NEW.series_id, NEW.lo, NEW.hi));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION guard_transaction_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'proposed' OR NEW.status = 'proposed'
       OR (NEW.id, NEW.type, NEW.section_id, NEW.quantity, NEW.proposed_by, NEW.proposed_at)
          IS DISTINCT FROM (OLD.id, OLD.type, OLD.section_id, OLD.quantity, OLD.proposed_by, OLD.proposed_at)
       OR (NEW.source_id, NEW.target_id, NEW.terms, NEW.expires_at)
          IS DISTINCT FROM (OLD.source_id, OLD.target_id, OLD.terms, OLD.expires_at) THEN
        PERFORM refuse('ledger.append_only', format('transaction %s is %s', OLD.id, OLD.status));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_account_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.section_id, NEW.type, NEW.is_terminal, NEW.party, NEW.opened_at)
       IS DISTINCT FROM (OLD.id, OLD.number, OLD.section_id, OLD.type, OLD.is_terminal, OLD.party, OLD.opened_at)
       OR (OLD.status = 'closed' AND NEW.status <> 'closed') THEN
        PERFORM refuse('ledger.append_only', format('account %s', OLD.number));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_series_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.top < OLD.top OR (NEW.id, NEW.registry, NEW.party) IS DISTINCT FROM (OLD.id, OLD.registry, OLD.party) THEN
        PERFORM refuse('ledger.append_only', format('series %s', OLD.id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER block_tiles_insert AFTER INSERT ON block FOR EACH ROW EXECUTE FUNCTION guard_block_tiles();
CREATE TRIGGER block_tiles_update AFTER UPDATE ON block FOR EACH ROW
    WHEN (OLD.lo <> NEW.lo OR OLD.hi <> NEW.hi OR OLD.series_id <> NEW.series_id)
    EXECUTE FUNCTION guard_block_tiles();
CREATE TRIGGER block_tiles_delete AFTER DELETE ON block FOR EACH ROW EXECUTE FUNCTION guard_block_tiles();
CREATE TRIGGER block_keeps AFTER UPDATE OR DELETE ON block FOR EACH ROW
    WHEN (OLD.is_final OR OLD.first_transfer_id IS NOT NULL) EXECUTE FUNCTION guard_block_keeps();
CREATE TRIGGER transaction_decided BEFORE UPDATE ON ledger_transaction
    FOR EACH ROW EXECUTE FUNCTION guard_transaction_decided();
CREATE TRIGGER account_identity BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION guard_account_identity();
CREATE TRIGGER series_grows BEFORE UPDATE ON series FOR EACH ROW EXECUTE FUNCTION guard_series_grows();

CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER batch_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON batch
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER party_authorization_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON party_authorization
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER transaction_append_only BEFORE DELETE OR TRUNCATE ON ledger_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER account_append_only BEFORE DELETE OR TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER series_append_only BEFORE DELETE OR TRUNCATE ON series
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
CREATE TRIGGER block_truncate BEFORE TRUNCATE ON block
    FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
