"""Change plans and what was said about them, at any day, as known at any instant."""

from projections.catalogue.events import CHANGE_PLAN, PLAN_COMMENT
from projections.keeping import Keeper, Kept
from projections.model import ReadModel

_KEEPER = Keeper(
    Kept("change_plans", CHANGE_PLAN, key=("id",)),
    Kept("comments", PLAN_COMMENT, key=("plan_id", "id"), indexes=("(plan_id, position)",)),
    versions_of=("change_plan",),
)
# A plan that names an objective which is hidden from a reader does not exist for them.
_GUARDS = """
    drop policy if exists shown on change_plans;
    alter table change_plans enable row level security;
    create policy shown on change_plans for select using (
        coalesce(not array(
            select (change ->> name)::uuid
              from jsonb_array_elements(changes) change, unnest('{objective_id,parent_id}'::text[]) name
             where change ->> name is not null)
            && nullif(current_setting('throughline.hidden', true), '')::uuid[], false));
    drop policy if exists shown on comments;
    alter table comments enable row level security;
    create policy shown on comments for select using (
        exists (select from change_plans p where p.id = plan_id and p.recorded_to = 'infinity'));
"""
READ_MODEL = ReadModel(
    "change_plans",
    revision=1,
    ddl=_KEEPER.ddl,
    topics=_KEEPER.topics,
    apply=_KEEPER.apply,
    reads=("audit",),
    guards=_GUARDS,
)

__all__ = ["READ_MODEL"]
