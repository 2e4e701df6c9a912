-- What the portal's role may do to the access log, without a way round.

-- A role may make temporary tables, and their names come first: one called access_log_heads would have decided here.
ALTER FUNCTION refuse_young_access_log_row() SET search_path = public, pg_temp;

CREATE OR REPLACE FUNCTION grant_run_time(run_time text) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    of_table text;
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', run_time);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', run_time);
    EXECUTE format('GRANT SELECT ON _sqlx_migrations, database_stamp TO %I', run_time);
    FOR of_table IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity LOOP
        EXECUTE format('GRANT SELECT ON %I TO %I', of_table, run_time);
        IF of_table <> 'access_log' THEN
            EXECUTE format('GRANT INSERT ON %I TO %I', of_table, run_time);
        END IF;
        IF of_table NOT IN ('access_log', 'terms_acceptances') THEN
            EXECUTE format('GRANT UPDATE ON %I TO %I', of_table, run_time);
        END IF;
        IF of_table NOT IN ('practices', 'access_log_heads') THEN
            EXECUTE format('GRANT DELETE ON %I TO %I', of_table, run_time);
        END IF;
    END LOOP;
    -- A new row has no place in the chain yet.
    EXECUTE format('GRANT INSERT (practice_id, id, at, actor, actor_id, act, registration_id, patient_id, account_id)
        ON access_log TO %I', run_time);
    EXECUTE format('GRANT UPDATE (sealed_seq, chain_mac) ON access_log TO %I', run_time);
END
$$;
