"""Remarks on objectives, at any day, as known at any instant."""

from projections.catalogue.events import FEEDBACK
from projections.keeping import Keeper, Kept
from projections.model import ReadModel

_KEEPER = Keeper(Kept("feedback", FEEDBACK, key=("objective_id", "id")))
# Of private remarks whoever does not own the table sees what the transaction says: all, those that an actor
# gave, and those on some objectives.
_GUARDS = """
    drop policy if exists shown on feedback;
    alter table feedback enable row level security;
    create policy shown on feedback for select using (
        visibility = 'open'
        or (select current_setting('throughline.sees', true) = 'all')
        or giver = (select current_setting('throughline.actor', true))
        or objective_id in (
            select unnest(nullif(current_setting('throughline.remarks_on', true), '')::uuid[])));
"""
READ_MODEL = ReadModel(
    "feedback",
    revision=2,
    ddl=_KEEPER.ddl,
    topics=_KEEPER.topics,
    apply=_KEEPER.apply,
    guards=_GUARDS,
)

__all__ = ["READ_MODEL"]
