-- The chain over all events: the digest of an event is SHA-256 of the digest before it (32 zero bytes before the
-- first) and of the event's canonical bytes. Whoever alters or removes an event breaks the chain at its place.
-- application/store/chain.py computes the same, apart from the database.

-- Storage: what is hashed. Numbers are eight bytes and ids sixteen, both in network order; texts and states are
-- preceded by their length in bytes, as four bytes; instants count microseconds since 1970.
create or replace function store.canonical(
    "position" bigint, originator_id uuid, originator_version bigint, topic text, recorded_at timestamptz,
    command_id uuid, state bytea
) returns bytea language sql stable parallel safe as $$
    select int8send("position") || uuid_send(originator_id) || int8send(originator_version)
        || int4send(octet_length(convert_to(topic, 'UTF8'))) || convert_to(topic, 'UTF8')
        || int8send((extract(epoch from recorded_at) * 1000000)::bigint) || uuid_send(command_id)
        || int4send(octet_length(state)) || state
$$;

create or replace function store.link(so_far bytea, before bytea, canonical bytea) returns bytea
    language sql immutable parallel safe as $$ select sha256(coalesce(so_far, before) || canonical) $$;

-- The digest after the last of several events, of which the first follows on the digest `before`; over a window that
-- grows row by row, the digest after each.
create or replace aggregate store.chained(before bytea, canonical bytea) (sfunc = store.link, stype = bytea);

-- A log from before there was a chain gets one.
do $$
begin
    if exists (select from information_schema.columns
               where table_schema = 'store' and table_name = 'events' and column_name = 'digest') then
        return;
    end if;
    alter table store.head add column digest bytea not null default decode(repeat('00', 32), 'hex');
    alter table store.events add column digest bytea;
    alter table store.events disable trigger events_are_never_altered;
    update store.events e set digest = c.digest
    from (
        select position, store.chained(decode(repeat('00', 32), 'hex'),
                   store.canonical(position, originator_id, originator_version, topic, recorded_at, command_id, state))
                   over (order by position rows unbounded preceding) as digest
        from store.events
    ) c where c.position = e.position;
    update store.head h set digest = e.digest from store.events e where e.position = h.position;
    alter table store.events enable trigger events_are_never_altered;
    alter table store.events alter column digest set not null;
end
$$;
