"""The access table: for each operation, the roles and the relations that may do it. No route, query or
command decides for itself.

An operation is named after the collection and what is done there: `objectives.check_in`. A role of a row is
enough by itself, within its units; a relation is what a person is to the subject today, as known now
(`application/standing.py`). Reads say who may ask; what of the answer is theirs, web/access/sight.py says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from domain.refusals import Forbidden
from web.access.roles import ADMIN, AUDITOR, EMPLOYEE, HR, LIMITED, ROLES, SERVICE
from web.access.tokens import Caller

OWNER, LEAD, LEAD_ABOVE, MANAGER, READER = "owner", "lead", "lead_above", "manager", "reader"
REVIEWED, REVIEWER, GIVER, SELF, ABOVE, HOLDER = (
    *("reviewed", "reviewer", "giver", "self", "above", "holder"),
)
TOUCHED, DRAFTER = "touched", "drafter"
About = Literal[
    "objective", "new objective", "review", "new review", "feedback",
    "change plan", "new change plan", "nothing",
]  # fmt: skip
SAID = {
    OWNER: "its owner",
    LEAD: "a lead of the unit that owns it, or of one above",
    LEAD_ABOVE: "a lead of a unit above the one that owns it",
    MANAGER: "a manager of its owner",
    READER: "whoever may see it",
    REVIEWED: "the person reviewed",
    REVIEWER: "the reviewer",
    GIVER: "whoever gave it",
    SELF: "the person",
    ABOVE: "a manager of the person",
    HOLDER: "whoever holds it",
    TOUCHED: "whoever leads all units that it touches, or units above them",
    DRAFTER: "whoever drafted it",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """`about` is what relations are to. With `person` somebody must act as a person, whatever their roles.
    `four_eyes`: it is never for whoever owns it or said what is decided upon. `whole`: it is about the whole
    organisation, so it is not for a role that is limited to units.
    """

    roles: frozenset[str] = frozenset()
    relations: tuple[str, ...] = ()
    about: About = "nothing"
    person: bool = False
    four_eyes: bool = False
    whole: bool = False

    @property
    def who(self) -> str:
        """Names those who may, in words."""
        named = [*(SAID[each] for each in self.relations), *sorted(self.roles)]
        return f"{', '.join(named[:-1])} or {named[-1]}" if len(named) > 1 else named[0]


def _roles(*names: str) -> frozenset[str]:
    return frozenset(names)


EVERYBODY = Row(roles=_roles(ADMIN, HR, AUDITOR, EMPLOYEE))
ADMINISTRATION = Row(roles=_roles(ADMIN))
OF_MACHINES = Row(roles=_roles(ADMIN, SERVICE))
PERSONNEL = Row(roles=_roles(HR), whole=True)
ALL_READING = Row(roles=_roles(HR, AUDITOR), whole=True)
OWNERS_SIDE = Row(roles=_roles(HR), relations=(OWNER, LEAD, MANAGER), about="objective")
DEFINING = Row(roles=_roles(HR), relations=(OWNER, LEAD, MANAGER), about="new objective")
APPROVAL = Row(roles=_roles(HR), relations=(MANAGER, LEAD_ABOVE), about="objective", four_eyes=True)
ANYBODY = Row(roles=_roles(*ROLES))
FOLLOWING = Row(roles=_roles(ADMIN))  # and services of that scope
BY_THE_REVIEWER = Row(roles=_roles(HR), relations=(REVIEWER,), about="review")
BY_THE_REVIEWED = Row(relations=(REVIEWED,), about="review", person=True)
OF_REVIEWS = Row(roles=_roles(HR), about="review")
OF_TOKENS = Row(roles=_roles(ADMIN), relations=(HOLDER,))
DRAFTING = Row(roles=_roles(HR), relations=(TOUCHED,), about="new change plan")
OF_PLANS = Row(roles=_roles(HR), relations=(TOUCHED,), about="change plan")
BY_ONESELF = Row(roles=_roles(ADMIN, HR, AUDITOR, EMPLOYEE), person=True)
BY_ANOTHER_PERSON = Row(roles=_roles(HR), about="review", person=True)

TABLE: Mapping[str, Row] = {
    "objectives.define": DEFINING,
    "objectives.cascade": DEFINING,
    **dict.fromkeys(
        (
            "objectives.revise",
            "objectives.correct_external_id",
            "objectives.transfer",
            "objectives.add_key_result",
            "objectives.revise_key_result",
            "objectives.change_target",
            "objectives.remove_key_result",
            "objectives.reinstate_key_result",
            "objectives.align",
            "objectives.change_alignment_weight",
            "objectives.remove_alignment",
            "objectives.check_in",
            "objectives.correct_check_in",
            "objectives.withdraw_check_in",
            "objectives.commit",
            "objectives.submit",
            "objectives.activate",
            "objectives.reaffirm",
            "objectives.withdraw_reaffirmation",
            "objectives.postpone",
            "objectives.resume",
            "objectives.cancel",
            "objectives.close",
            "objectives.reopen",
            "objectives.reinstate",
            "objectives.carry_over",
        ),
        OWNERS_SIDE,
    ),
    "objectives.approve": APPROVAL,
    "objectives.return_": APPROVAL,
    "objectives.give_feedback": Row(roles=_roles(HR), relations=(READER,), about="objective"),
    "objectives.withdraw_feedback": Row(roles=_roles(HR), relations=(GIVER,), about="feedback"),
    "reviews.open_": Row(roles=_roles(HR), about="new review"),
    "reviews.correct_external_id": OF_REVIEWS,
    "reviews.reassign": OF_REVIEWS,
    "reviews.self_assess": Row(roles=_roles(HR), relations=(REVIEWED,), about="review"),
    "reviews.assess": BY_THE_REVIEWER,
    "reviews.share": BY_THE_REVIEWER,
    "reviews.calibrate": BY_ANOTHER_PERSON,
    "reviews.decide_appeal": BY_ANOTHER_PERSON,
    "reviews.acknowledge": BY_THE_REVIEWED,
    "reviews.appeal": BY_THE_REVIEWED,
    "reviews.finalise": OF_REVIEWS,
    "reviews.withdraw": OF_REVIEWS,
    "plans.draft": DRAFTING,
    "plans.revise": OF_PLANS,
    "plans.comment": Row(roles=_roles(HR), relations=(READER,), about="change plan"),
    "plans.approve": Row(roles=_roles(HR), about="change plan", four_eyes=True),
    "plans.withdraw": Row(roles=_roles(HR), relations=(DRAFTER, TOUCHED), about="change plan"),
    "plans.apply": OF_PLANS,
    "measures.define": PERSONNEL,
    "measures.revise": PERSONNEL,
    "measures.correct_external_id": PERSONNEL,
    "measures.record_reading": PERSONNEL,
    "measures.correct_reading": PERSONNEL,
    "measures.withdraw_reading": PERSONNEL,
    **dict.fromkeys(
        (
            "units.define",
            "units.rename",
            "units.correct_external_id",
            "units.move",
            "units.name_lead",
            "units.name_account",
            "units.dissolve",
            "units.withdraw_dissolution",
            "units.restore",
            "people.define",
            "people.rename",
            "people.revise",
            "people.correct_external_id",
            "people.transfer",
            "people.depart",
            "people.withdraw_departure",
            "people.return_",
            "people.list_accounts",
            "people.read_account",
            "people.provision",
            "people.replace_account",
            "people.change_account",
            "people.delete_account",
            "units.list_accounts",
            "units.read_account",
            "units.provision",
            "units.replace_account",
            "units.change_account",
            "units.delete_account",
            "cycles.define",
            "cycles.revise",
            "cycles.correct_external_id",
            "cycles.activate",
            "policies.adopt",
            "imports.import_uploaded",
            "imports.get_import_template",
            "webhooks.create",
            "webhooks.list",
            "webhooks.read",
            "webhooks.list_deliveries",
            "webhooks.pause",
            "webhooks.resume",
            "webhooks.remove",
            "webhooks.replay",
            "webhooks.rotate",
        ),
        ADMINISTRATION,
    ),
    "tokens.issue": ADMINISTRATION,
    "tokens.list": OF_TOKENS,
    "tokens.revoke": OF_TOKENS,
    "cycles.close": PERSONNEL,
    "cycles.reopen": PERSONNEL,
    "scim.describe": OF_MACHINES,
    "scim.unsupported": OF_MACHINES,
    "commands.post_many": Row(roles=_roles(ADMIN, HR, EMPLOYEE, SERVICE)),
    **dict.fromkeys(
        (
            "objectives.list",
            "objectives.read",
            "objectives.paths",
            "objectives.progress",
            "objectives.history",
            "objectives.read_feedback",
            "objectives.key_results",
            "alignment.graph",
            "alignment.branch",
            "alignment.of_person",
            "alignment.of_unit",
            "alignment_health.health",
            "alignment_health.series",
            "alignment_health.change",
            "alignment_health.links",
            "alignment_health.reach",
            "board_pack.read",
            "changes.count",
            "units.list",
            "units.read",
            "people.list",
            "people.read",
            "cycles.list",
            "cycles.read",
            "cycles.sealed",
            "policies.list",
            "policies.read",
            "measures.list",
            "measures.read",
            "measures.impact",
            "plans.list",
            "plans.read",
            "plans.impact",
            "reviews.list",
            "reviews.read",
            "reviews.history",
            "search.find",
            "people.history",
            "units.history",
        ),
        EVERYBODY,
    ),
    "reviews.fairness": ALL_READING,
    "people.record": Row(roles=_roles(HR, AUDITOR), relations=(SELF,)),
    "people.obligations": Row(roles=_roles(HR), relations=(SELF, ABOVE)),
    "people.duplicates_of_all": Row(roles=_roles(ADMIN, HR, AUDITOR), whole=True),
    "people.left_behind_of_all": Row(roles=_roles(ADMIN, HR, AUDITOR), whole=True),
    "audit.list": ALL_READING,
    "audit.readers": Row(roles=_roles(ADMIN, HR, AUDITOR), whole=True),
    "events.follow": FOLLOWING,
    **dict.fromkeys(("reminders.subscribe", "reminders.unsubscribe"), BY_ONESELF),
    **dict.fromkeys(("me.read", "me.operations", "reminders.read"), ANYBODY),
}

OPEN = frozenset(
    {
        "health.livez",
        "health.readyz",
        "health.metrics",
        "documents.openapi",
        "documents.page",
        "documents.asset",
        "documents.problem_kind",
        "signin.start",
        "signin.callback",
        "signin.out",
        "calendar_feed.read",
        "console.static",
        "console.sign_in",
        "console.sign_in_with_token",
        "console.one_time_link",
        "console.spend_link",
        "console.sign_out",
    }
)
"""Endpoints that take no token."""
_COLLECTIONS = {
    "cascading": "objectives",
    "steps": "objectives",
    "measuring": "objectives",
    "feedback": "objectives",
    "histories": "objectives",
    "review_questions": "reviews",
    "scim_users": "people",
    "scim_groups": "units",
}
_OF_OBJECTIVES = ("alignment.align", "alignment.change_alignment_weight", "alignment.remove_alignment")
OF_SERVICES_NEVER = ("reviews.*", "audit.*", "people.record", "people.obligations", "reminders.*", "tokens.*")
"""Operations that no scope opens."""


def operation_of(endpoint: str) -> str:
    """The operation of an endpoint, the same for an answer and for its export."""
    collection, _, name = endpoint.removesuffix("_export").partition(".")
    if endpoint in _OF_OBJECTIVES:
        collection = "objectives"
    return f"{_COLLECTIONS.get(collection, collection)}.{'list' if name == 'list_all' else name}"


def is_page(endpoint: str | None) -> bool:
    """Returns whether it is a page of the console, which tells nothing of its own: each question that it asks
    is judged as everybody's are.
    """
    return endpoint is not None and endpoint.startswith("console.")


def row_of(operation: str) -> Row:
    """The row of an operation; what the table does not name is refused."""
    row = TABLE.get(operation)
    if row is None:
        raise Forbidden(f"{operation} is not in the access table")
    return row


def in_scope(caller: Caller, operation: str) -> bool:
    """Returns whether a service has this operation in its scopes."""
    return (
        SERVICE in caller.roles
        and not any(fnmatchcase(operation, never) for never in OF_SERVICES_NEVER)
        and any(fnmatchcase(operation, scope) for scope in caller.scopes)
    )


def has_role(caller: Caller, row: Row) -> bool:
    """Returns whether a role of the caller is enough by itself, so far as units do not limit it."""
    letting_in = row.roles & caller.powers
    if row.whole and caller.units:
        letting_in -= LIMITED
    return bool(letting_in)


def demand(caller: Caller, operation: str) -> Row:
    """Raises `Forbidden` for whom no row lets in, whatever they are to the subject; gives the row."""
    row = row_of(operation)
    if row.person and caller.person_id is None:
        raise Forbidden("this takes a token that belongs to a person")
    by_relation = row.relations and caller.person_id is not None and EMPLOYEE in caller.powers
    holds = HOLDER in row.relations  # whoever calls has a token; whether it is theirs is judged with it
    if not (by_relation or holds or has_role(caller, row) or in_scope(caller, operation)):
        raise Forbidden(f"a token of {caller.roles_said} may not do this; {row.who} may")
    return row


def told() -> list[dict[str, str]]:
    """The table in words, as it is printed and stands in docs/access.md."""
    return [
        {
            "operation": operation,
            "who": row.who,
            "and": ", ".join(
                [*(["as a person"] if row.person else []), *(["four eyes"] if row.four_eyes else [])]
            ),
        }
        for operation, row in TABLE.items()
    ]
