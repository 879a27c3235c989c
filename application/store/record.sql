-- store.record: one save, whole or not at all. It waits for the lock on store.head and holds it until the commit, so
-- saves happen one after the other, positions follow the order of commits without a gap, and every statement after
-- the first sees all that was committed before (each takes a fresh snapshot, which needs READ COMMITTED).
--
-- Expected outcomes are answered, never raised: a transaction may hold several saves, and one that is turned down
-- leaves the others as they are.
--   recorded          the events are in; also when there were none and nothing stood against it
--   repeated          the command id is known: the first answer, with its fingerprint for the caller to compare
--   version_conflict  an aggregate to be changed has another version than the one the change was made on
--   read_moved        something else that the decision rests on has changed
--
-- `ids`, `versions`, `topics`, `states` describe events, one per index, in the order of their positions; `mention_*`
-- what they name; `read_ids` with `read_versions` and `counted_targets` with `counted_relations` and `counts` what
-- the decision rests on.
CREATE OR REPLACE FUNCTION store.record(
    command uuid, print bytea, remember boolean, subject uuid,
    ids uuid[], versions bigint[], event_topics text[], states bytea[],
    mention_targets uuid[], mention_relations text[], mention_ids uuid[],
    read_ids uuid[], read_versions bigint[],
    counted_targets uuid[], counted_relations text[], counts bigint[]
) RETURNS TABLE (
    outcome text, originator_id uuid, version bigint, "position" bigint, recorded_at timestamptz, topics text[],
    fingerprint bytea
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    last  store.head%ROWTYPE;
    first store.commands%ROWTYPE;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'store.record needs READ COMMITTED: later statements must see what the lock waited for';
    END IF;
    SELECT * INTO STRICT last FROM store.head FOR UPDATE;

    SELECT * INTO first FROM store.commands c WHERE c.command_id = command;
    IF FOUND THEN
        RETURN QUERY SELECT 'repeated', first.originator_id, first.version, first.position, first.recorded_at,
                            first.topics, first.fingerprint;
        RETURN;
    END IF;

    IF EXISTS (
        SELECT FROM (
            SELECT e.id, min(e.version) AS first_version FROM unnest(ids, versions) e (id, version) GROUP BY e.id
        ) changed WHERE changed.first_version <> store.version_of(changed.id) + 1
    ) THEN
        RETURN QUERY SELECT 'version_conflict', subject, NULL::bigint, last.position, last.recorded_at,
                            NULL::text[], NULL::bytea;
        RETURN;
    END IF;

    IF EXISTS (
        SELECT FROM unnest(read_ids, read_versions) r (id, version) WHERE r.version <> store.version_of(r.id)
    ) OR EXISTS (
        SELECT FROM unnest(counted_targets, counted_relations, counts) r (target, relation, count)
        WHERE r.count <> (
            SELECT count(*) FROM store.mentions m WHERE m.target_id = r.target AND m.relation = r.relation
        )
    ) THEN
        RETURN QUERY SELECT 'read_moved', subject, NULL::bigint, last.position, last.recorded_at,
                            NULL::text[], NULL::bytea;
        RETURN;
    END IF;

    IF cardinality(ids) > 0 THEN
        last.recorded_at := greatest(clock_timestamp(), last.recorded_at + interval '1 microsecond');
        INSERT INTO store.events
            SELECT last.position + e.ordinality, e.id, e.version, e.topic, e.state, last.recorded_at, command,
                   store.chained(last.digest, store.canonical(last.position + e.ordinality, e.id, e.version, e.topic,
                                                              last.recorded_at, command, e.state))
                       OVER (ORDER BY e.ordinality ROWS UNBOUNDED PRECEDING)
            FROM unnest(ids, versions, event_topics, states)
                 WITH ORDINALITY e (id, version, topic, state, ordinality);
        INSERT INTO store.mentions
            SELECT * FROM unnest(mention_targets, mention_relations, mention_ids) ON CONFLICT DO NOTHING;
        last.position := last.position + cardinality(ids);
        UPDATE store.head h SET position = last.position, recorded_at = last.recorded_at,
                                digest = (SELECT e.digest FROM store.events e WHERE e.position = last.position);
        PERFORM pg_notify('throughline', last.position::text);
    END IF;

    first := (command, print, subject, store.version_of(subject), last.position, last.recorded_at, event_topics);
    IF cardinality(ids) > 0 OR remember THEN
        INSERT INTO store.commands SELECT first.*;
    END IF;
    RETURN QUERY SELECT 'recorded', first.originator_id, first.version, first.position, first.recorded_at,
                        first.topics, first.fingerprint;
END
$$;
