-- The second wall between practices, and what the portal's own role may do.

-- The practice of this transaction; NULL, which equals nothing, where none was said.
CREATE FUNCTION current_practice() RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT nullif(current_setting('vestibule.practice_id', true), '')::uuid
$$;

CREATE FUNCTION keep_practices_apart(of_table text, practice_column text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of_table);
    -- The owner of the tables is behind the wall, too.
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of_table);
    EXECUTE format(
        'CREATE POLICY own_practice ON %I USING (%I = current_practice()) WITH CHECK (%I = current_practice())',
        of_table, practice_column, practice_column);
END
$$;

SELECT keep_practices_apart('practices', 'id');
SELECT keep_practices_apart(of_table, 'practice_id') FROM unnest(ARRAY[
    'kiosks', 'registrations', 'codes', 'links', 'terms_acceptances', 'limits', 'idempotent_answers', 'desk_references',
    'patients', 'patient_contact_points', 'accounts', 'profiles', 'reviews', 'review_candidates', 'outbox',
    'sandbox_messages', 'access_log', 'access_log_heads'
]) AS of_table;

-- The portal's role reads and writes rows, and nothing else: it owns no table, and of the access log it may write only a new
-- row and the place of a row that has none.
CREATE FUNCTION grant_run_time(run_time text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    of_table text;
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', run_time);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', run_time);
    EXECUTE format('GRANT SELECT ON _sqlx_migrations, database_stamp TO %I', run_time);
    FOR of_table IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', of_table, run_time);
        IF of_table NOT IN ('access_log', 'terms_acceptances') THEN
            EXECUTE format('GRANT UPDATE ON %I TO %I', of_table, run_time);
        END IF;
        IF of_table NOT IN ('practices', 'access_log_heads') THEN
            EXECUTE format('GRANT DELETE ON %I TO %I', of_table, run_time);
        END IF;
    END LOOP;
    EXECUTE format('GRANT UPDATE (sealed_seq, chain_mac) ON access_log TO %I', run_time);
END
$$;

REVOKE EXECUTE ON FUNCTION keep_practices_apart(text, text), grant_run_time(text) FROM PUBLIC;
