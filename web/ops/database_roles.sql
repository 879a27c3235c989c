-- The roles, whose they are, and what is theirs. Whoever signed in runs this: the owner of the database, who may create
-- roles, an administrator, or, once it was done, a member of throughline_migrate, who then has nothing left to do here.
-- Roles are those of the whole server, so another database may have made them already, or be about to.

do $$
declare
    name text;
begin
    foreach name in array array['throughline_migrate', 'throughline_projector', 'throughline_web', 'throughline_reader'] loop
        if to_regrole(name) is null then
            begin
                execute format('create role %I', name);
            exception when duplicate_object or unique_violation then
                null; -- another database was quicker
            end;
        end if;
    end loop;
end
$$;

do $$
declare
    member text;
    of_role text;
begin
    for member, of_role in values
        ('throughline_web', 'throughline_reader'),
        ('throughline_migrate', 'throughline_projector'),
        (session_user::text, 'throughline_migrate'),
        (session_user::text, 'throughline_web')
    loop
        continue when pg_has_role(member, of_role, 'set');
        -- Whoever made the roles may take them; others take what an administrator gave them.
        continue when member = session_user and not pg_has_role(member, of_role, 'member with admin option');
        begin
            execute format('grant %I to %I', of_role, member);
        exception when unique_violation then
            null; -- another database was quicker
        end;
    end loop;
end
$$;

-- What was made before there were the roles goes over to them.
do $$
declare
    statement text;
begin
    for statement in
        with spaces (id, name, owner, belongs_to) as (
            select n.oid, n.nspname, n.nspowner,
                   case when n.nspname in ('store', 'access', 'webhooks', 'reminders') then to_regrole('throughline_migrate')
                        else to_regrole('throughline_projector') end
            from pg_namespace n where n.nspname in ('store', 'access', 'webhooks', 'reminders', 'projection') or n.nspname like 'read\_%'
        )
        select format('alter schema %I owner to %s', name, belongs_to) from spaces where owner <> belongs_to
        union all
        select format('alter table %s owner to %s', c.oid::regclass, s.belongs_to)
        from pg_class c join spaces s on s.id = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm') and c.relowner <> s.belongs_to
        union all
        select format('alter routine %s owner to %s', p.oid::regprocedure, s.belongs_to)
        from pg_proc p join spaces s on s.id = p.pronamespace where p.proowner <> s.belongs_to
    loop
        execute statement;
    end loop;
end
$$;

-- Only these two make anything, and the projector only what can be made again from the events.
do $$
declare
    here constant text := current_database();
    maker text;
begin
    foreach maker in array array['throughline_migrate', 'throughline_projector'] loop
        if not has_database_privilege(maker, here, 'create') then
            execute format('grant create on database %I to %I', here, maker);
        end if;
    end loop;
    if has_database_privilege('throughline_web', here, 'temporary') then
        execute format('revoke temporary on database %I from public', here);
    end if;
end
$$;
