create schema if not exists projection;

-- How far each read model is. A rebuild under way has a row of its own, '<name>_next', for '<schema>_next'.
create table if not exists projection.positions (
    read_model  text primary key,
    version     integer not null,
    position    bigint not null,
    recorded_at timestamptz
);

-- Aggregates whose events a read model could not apply, from the first such event on.
create table if not exists projection.parked (
    read_model    text not null,
    originator_id uuid not null,
    position      bigint not null,
    topic         text not null,
    error         text not null,
    parked_at     timestamptz not null default clock_timestamp(),
    held          bigint not null default 0,
    primary key (read_model, originator_id)
);
