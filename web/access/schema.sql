create schema if not exists access;

-- A token is 256 random bits; only its hash is kept, so that a copy of the database opens nothing.
create table if not exists access.tokens (
    id         uuid primary key default gen_random_uuid(),
    hash       bytea not null unique check (octet_length(hash) = 32),
    roles      text[] not null,
    units      uuid[] not null default '{}', -- to which roles that can be limited are
    scopes     text[] not null default '{}', -- operations of a service
    last_used_at timestamptz,                -- to the minute
    person_id  uuid,
    name       text not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz
);
do $$
begin -- tokens of before there were several roles
    if exists (select from pg_attribute where attrelid = 'access.tokens'::regclass and attname = 'role' and not attisdropped) then
        alter table access.tokens add column roles text[], add column units uuid[] not null default '{}',
            add column scopes text[] not null default '{}', add column last_used_at timestamptz;
        update access.tokens set roles = array[role];
        alter table access.tokens alter column roles set not null, drop column role;
    end if;
end
$$;
alter table access.tokens add column if not exists idle interval; -- of a session: unused for longer, it has ended

-- Who read what is personal, which commands were refused, what was exported, what was changed that is no event, and
-- what was done by the command line.
-- Rows are only ever added; their numbers follow the order of commits without a gap, since every writer holds the one
-- row of the head until it commits.
create table if not exists access.journal (
    number       bigint primary key,
    at           timestamptz not null, -- never runs backwards
    actor        text not null,
    role         text,                 -- of the token; what comes from the command line has neither
    token_id     uuid,
    kind         text not null check (kind in ('read', 'refusal', 'export', 'administration')),
    action       text not null,        -- the name of the route, of a path that leads nowhere: none; throughline.<command>
    path         text not null,        -- of a read with its parameters; never longer than 2,000 characters
    subject_type text,
    subject_id   uuid,
    outcome      text not null,        -- answered, or the slug of the problem
    detail       text,                 -- of a refusal the pointers of the fields that were wrong, never their values
    position     bigint,               -- up to which the answer was complete
    rows         bigint,
    digest       text,
    address      text,                 -- of the client
    times        bigint,               -- requests that the row stands for, if not for one
    words        tsvector not null generated always as (
        to_tsvector('simple', translate(action || ' ' || outcome || ' ' || coalesce(detail, ''), './_-', '    '))
    ) stored
);
do $$
begin -- a journal of before there were rows of the command line
    if exists (select from pg_attribute where attrelid = 'access.journal'::regclass and attname = 'role' and attnotnull) then
        alter table access.journal alter column role drop not null, alter column token_id drop not null;
    end if;
    if not exists (select from pg_attribute where attrelid = 'access.journal'::regclass and attname = 'times') then
        alter table access.journal add column address text, add column times bigint;
    end if;
end
$$;
create index if not exists journal_at on access.journal (at, number);
create index if not exists journal_actor on access.journal (actor, number);
create index if not exists journal_kind on access.journal (kind, number);
create index if not exists journal_action on access.journal (action, number);
create index if not exists journal_subject on access.journal (subject_id, number) where subject_id is not null;
create index if not exists journal_subject_type on access.journal (subject_type, number)
    where subject_type is not null;
create index if not exists journal_digest on access.journal (digest) where digest is not null;
create index if not exists journal_words on access.journal using gin (words);

-- The ids that a path names, with its parameters: whom and what a read was about.
create or replace function access.ids_in(path text) returns text[] language sql immutable strict parallel safe as $$
    select array(select distinct lower(found[1])
                   from regexp_matches(path, '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}', 'g') found)
$$;
create index if not exists journal_named on access.journal using gin (access.ids_in(path)) where kind = 'read';

create table if not exists access.journal_head (
    only_row boolean     primary key default true check (only_row),
    number   bigint      not null,
    at       timestamptz not null
) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

insert into access.journal_head (number, at) values (0, '-infinity') on conflict do nothing;

create or replace function access.refuse_alteration() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is never altered: % on access.journal refused', tg_op;
end
$$;

create or replace trigger journal_is_never_altered before update or delete or truncate on access.journal
    for each statement execute function access.refuse_alteration();
