"""Change plans: changes that are proposed, looked at before they are made, and recorded together or not at
all.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from application.change_plans import ChangePlans
from domain.change_plan import IDS, MANNER, MOVE_UNIT, Change
from projections.page import Page
from web.api.names import names_of_actors
from web.api.routes import SOME_ID, Routes
from web.freshness import ReadSnapshot
from web.schemas.plan_answers import ChangePlanInFull, ChangePlanSchema, PlanImpact
from web.schemas.plans import AskedPlanImpact, AskedPlans, ChangePlanComment, ChangePlanDraft

plans = Routes(
    "plans", __name__, of=ChangePlans, description="Change plans: what would be, before anything is recorded."
)
ACTORS = ("drafted_by", "approved_by", "ended_by")
OF_DIRECTORY = {
    "unit_name": "unit_id", "person_name": "person_id", "manager_name": "manager_id",
}  # fmt: skip
EXAMPLE = {
    "title": "One support team",
    "reason": "two teams answer the same requests",
    "changes": [
        {"action": "move_unit", "unit_id": SOME_ID, "parent_id": None},
        {"action": "cancel_objective", "objective_id": SOME_ID},
    ],
}

plans.use_case(
    "/plans",
    ChangePlans.draft,
    "Draft a change plan; refused where its changes could not be carried out today",
    ChangePlanDraft(),
    creates="plans",
    example=EXAMPLE,
)

plans.use_case(
    "/plans/<uuid:id>/revision",
    ChangePlans.revise,
    "Say all of a change plan anew; it has to be approved again",
    ChangePlanDraft(),
    example=EXAMPLE,
)

plans.use_case(
    "/plans/<uuid:id>/comments",
    ChangePlans.comment,
    "Comment on a change plan",
    ChangePlanComment(),
    example={"text": "The second objective has just been handed over."},
)

plans.use_case(
    "/plans/<uuid:id>/approval",
    ChangePlans.approve,
    "Approve a change plan that others drafted",
)

plans.use_case(
    "/plans/<uuid:id>/withdrawal",
    ChangePlans.withdraw,
    "Withdraw a change plan, with a reason",
    example={"reason": "the reorganisation is off"},
)

plans.use_case(
    "/plans/<uuid:id>/application",
    ChangePlans.apply,
    "Carry out an approved change plan: all its changes are recorded, or none",
)


@plans.listing("/plans", AskedPlans(), ChangePlanSchema(), personal=False)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Change plans, the newest first, or as `sort` says"""
    page = snapshot.plans.plans(
        snapshot.moment, asked["status"], asked["limit"], asked["after"], asked["sort"] or ()
    )
    _name_actors(snapshot, page.items, ACTORS)
    return page


@plans.single("/plans/<uuid:id>", ChangePlanInFull(), rows=("changes", "comments"), personal=False)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One change plan with its changes, what was said about it, and what has changed since"""
    plan = snapshot.plans.plan(snapshot.moment, id)
    if plan is None:
        return None
    changed = snapshot.plans.changed_since(snapshot.moment, plan)
    _name_actors(snapshot, [plan], ACTORS)
    _name_actors(snapshot, plan["comments"], ("said_by",))
    _name_actors(snapshot, changed, ("actor",))
    return {**plan, "changes": _told(snapshot, plan["changes"]), "changed_since": changed}


@plans.single(
    "/plans/<uuid:id>/impact", PlanImpact(), AskedPlanImpact(), rows=("objectives",), personal=False
)
def impact(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> dict[str, Any] | None:
    """The day as it would be if the change plan were carried out: health, reach, and who loses their way"""
    plan = snapshot.plans.plan(snapshot.moment, id)
    if plan is None:
        return None
    changes = [Change.read(each) for each in plan["changes"]]
    found = snapshot.alignment.what_if(snapshot.moment, changes, asked["unit"], asked["cycle"])
    goals = [row["goal"] for row in found["reach"]["rows"] if row["goal"]]
    told = [*goals, *found["objectives"], *found["health"]["units"]]
    names = snapshot.directory.names(snapshot.moment, {each["unit_id"] for each in told if each["unit_id"]})
    for each in (*goals, *found["objectives"]):
        each["unit_name"] = names.get(each["unit_id"])
    for each in found["health"]["units"]:
        each["name"] = names.get(each["unit_id"])
    return {"plan_id": str(id), "status": plan["status"], **found}


def _told(snapshot: ReadSnapshot, changes: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """The changes with all fields, and with the names of what they name."""
    told: list[dict[str, Any]] = [
        {name: each.get(name) for name in ("action", *IDS, *MANNER)} for each in changes
    ]
    ids = {each[name] for each in changes for name in IDS if name in each}
    names = snapshot.directory.names(snapshot.moment, ids)
    titles = snapshot.alignment.titles(snapshot.moment, ids)
    for each in told:
        of_parent = names if each["action"] == MOVE_UNIT else titles
        each |= {name: names.get(each[id]) for name, id in OF_DIRECTORY.items()}
        each["objective_title"] = titles.get(each["objective_id"])
        each["parent_name"] = of_parent.get(each["parent_id"])
        each["owner_name"] = names.get(each["owner_unit_id"] or each["owner_person_id"])
    return told


def _name_actors(snapshot: ReadSnapshot, items: Iterable[dict[str, Any]], fields: Sequence[str]) -> None:
    told = list(items)
    actors = {each[name] for each in told for name in fields if each[name] is not None}
    names = names_of_actors(snapshot, actors)
    for each in told:
        for name in fields:
            each[f"{name}_name"] = names.get(each[name])
