"""Policies: the rules of every judgement, with the day from which on they are in force."""

from typing import Any
from uuid import UUID

from application.policies import Policies
from projections.page import Page
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.policies import PolicyAdoption, PolicyShown
from web.schemas.queries import AskedList

policies = Routes(
    "policies",
    __name__,
    of=Policies,
    description="Rules and thresholds in versions, each in force from a day.",
)

policies.use_case(
    "/policies",
    Policies.adopt,
    "Put other rules in force from a day on, with a reason",
    PolicyAdoption(),
    creates="policies",
    example={
        "name": "2027-1",
        "zones": {"stretch": "1", "target": "0.8", "commit": "0.4"},
        "effective_on": "2027-01-01",
        "reason": "decided by the board in December",
    },
)


@policies.listing("/policies", AskedList(), PolicyShown(), personal=False)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Policies in the order of recording, each with what it changed"""
    return snapshot.directory.policies(snapshot.moment, asked["limit"], asked["after"])


@policies.single("/policies/<uuid:id>", PolicyShown(), personal=False)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One policy"""
    return snapshot.directory.policy(snapshot.moment, id)
