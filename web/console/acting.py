"""The commands that whoever looks may give on a thing, each with the form that gives it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import g

from web.access.deeds import DEFINING, NEW
from web.api.blueprints import BASE
from web.console import asking
from web.console.places import LISTS

WORDS = {
    "check_in": "Check in",
    "give_feedback": "Feedback",
    "self_assess": "Write your self-assessment",
    "decide_appeal": "Decide on the appeal",
    "correct_external_id": "Correct its external id",
    "name_lead": "Name a lead",
    "return_": "Return",
    "open_": "Open a review",
    "align": "Link to another",
    "apply": "Carry it out",
    "draft": "Draft a change plan",
    "name_account": "Name its account",
    "cascade": "Cascade",
    "correct_check_in": "Put right",
    "withdraw_check_in": "Withdraw",
    "change_target": "Change the target",
    "revise_key_result": "Revise",
    "remove_key_result": "Remove",
    "change_alignment_weight": "Change the weight",
    "remove_alignment": "Take the link away",
    "adopt": "Adopt a policy",
    "issue": "Issue a token",
    "create": "Subscribe a URL",
    "replay": "Send again",
    "rotate": "Change its secret",
}
"""The buttons of operations that are not called as they are written."""
MAIN = (
    "check_in",
    "self_assess",
    "assess",
    "share",
    "acknowledge",
    "decide_appeal",
    "approve",
    "submit",
    "activate",
    "finalise",
    "apply",
)
"""The first of these that fits is the main button."""
OF_WHAT_IS_GONE = ("reinstate_key_result",)
"""These are about a part that a page does not show."""
NEW_WORDS = {DEFINING: "Define an objective"}
"""The buttons of what makes something new for a thing, where they need another word there."""
NOTHING: Mapping[str, Any] = {"operations": ()}
_PART = re.compile(r"\{([a-z_]+)\}")


def word_for(name: str) -> str:
    """The name of an operation as a button has it, without its collection."""
    return WORDS.get(name) or name.rstrip("_").replace("_", " ").capitalize()


@dataclass(frozen=True)
class Button:
    """A button leads to the form of a command."""

    name: str
    word: str
    path: str


def buttons(id: str) -> tuple[Button | None, list[Button]]:
    """(the main button, the others) of what may be done on a thing now."""
    found = [each for each in _fitting(_operations(id)) if _PART.search(each.path) is None]
    main = next((each for name in MAIN for each in found if each.name == name), None)
    return main, [each for each in found if each is not main]


def of_parts(id: str) -> Mapping[str, Sequence[Button]]:
    """By the kind of a part, as paths name it: what may be done now on such a part of a thing. The path of a
    button has a place for the id of the part, `at` fills it.
    """
    found = defaultdict(list)
    for each in _fitting(_operations(id)):
        part = _PART.search(each.path)
        if part is not None and each.name not in OF_WHAT_IS_GONE:
            found[part[1]].append(each)
    return found


def at(each: Button, part: str) -> str:
    """The path of a button, for this part."""
    return _PART.sub(part, each.path)


def _operations(id: str) -> Mapping[str, Any]:
    """The answer to what may be done on a thing."""
    if "operations" not in g:
        g.operations = {}
    if id not in g.operations:
        said = asking.tried("/me/operations", subject=id)
        g.operations[id] = NOTHING if said.is_refused else said.body
    found: Mapping[str, Any] = g.operations[id]
    return found


def _fitting(said: Mapping[str, Any]) -> Iterable[Button]:
    for each in said["operations"]:
        operation, path = each["operation"], each["path"].removeprefix(BASE)
        name = operation.partition(".")[2]
        if not each["fits"]:
            continue
        if path.count("/") > 1:
            yield Button(name, word_for(name), path)
        else:
            yield Button(
                name, NEW_WORDS.get(operation, word_for(name)), f"{path}/new?{_whose(operation, said)}"
            )


def _whose(operation: str, said: Mapping[str, Any]) -> str:
    """The field of something new that names for whom it is made, filled in."""
    subject = said["subject"]
    field = NEW[LISTS[subject["type"]]][operation]
    return urlencode({f"owner/{field}" if operation == DEFINING else field: subject["id"]})
