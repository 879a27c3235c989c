-- One row for each event of the log. All tables are only ever added to.

create table entries (
    position     bigint primary key,
    subject_type text not null,      -- objective, review, person, unit, cycle, measure
    subject_id   uuid not null,
    version      bigint not null,
    recorded_at  timestamptz not null,
    effective_on date not null,
    actor        text not null,
    reason       text,
    action       text not null,      -- the topic
    command_id   uuid not null,
    -- Of the subject on the effective day, as known with this event:
    title        text,
    unit_id      uuid,               -- of an objective its owner's, of a review that of the person reviewed
    cycle_id     uuid,
    changes      jsonb not null,     -- [{field, before, after}], with "until" where another day is spoken of already,
                                     -- "label" where the field holds an id that has a name, "personal": true
                                     -- where the value is personal text, and "lowered" or "raised": true where a target is
                                     -- easier or harder, with its "key_result_kind"
    words        tsvector not null   -- made by projections/audit/words.py, without personal text of the changes
);
create index on entries (subject_id, position);
create index on entries (subject_type, position);
create index on entries (actor, position);
create index on entries (action, position);
create index on entries (cycle_id, position) where cycle_id is not null;
create index on entries (unit_id, position) include (effective_on) where unit_id is not null;
create index on entries (recorded_at, position);
create index on entries (effective_on, position) include (recorded_at);
create index on entries using gin (words);

-- By which actions a field has changed whose name has this word in it: where a search for it can begin.
create table actions_of_fields (
    word   text not null,
    action text not null,
    primary key (word, action)
);

-- What each event says of its subject, from its effective day on: of each field the last word in the order
-- (effective day, position) holds. A field is called <part>.<name>, or only <name> where the part has no id in it.
create table timeline (
    subject_id   uuid not null,
    part         text not null,      -- '' (what it says and whose it is), 'life', 'key_results.<id>', ...
    effective_on date not null,
    position     bigint not null,
    said         jsonb not null,     -- {name: value}
    primary key (subject_id, part, effective_on, position)
);
