-- The rules that the database itself keeps, whoever writes to it: the budget is never exceeded,
-- and nothing of a former owner lands after a trial was taken over. Safe to run again.

CREATE SCHEMA IF NOT EXISTS arcsweep;

CREATE TABLE IF NOT EXISTS arcsweep.sweeps (
    study_id    integer PRIMARY KEY REFERENCES studies ON DELETE CASCADE,
    n_trials    integer NOT NULL,
    fingerprint jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    -- Any worker's last sign of life, and when signs came back after a silence of all of them:
    -- leases start anew then, because an outage says nothing about who is alive.
    last_sign   timestamptz NOT NULL DEFAULT now(),
    resumed_at  timestamptz NOT NULL DEFAULT now()
);
-- What a successor study was started from, and what became of the trials there.
ALTER TABLE arcsweep.sweeps ADD COLUMN IF NOT EXISTS warm_start_from text;
ALTER TABLE arcsweep.sweeps ADD COLUMN IF NOT EXISTS warm_start jsonb;
-- Finished trials at which the next backup is due; whoever raises it makes that backup.
ALTER TABLE arcsweep.sweeps ADD COLUMN IF NOT EXISTS backup_due integer;
ALTER TABLE arcsweep.sweeps ADD COLUMN IF NOT EXISTS backup_begun integer NOT NULL DEFAULT 0;

CREATE TABLE IF NOT EXISTS arcsweep.leases (
    trial_id    integer PRIMARY KEY REFERENCES trials ON DELETE CASCADE,
    study_id    integer NOT NULL REFERENCES studies ON DELETE CASCADE,
    token       bigint NOT NULL,              -- fencing token of the present owner
    owner       jsonb,                        -- NULL: given back
    renewed_at  timestamptz NOT NULL DEFAULT now(),
    epoch       integer NOT NULL DEFAULT 0,   -- last epoch reported
    progressed  boolean NOT NULL DEFAULT false,  -- has the present owner finished an epoch
    fruitless   integer NOT NULL DEFAULT 0,   -- owners lost in a row without finishing an epoch
    takeovers   integer NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS leases_study ON arcsweep.leases (study_id);

CREATE TABLE IF NOT EXISTS arcsweep.failures (
    trial_id    integer PRIMARY KEY REFERENCES trials ON DELETE CASCADE,
    study_id    integer NOT NULL REFERENCES studies ON DELETE CASCADE,
    failed_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Trials of an earlier study in the terms of this one: they inform its sampler and are no trials
-- of it, therefore they stand apart from Optuna's table. An earlier version's table of this name
-- never held a row.
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'arcsweep'
               AND table_name = 'copies' AND column_name = 'trial_id') THEN
        DROP TABLE arcsweep.copies;
    END IF;
END $$;
CREATE TABLE IF NOT EXISTS arcsweep.copies (
    study_id    integer NOT NULL REFERENCES studies ON DELETE CASCADE,
    source      text NOT NULL,                -- name of the study that ran the trial
    number      integer NOT NULL,             -- its number there
    trial       jsonb NOT NULL,               -- state, value, params, intermediate_values
    PRIMARY KEY (study_id, source, number)
);

CREATE SEQUENCE IF NOT EXISTS arcsweep.tokens;

CREATE OR REPLACE FUNCTION arcsweep.spent(integer) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM trials t WHERE t.study_id = $1 AND t.state <> 'FAIL'
$$;

CREATE OR REPLACE FUNCTION arcsweep.my_token() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('arcsweep.token', true), '')::bigint
$$;

-- A new trial: within the budget, and owned from its first moment.
CREATE OR REPLACE FUNCTION arcsweep.on_new_trial() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    budget integer;
BEGIN
    SELECT n_trials INTO budget FROM arcsweep.sweeps WHERE study_id = NEW.study_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    IF arcsweep.my_token() IS NULL THEN
        RAISE EXCEPTION 'arcsweep: only a worker may add a trial to this study'
            USING ERRCODE = '42501';
    END IF;
    -- AFTER INSERT: the new row is in the count.
    IF arcsweep.spent(NEW.study_id) > budget THEN
        RAISE EXCEPTION 'arcsweep: the budget of % trials is spent', budget
            USING ERRCODE = '23AS1';
    END IF;
    INSERT INTO arcsweep.leases (trial_id, study_id, token, owner)
    VALUES (NEW.trial_id, NEW.study_id, arcsweep.my_token(),
            current_setting('arcsweep.owner', true)::jsonb);
    RETURN NEW;
END $$;

-- Every write to a trial: by its present owner only. KEY SHARE lets the owner's own renewals
-- pass and makes a take-over, which locks FOR UPDATE, wait for writes in flight.
CREATE OR REPLACE FUNCTION arcsweep.on_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present bigint;
BEGIN
    SELECT token INTO present FROM arcsweep.leases WHERE trial_id = NEW.trial_id FOR KEY SHARE;
    IF FOUND AND present IS DISTINCT FROM arcsweep.my_token() THEN
        RAISE EXCEPTION 'arcsweep: trial % has another owner', NEW.trial_id
            USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION arcsweep.on_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE arcsweep.leases
    SET epoch = NEW.step, progressed = true, fruitless = 0, renewed_at = now()
    WHERE trial_id = NEW.trial_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION arcsweep.on_finish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE arcsweep.leases SET owner = NULL, renewed_at = now() WHERE trial_id = NEW.trial_id;
    IF NEW.state = 'FAIL' THEN
        INSERT INTO arcsweep.failures (trial_id, study_id) VALUES (NEW.trial_id, NEW.study_id)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER arcsweep_new_trial AFTER INSERT ON trials
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_new_trial();
CREATE OR REPLACE TRIGGER arcsweep_write BEFORE UPDATE ON trials
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_write();
CREATE OR REPLACE TRIGGER arcsweep_finish AFTER UPDATE OF state ON trials
    FOR EACH ROW WHEN (OLD.state = 'RUNNING' AND NEW.state <> 'RUNNING')
    EXECUTE FUNCTION arcsweep.on_finish();
CREATE OR REPLACE TRIGGER arcsweep_write BEFORE INSERT OR UPDATE ON trial_params
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_write();
CREATE OR REPLACE TRIGGER arcsweep_write BEFORE INSERT OR UPDATE ON trial_values
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_write();
CREATE OR REPLACE TRIGGER arcsweep_write BEFORE INSERT OR UPDATE ON trial_intermediate_values
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_write();
CREATE OR REPLACE TRIGGER arcsweep_write BEFORE INSERT OR UPDATE ON trial_user_attributes
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_write();
CREATE OR REPLACE TRIGGER arcsweep_write BEFORE INSERT OR UPDATE ON trial_system_attributes
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_write();
CREATE OR REPLACE TRIGGER arcsweep_epoch AFTER INSERT OR UPDATE ON trial_intermediate_values
    FOR EACH ROW EXECUTE FUNCTION arcsweep.on_epoch();
