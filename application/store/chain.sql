-- The chain over all events: the digest of an event is SHA-256 of the digest before it (32 zero bytes before the
-- first) and of the event's canonical bytes. Whoever alters or removes an event breaks the chain at its place.
-- application/store/chain.py computes the same, apart from the database.

-- Storage: what is hashed. Numbers are eight bytes and ids sixteen, both in network order; texts and states are
-- preceded by their length in bytes, as four bytes; instants count microseconds since 1970.
CREATE OR REPLACE FUNCTION store.canonical(
    "position" bigint, originator_id uuid, originator_version bigint, topic text, recorded_at timestamptz,
    command_id uuid, state bytea
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT int8send("position") || uuid_send(originator_id) || int8send(originator_version)
        || int4send(octet_length(convert_to(topic, 'UTF8'))) || convert_to(topic, 'UTF8')
        || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint) || uuid_send(command_id)
        || int4send(octet_length(state)) || state
$$;

CREATE OR REPLACE FUNCTION store.link(so_far bytea, before bytea, canonical bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT sha256(coalesce(so_far, before) || canonical) $$;

-- The digest after the last of several events, of which the first follows on the digest `before`; over a window that
-- grows row by row, the digest after each.
CREATE OR REPLACE AGGREGATE store.chained(before bytea, canonical bytea) (SFUNC = store.link, STYPE = bytea);

-- A log from before there was a chain gets one.
DO $$
BEGIN
    IF EXISTS (SELECT FROM information_schema.columns
               WHERE table_schema = 'store' AND table_name = 'events' AND column_name = 'digest') THEN
        RETURN;
    END IF;
    ALTER TABLE store.head ADD COLUMN digest bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex');
    ALTER TABLE store.events ADD COLUMN digest bytea;
    ALTER TABLE store.events DISABLE TRIGGER events_are_never_altered;
    UPDATE store.events e SET digest = c.digest
    FROM (
        SELECT position, store.chained(decode(repeat('00', 32), 'hex'),
                   store.canonical(position, originator_id, originator_version, topic, recorded_at, command_id, state))
                   OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS digest
        FROM store.events
    ) c WHERE c.position = e.position;
    UPDATE store.head h SET digest = e.digest FROM store.events e WHERE e.position = h.position;
    ALTER TABLE store.events ENABLE TRIGGER events_are_never_altered;
    ALTER TABLE store.events ALTER COLUMN digest SET NOT NULL;
END
$$;
