-- store.record: several saves in one transaction, each whole or not at all. It waits for the lock on store.head, and
-- the transaction holds that to its commit: positions follow the order of commits without a gap, and every statement
-- after the first sees all that was committed before (each takes a fresh snapshot, which needs READ COMMITTED).
--
-- All saves are judged by what was there before any of them, then written one after the other. Expected outcomes are
-- answered, one row per save in the order given, never raised, so that one that is turned down leaves the others as
-- they are:
--   recorded          the events are in; also when there were none and nothing stood against it
--   repeated          the command id is known: the first answer, with its fingerprint for the caller to compare
--   version_conflict  an aggregate to be changed has another version than the one the change was made on
--   read_moved        something else that the decision rests on has changed
--   again             it has to do with what an earlier one of these saves changes: to be given again, after that
--
-- Arrays that belong together describe one thing per index. `*_saves` say of which save it is (1, 2, ... as in
-- `commands`) and never fall. Events have their positions in the order given; `mention_*` is what they name;
-- `known_ids` with `known_versions` what decisions were made on, whether it is changed or only read;
-- `counted_targets` with `counted_relations` and `counts` how many they found naming something.
CREATE OR REPLACE FUNCTION store.record(
    commands uuid[], prints bytea[], remembered boolean[], subjects uuid[],
    event_saves integer[], ids uuid[], versions bigint[], event_topics text[], states bytea[],
    mention_saves integer[], mention_targets uuid[], mention_relations text[], mention_ids uuid[],
    known_saves integer[], known_ids uuid[], known_versions bigint[], known_changed boolean[],
    count_saves integer[], counted_targets uuid[], counted_relations text[], counts bigint[]
) RETURNS TABLE (
    outcome text, originator_id uuid, version bigint, "position" bigint, recorded_at timestamptz, topics text[],
    fingerprint bytea
) LANGUAGE plpgsql
    -- Plans are made once, over tables that may be empty then, and are kept while these grow: only by keys.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    outcomes text[] := array_fill('recorded'::text, ARRAY[cardinality(commands)]);
    last     store.head%ROWTYPE;
    before   bigint;
    event    integer := 1;
    first    integer;
    found    integer;
    answer   store.commands%ROWTYPE;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'store.record needs READ COMMITTED: later statements must see what the lock waited for';
    END IF;
    SELECT * INTO STRICT last FROM store.head FOR UPDATE;
    before := last.position;

    -- The judgement: a later word overrides an earlier one.
    IF cardinality(commands) > 1 THEN
        FOR found IN
            SELECT later.save
            FROM unnest(event_saves, ids) earlier (save, id)
            JOIN unnest(known_saves, known_ids) later (save, id) ON later.id = earlier.id AND later.save > earlier.save
            UNION
            SELECT later.save
            FROM unnest(mention_saves, mention_targets, mention_relations) earlier (save, target, relation)
            JOIN unnest(count_saves, counted_targets, counted_relations) later (save, target, relation)
                 ON later.target = earlier.target AND later.relation = earlier.relation AND later.save > earlier.save
            UNION
            SELECT later.save
            FROM unnest(commands) WITH ORDINALITY earlier (command, save)
            JOIN unnest(commands) WITH ORDINALITY later (command, save)
                 ON later.command = earlier.command AND later.save > earlier.save
        LOOP outcomes[found] := 'again'; END LOOP;
    END IF;
    IF cardinality(count_saves) > 0 THEN
        FOR found IN
            SELECT r.save FROM unnest(count_saves, counted_targets, counted_relations, counts)
                 r (save, target, relation, count)
            WHERE r.count <> (
                SELECT count(*) FROM store.mentions m WHERE m.target_id = r.target AND m.relation = r.relation
            )
        LOOP outcomes[found] := 'read_moved'; END LOOP;
    END IF;
    FOR found, outcome IN
        SELECT k.save, CASE WHEN k.changed THEN 'version_conflict' ELSE 'read_moved' END
        FROM unnest(known_saves, known_ids, known_versions, known_changed) k (save, id, version, changed)
        WHERE k.version <> store.version_of(k.id) ORDER BY k.changed
    LOOP outcomes[found] := outcome; END LOOP;
    FOR found IN
        SELECT s.save FROM unnest(commands) WITH ORDINALITY s (command, save)
        CROSS JOIN LATERAL (SELECT FROM store.commands c WHERE c.command_id = s.command OFFSET 0) known
    LOOP outcomes[found] := 'repeated'; END LOOP;

    IF cardinality(mention_saves) > 0 THEN
        INSERT INTO store.mentions
            SELECT m.target, m.relation, m.id
            FROM unnest(mention_saves, mention_targets, mention_relations, mention_ids) m (save, target, relation, id)
            WHERE outcomes[m.save] = 'recorded'
            ON CONFLICT DO NOTHING;
    END IF;
    FOR save IN 1 .. cardinality(commands) LOOP
        outcome := outcomes[save];
        first := event;
        IF outcome = 'recorded' AND event_saves[event] = save THEN
            last.recorded_at := greatest(clock_timestamp(), last.recorded_at + interval '1 microsecond');
        END IF;
        WHILE event_saves[event] = save LOOP
            IF outcome = 'recorded' THEN
                last.position := last.position + 1;
                last.digest := sha256(last.digest || store.canonical(
                    last.position, ids[event], versions[event], event_topics[event], last.recorded_at, commands[save],
                    states[event]));
                INSERT INTO store.events VALUES (
                    last.position, ids[event], versions[event], event_topics[event], states[event], last.recorded_at,
                    commands[save], last.digest);
            END IF;
            event := event + 1;
        END LOOP;
        answer := NULL;
        IF outcome = 'recorded' THEN
            answer := (commands[save], prints[save], subjects[save], store.version_of(subjects[save]), last.position,
                       last.recorded_at, event_topics[first:event - 1]);
            IF event > first OR remembered[save] THEN
                INSERT INTO store.commands VALUES (answer.*);
            END IF;
        ELSIF outcome = 'repeated' THEN
            SELECT * INTO answer FROM store.commands c WHERE c.command_id = commands[save];
        END IF;
        originator_id := answer.originator_id;
        version := answer.version;
        position := answer.position;
        recorded_at := answer.recorded_at;
        topics := answer.topics;
        fingerprint := answer.fingerprint;
        RETURN NEXT;
    END LOOP;
    IF last.position > before THEN
        UPDATE store.head h SET position = last.position, recorded_at = last.recorded_at, digest = last.digest;
        PERFORM pg_notify('throughline', last.position::text);
    END IF;
END
$$;

-- It took one save at a time before.
DROP FUNCTION IF EXISTS store.record(
    uuid, bytea, boolean, uuid, uuid[], bigint[], text[], bytea[], uuid[], text[], uuid[], uuid[], bigint[], uuid[],
    text[], bigint[]);
