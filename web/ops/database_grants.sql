-- What the roles may. A table that is not named here can be read, and written by its owner alone.

grant usage on schema store, access, webhooks, reminders to throughline_reader, throughline_projector;
grant usage on schema projection to throughline_reader;
grant select on all tables in schema store, access, webhooks, reminders, projection to throughline_reader;
alter default privileges for role throughline_projector grant usage on schemas to throughline_reader;
alter default privileges for role throughline_projector grant select on tables to throughline_reader;
do $$
declare
    space name;
begin
    for space in select nspname from pg_namespace where nspname like 'read\_%' loop
        execute format('grant usage on schema %I to throughline_reader', space);
        execute format('grant select on all tables in schema %I to throughline_reader', space);
    end loop;
end
$$;

-- The web: an event comes into the log by the function that saves, which is its owner's, and by nothing else.
revoke execute on function store.record from public;
grant execute on function store.record to throughline_web;
grant insert, update on store.snapshots to throughline_web;
grant insert, update (last_used_at, revoked_at) on access.tokens to throughline_web;
grant insert on access.journal to throughline_web;
grant update on access.journal_head to throughline_web;
grant insert, update, delete on all tables in schema webhooks to throughline_web;

-- The projector, which also sends what webhooks are told, reminds people of what they owe, and notes what it is made to do.
grant select on all tables in schema store, webhooks, reminders to throughline_projector;
grant select (person_id, roles, units, created_at, expires_at, revoked_at, last_used_at, idle)
    on access.tokens to throughline_projector;
grant insert, select (number) on access.journal to throughline_projector;
grant select, update on access.journal_head to throughline_projector;
grant insert, update, delete on all tables in schema webhooks, reminders to throughline_projector;
