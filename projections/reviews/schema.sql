-- What is said of reviews, and what is needed of objectives to explain it.

create table reviews (
    id                uuid not null,
    valid_from        date not null,
    valid_to          date not null,
    recorded_from     timestamptz not null,
    recorded_to       timestamptz not null,
    written_on        date[] not null,
    external_id       text,
    person_id         uuid not null,
    reviewer_id       uuid not null,
    cycle_id          uuid not null,
    scale             jsonb not null,
    appeal_days       integer not null,
    opened_on         date not null,
    status            text not null,
    assessed_rating   smallint,
    calibrated_rating smallint,        -- the last one
    rating            smallint,        -- what holds
    shared_on         date,
    primary key (id, valid_from, recorded_from)
);
create index reviews_of_person on reviews (person_id, valid_from);
create index reviews_by_reviewer on reviews (reviewer_id, valid_from);
create index reviews_in_cycle on reviews (cycle_id, valid_from);

-- The steps of reviews with all that was said, as recorded; they are taken in order and never put right.
create table steps (
    review_id    uuid not null,
    position     bigint not null,
    version      bigint not null,
    recorded_at  timestamptz not null,
    effective_on date not null,
    topic        text not null,
    actor        text not null,
    reason       text,
    data         jsonb not null,       -- the payload without provenance
    primary key (review_id, position)
);

-- What was recorded about objectives, as far as evidence rests on it; folded when a review is explained.
create table objective_events (
    objective_id uuid not null,
    position     bigint not null,
    version      bigint not null,
    recorded_at  timestamptz not null,
    effective_on date not null,
    topic        text not null,
    actor        text not null,
    reason       text,
    parent_id    uuid,                 -- of an alignment
    data         jsonb not null,       -- the payload without provenance
    primary key (objective_id, position)
);
create index objective_events_below on objective_events (parent_id) where topic = 'objective.aligned';

create table versions (
    id          uuid not null,
    recorded_at timestamptz not null,
    version     bigint not null,
    position    bigint not null,
    primary key (id, recorded_at)
);
