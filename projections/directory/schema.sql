create table units (
    id            uuid not null,
    valid_from    date not null,
    valid_to      date not null,
    recorded_from timestamptz not null,
    recorded_to   timestamptz not null,
    written_on    date[] not null,
    external_id   text,
    name          text collate "C" not null,
    kind          text not null,
    parent_id     uuid,
    status        text not null,
    primary key (id, valid_from, recorded_from)
);
create index units_of_parent on units (parent_id, valid_from);

create table people (
    id            uuid not null,
    valid_from    date not null,
    valid_to      date not null,
    recorded_from timestamptz not null,
    recorded_to   timestamptz not null,
    written_on    date[] not null,
    external_id   text,
    name          text collate "C" not null,
    email         text,
    job_title     text,
    unit_id       uuid not null,
    manager_id    uuid,
    status        text not null,
    primary key (id, valid_from, recorded_from)
);
create index people_of_unit on people (unit_id, valid_from);
create index people_of_manager on people (manager_id, valid_from) where manager_id is not null;

create table cycles (
    id            uuid not null,
    valid_from    date not null,
    valid_to      date not null,
    recorded_from timestamptz not null,
    recorded_to   timestamptz not null,
    written_on    date[] not null,
    external_id   text,
    name          text collate "C" not null,
    starts_on     date not null,
    ends_on       date not null,
    cadence_days  integer not null,
    appeal_days   integer not null,
    rating_scale  jsonb,
    status        text not null,
    primary key (id, valid_from, recorded_from)
);

create table versions (
    id          uuid not null,
    recorded_at timestamptz not null,
    version     bigint not null,
    position    bigint not null,
    primary key (id, recorded_at)
);

-- Closings of cycles and their reopenings, only ever added to. A closing before there were seals has no digest.
create table seals (
    cycle_id        uuid not null,
    position        bigint not null,   -- of the event
    recorded_at     timestamptz not null,
    effective_on    date not null,
    actor           text not null,
    reason          text,
    closes          boolean not null,  -- false: a reopening
    digest          text,
    algorithm       text,
    objectives      integer,
    reviews         integer,
    sealed_position bigint,            -- of the log that the seal is of
    primary key (cycle_id, position)
);
