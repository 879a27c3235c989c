create table measures (
    id              uuid not null,
    valid_from      date not null,
    valid_to        date not null,
    recorded_from   timestamptz not null,
    recorded_to     timestamptz not null,
    written_on      date[] not null,
    external_id     text,
    name            text collate "C" not null,
    unit_of_measure text,
    direction       text not null,
    baseline        text not null,
    target          text not null,
    objective_ids   jsonb not null,
    primary key (id, valid_from, recorded_from)
);

create table readings (
    measure_id    uuid not null,
    id            uuid not null,
    valid_from    date not null,   -- the day of the reading
    valid_to      date not null,
    recorded_from timestamptz not null,
    recorded_to   timestamptz not null,
    written_on    date[] not null,
    position      bigint,          -- of the reading itself, whatever corrected it
    value         text,
    source        text,
    said_position bigint, said_version bigint,   -- of the event that gave this value
    primary key (measure_id, id, valid_from, recorded_from)
);
create index readings_latest on readings (measure_id, valid_from desc, position desc);

create table versions (
    id          uuid not null,
    recorded_at timestamptz not null,
    version     bigint not null,
    position    bigint not null,
    primary key (id, recorded_at)
);
