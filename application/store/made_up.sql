-- A log that tells a made-up past, as `throughline demo` does, is marked as such for ever. While it is told, and only
-- there, whoever records may give the instants: the setting throughline.told_at, for one transaction, an array with one
-- for each save (store.record). In every other log they come from the clock of the database alone.

-- Storage: one row in such a log, none in any other.
create table if not exists store.made_up (
    only_row       boolean     primary key default true check (only_row),
    marked_at      timestamptz not null default clock_timestamp(),
    until_position bigint -- the last event told so; null while it is told
);

create or replace function store.keep_the_mark() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' and (select position from store.head for update) = 0 then
        return new;
    end if;
    if tg_op = 'UPDATE' and old.until_position is null and new.marked_at = old.marked_at
       and new.until_position = (select position from store.head for update) then
        return new;
    end if;
    raise exception 'only an empty log is marked as made up, and for ever: % on store.made_up refused', tg_op;
end
$$;

create or replace trigger the_mark_is_kept before insert or update or delete on store.made_up
    for each row execute function store.keep_the_mark();

create or replace trigger the_mark_is_never_emptied before truncate on store.made_up
    for each statement execute function store.keep_the_mark();

-- The instants given for the saves of this transaction; null where the clock of the database holds.
create or replace function store.told_at() returns timestamptz[] language plpgsql stable as $$
declare
    told constant timestamptz[] := nullif(current_setting('throughline.told_at', true), '')::timestamptz[];
begin
    if told is not null and not exists (select from store.made_up where until_position is null) then
        raise exception 'instants come from the clock of the database: throughline.told_at is for a log that is made up';
    end if;
    return told;
end
$$;
