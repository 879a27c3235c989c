-- The event store. Idempotent: every statement may run again on a database that has it already.

create schema if not exists store;

-- Storage: what happened, in the one global order. Rows are only ever added.
create table if not exists store.events (
    position           bigint      primary key,
    originator_id      uuid        not null,
    originator_version bigint      not null,
    topic              text        not null,
    state              bytea       not null, -- a JSON object in UTF-8
    recorded_at        timestamptz not null,
    command_id         uuid        not null,
    digest             bytea       not null, -- of everything before it in this row and in the log
    unique (originator_id, originator_version)
);

create index if not exists events_recorded_at on store.events (recorded_at);

-- One row: the last position given and when. Locking it is what puts saves in order. It is rewritten by every save,
-- so its page is kept almost empty for updates in place.
create table if not exists store.head (
    only_row    boolean     primary key default true check (only_row),
    position    bigint      not null,
    recorded_at timestamptz,          -- null until something is recorded
    digest      bytea       not null default decode(repeat('00', 32), 'hex') -- of the last event
) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

insert into store.head (position) values (0) on conflict do nothing;

-- The first answer to every command that recorded something or whose id the client gave.
create table if not exists store.commands (
    command_id    uuid        primary key,
    fingerprint   bytea       not null,
    originator_id uuid        not null,
    version       bigint      not null,
    position      bigint      not null,
    recorded_at   timestamptz,
    topics        text[]      not null
);

-- One row, once it has been said: the IANA name of the time zone whose days are those of the organisation.
create table if not exists store.organisation (
    only_row  boolean primary key default true check (only_row),
    time_zone text    not null
);

-- Which aggregates' events ever named a target, and as what. Grows only: equal counts mean equal sets.
create table if not exists store.mentions (
    target_id     uuid not null,
    relation      text not null,
    originator_id uuid not null,
    primary key (target_id, relation, originator_id)
);

-- How aggregates of many events were at some version. None is needed: the table may be emptied at any time.
create table if not exists store.snapshots (
    originator_id uuid   primary key,
    version       bigint not null,
    digest        bytea  not null, -- of the event that led to this version
    code          bytea  not null, -- digest of the code that wrote it; no other reads it
    state         bytea  not null
);

create or replace function store.refuse_alteration() returns trigger language plpgsql as $$
begin
    raise exception 'events are never altered: % on store.events refused', tg_op;
end
$$;

create or replace trigger events_are_never_altered before update or delete or truncate on store.events
    for each statement execute function store.refuse_alteration();

create or replace function store.version_of(aggregate uuid) returns bigint language sql stable as $$
    select coalesce(max(originator_version), 0) from store.events where originator_id = aggregate
$$;
