create table feedback (
    objective_id      uuid not null,
    id                uuid not null,
    valid_from        date not null,
    valid_to          date not null,
    recorded_from     timestamptz not null,
    recorded_to       timestamptz not null,
    written_on        date[] not null,
    position          bigint,          -- of the event that gave it
    given_on          date,
    giver             text,            -- the actor
    kind              text,
    text              text,
    visibility        text,
    withdrawn_on      date,
    withdrawn_by      text,
    withdrawal_reason text,
    primary key (objective_id, id, valid_from, recorded_from)
);
