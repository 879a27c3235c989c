"""The database holds back the words of objectives that are hidden from a reader, and not their rows: figures
are the same for everybody, and the graph has nameless nodes.

So the tables are guarded as a whole, and queries ask a view of each, in which the words are empty.
"""

from projections.keeping import Kept

# Of whoever does not own the tables. A transaction that does not say what is hidden is shown no words at all:
# of null nobody can tell that it is another id.
_SHOWN = """{id} not in (
            select unnest(case when row_security_active('{table}'::regclass)
                then coalesce(nullif(current_setting('throughline.hidden', true), ''), '{{null}}')
                else '{{}}' end::uuid[]))"""


def told(table: str) -> str:
    """The name of the view."""
    return f"told_{table}"


def guarded(kept: Kept, id: str, words: tuple[str, ...]) -> str:
    """The statements that guard a table and make its view; `id` is the column with the objective."""
    shown, view = _SHOWN.format(table=kept.name, id=id), told(kept.name)
    columns = [*kept.key, "valid_from", "valid_to", "recorded_from", "recorded_to", *kept.columns]
    seen = [_told(name, shown) if name in words else name for name in columns]
    return f"""
        alter table {kept.name} enable row level security;
        drop policy if exists shown on {kept.name};
        create policy shown on {kept.name} for select using ({shown});
        drop view if exists {view};
        create view {view} as
        select {", ".join(seen)} from {kept.name};
        """


def _told(word: str, shown: str) -> str:
    empty = "''" if word == "title" else "null"
    return f"case when {shown} then {word} else {empty} end as {word}"
