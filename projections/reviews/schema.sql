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
