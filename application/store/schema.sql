-- The event store. Idempotent: every statement may run again on a database that has it already.

CREATE SCHEMA IF NOT EXISTS store;

-- Storage: what happened, in the one global order. Rows are only ever added.
CREATE TABLE IF NOT EXISTS store.events (
    position           bigint      PRIMARY KEY,
    originator_id      uuid        NOT NULL,
    originator_version bigint      NOT NULL,
    topic              text        NOT NULL,
    state              bytea       NOT NULL, -- a JSON object in UTF-8
    recorded_at        timestamptz NOT NULL,
    command_id         uuid        NOT NULL,
    digest             bytea       NOT NULL, -- of everything before it in this row and in the log
    UNIQUE (originator_id, originator_version)
);

CREATE INDEX IF NOT EXISTS events_recorded_at ON store.events (recorded_at);

-- One row: the last position given and when. Locking it is what puts saves in order. It is rewritten by every save,
-- so its page is kept almost empty for updates in place.
CREATE TABLE IF NOT EXISTS store.head (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    position    bigint      NOT NULL,
    recorded_at timestamptz,          -- null until something is recorded
    digest      bytea       NOT NULL DEFAULT decode(repeat('00', 32), 'hex') -- of the last event
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO store.head (position) VALUES (0) ON CONFLICT DO NOTHING;

-- The first answer to every command that recorded something or whose id the client gave.
CREATE TABLE IF NOT EXISTS store.commands (
    command_id    uuid        PRIMARY KEY,
    fingerprint   bytea       NOT NULL,
    originator_id uuid        NOT NULL,
    version       bigint      NOT NULL,
    position      bigint      NOT NULL,
    recorded_at   timestamptz,
    topics        text[]      NOT NULL
);

-- Which aggregates' events ever named a target, and as what. Grows only: equal counts mean equal sets.
CREATE TABLE IF NOT EXISTS store.mentions (
    target_id     uuid NOT NULL,
    relation      text NOT NULL,
    originator_id uuid NOT NULL,
    PRIMARY KEY (target_id, relation, originator_id)
);

-- How aggregates of many events were at some version. None is needed: the table may be emptied at any time.
CREATE TABLE IF NOT EXISTS store.snapshots (
    originator_id uuid   PRIMARY KEY,
    version       bigint NOT NULL,
    digest        bytea  NOT NULL, -- of the event that led to this version
    code          bytea  NOT NULL, -- digest of the code that wrote it; no other reads it
    state         bytea  NOT NULL
);

CREATE OR REPLACE FUNCTION store.refuse_alteration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never altered: % on store.events refused', TG_OP;
END
$$;

CREATE OR REPLACE TRIGGER events_are_never_altered BEFORE UPDATE OR DELETE OR TRUNCATE ON store.events
    FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_alteration();

CREATE OR REPLACE FUNCTION store.version_of(aggregate uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(originator_version), 0) FROM store.events WHERE originator_id = aggregate
$$;
