-- What the alignment read model keeps. Every table but versions is kept by projections/bitemporal.py.
-- Which unit, person, cycle or objective: ids only; the words of an objective are its own.
-- The indexes serve probes by id, parent, owner or unit, newest day first; both times are inside the index where a
-- walk through the graph would otherwise visit rows that do not hold.

create table objectives (
    id uuid not null,
    valid_from date not null, valid_to date not null,
    recorded_from timestamptz not null, recorded_to timestamptz not null,
    written_on date[] not null,
    title text, description text, level text, cycle_id uuid, owner_unit_id uuid, owner_person_id uuid,
    starts_on date, ends_on date, visibility text, external_id text,
    status text,
    resumes_to text,                -- while postponed: the status before
    committed_confidence smallint,
    last_reaffirmed_on date,
    amended_version bigint,         -- greatest version of a change that needs approving again
    approved_version bigint,        -- greatest version of an approval
    origin_id uuid,                 -- the objective that was carried over into this one
    successor_id uuid,              -- what this one was carried over into
    outcome text, score text, suggested_score text, note text,  -- while closed: how it was closed
    primary key (id, valid_from, recorded_from)
);
create index on objectives (owner_unit_id, valid_from) where owner_unit_id is not null;
create index on objectives (owner_person_id, valid_from) where owner_person_id is not null;

create table links (
    child_id uuid not null, parent_id uuid not null,
    valid_from date not null, valid_to date not null,
    recorded_from timestamptz not null, recorded_to timestamptz not null,
    written_on date[] not null,
    present boolean, kind text, weight text,
    since date,                     -- first day of the alignment that holds
    removed_on date, restarted_on date,
    primary key (child_id, parent_id, valid_from, recorded_from)
);
create index on links (child_id, valid_from, valid_to, recorded_from, recorded_to) where present;
create index on links (parent_id, valid_from, valid_to, recorded_from, recorded_to) where present;

create table key_results (
    objective_id uuid not null, id uuid not null,
    valid_from date not null, valid_to date not null,
    recorded_from timestamptz not null, recorded_to timestamptz not null,
    written_on date[] not null,
    present boolean, title text, kind text, unit_of_measure text, baseline text, target text, weight text,
    external_id text,
    primary key (objective_id, id, valid_from, recorded_from)
);

create table check_ins (
    objective_id uuid not null, id uuid not null,
    valid_from date not null,       -- the day of the readings
    valid_to date not null,
    recorded_from timestamptz not null, recorded_to timestamptz not null,
    written_on date[] not null,
    position bigint,                -- of the check-in itself, whatever corrected it
    confidence smallint,
    primary key (objective_id, id, valid_from, recorded_from)
);
create index on check_ins (objective_id, valid_from desc, position desc);

create table readings (
    objective_id uuid not null, key_result_id uuid not null, check_in_id uuid not null,
    valid_from date not null, valid_to date not null,
    recorded_from timestamptz not null, recorded_to timestamptz not null,
    written_on date[] not null,
    position bigint,                -- of the check-in itself, whatever corrected it
    value text,                     -- null: withdrawn
    said_position bigint, said_version bigint,  -- of the event that gave this value
    primary key (objective_id, key_result_id, check_in_id, valid_from, recorded_from)
);
create index on readings (objective_id, key_result_id, valid_from desc, position desc) where value is not null;

create table versions (
    id uuid, recorded_at timestamptz, version bigint not null, position bigint not null,
    primary key (id, recorded_at)
);
