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
