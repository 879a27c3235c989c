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
create or replace function store.record(
    commands uuid[], prints bytea[], remembered boolean[], subjects uuid[],
    event_saves integer[], ids uuid[], versions bigint[], event_topics text[], states bytea[],
    mention_saves integer[], mention_targets uuid[], mention_relations text[], mention_ids uuid[],
    known_saves integer[], known_ids uuid[], known_versions bigint[], known_changed boolean[],
    count_saves integer[], counted_targets uuid[], counted_relations text[], counts bigint[]
) returns table (
    outcome text, originator_id uuid, version bigint, "position" bigint, recorded_at timestamptz, topics text[],
    fingerprint bytea
) language plpgsql
    -- Whoever may call it may write to the log by it alone: it does so as its owner, and means no tables but its own.
    security definer set search_path = pg_catalog, pg_temp
    -- Plans are made once, over tables that may be empty then, and are kept while these grow: only by keys.
    set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    outcomes text[] := array_fill('recorded'::text, array[cardinality(commands)]);
    last     store.head%rowtype;
    before   bigint;
    event    integer := 1;
    first    integer;
    found    integer;
    answer   store.commands%rowtype;
    told     constant timestamptz[] := store.told_at();
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'store.record needs READ COMMITTED: later statements must see what the lock waited for';
    end if;
    select * into strict last from store.head for update;
    before := last.position;

    -- The judgement: a later word overrides an earlier one.
    if cardinality(commands) > 1 then
        for found in
            select later.save
            from unnest(event_saves, ids) earlier (save, id)
            join unnest(known_saves, known_ids) later (save, id) on later.id = earlier.id and later.save > earlier.save
            union
            select later.save
            from unnest(mention_saves, mention_targets, mention_relations) earlier (save, target, relation)
            join unnest(count_saves, counted_targets, counted_relations) later (save, target, relation)
                 on later.target = earlier.target and later.relation = earlier.relation and later.save > earlier.save
            union
            select later.save
            from unnest(commands) with ordinality earlier (command, save)
            join unnest(commands) with ordinality later (command, save)
                 on later.command = earlier.command and later.save > earlier.save
        loop outcomes[found] := 'again'; end loop;
    end if;
    if cardinality(count_saves) > 0 then
        for found in
            select r.save from unnest(count_saves, counted_targets, counted_relations, counts)
                 r (save, target, relation, count)
            where r.count <> (
                select count(*) from store.mentions m where m.target_id = r.target and m.relation = r.relation
            )
        loop outcomes[found] := 'read_moved'; end loop;
    end if;
    for found, outcome in
        select k.save, case when k.changed then 'version_conflict' else 'read_moved' end
        from unnest(known_saves, known_ids, known_versions, known_changed) k (save, id, version, changed)
        where k.version <> store.version_of(k.id) order by k.changed
    loop outcomes[found] := outcome; end loop;
    for found in
        select s.save from unnest(commands) with ordinality s (command, save)
        cross join lateral (select from store.commands c where c.command_id = s.command offset 0) known
    loop outcomes[found] := 'repeated'; end loop;

    if cardinality(mention_saves) > 0 then
        insert into store.mentions
            select m.target, m.relation, m.id
            from unnest(mention_saves, mention_targets, mention_relations, mention_ids) m (save, target, relation, id)
            where outcomes[m.save] = 'recorded'
            on conflict do nothing;
    end if;
    for save in 1 .. cardinality(commands) loop
        outcome := outcomes[save];
        first := event;
        if outcome = 'recorded' and event_saves[event] = save then
            last.recorded_at := greatest(least(told[save], clock_timestamp()),
                                         last.recorded_at + interval '1 microsecond');
        end if;
        while event_saves[event] = save loop
            if outcome = 'recorded' then
                last.position := last.position + 1;
                last.digest := sha256(last.digest || store.canonical(
                    last.position, ids[event], versions[event], event_topics[event], last.recorded_at, commands[save],
                    states[event]));
                insert into store.events values (
                    last.position, ids[event], versions[event], event_topics[event], states[event], last.recorded_at,
                    commands[save], last.digest);
            end if;
            event := event + 1;
        end loop;
        answer := null;
        if outcome = 'recorded' then
            answer := (commands[save], prints[save], subjects[save], store.version_of(subjects[save]), last.position,
                       last.recorded_at, event_topics[first:event - 1]);
            if event > first or remembered[save] then
                insert into store.commands values (answer.*);
            end if;
        elsif outcome = 'repeated' then
            select * into answer from store.commands c where c.command_id = commands[save];
        end if;
        originator_id := answer.originator_id;
        version := answer.version;
        position := answer.position;
        recorded_at := answer.recorded_at;
        topics := answer.topics;
        fingerprint := answer.fingerprint;
        return next;
    end loop;
    if last.position > before then
        update store.head h set position = last.position, recorded_at = last.recorded_at, digest = last.digest;
        perform pg_notify('throughline', last.position::text);
    end if;
end
$$;

-- It took one save at a time before.
drop function if exists store.record(
    uuid, bytea, boolean, uuid, uuid[], bigint[], text[], bytea[], uuid[], text[], uuid[], uuid[], bigint[], uuid[],
    text[], bigint[]);
