"""The commands that whoever looks may give on a thing, each with the form that gives it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from web.api.blueprints import BASE
from web.console import asking

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
    "name_account": "Name its account",
    "cascade": "Cascade",
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
)
"""The first of these that fits is the main button."""
NO_FORM = ("cascade",)


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
    said = asking.tried("/me/operations", subject=id)
    found = list(_fitting(said.body["operations"])) if not said.is_refused else []
    main = next((each for name in MAIN for each in found if each.name == name), None)
    return main, [each for each in found if each is not main]


def _fitting(operations: Iterable[dict[str, Any]]) -> Iterable[Button]:
    for each in operations:
        name = each["operation"].partition(".")[2]
        if each["fits"] and "{" not in each["path"] and name not in NO_FORM:
            yield Button(name, word_for(name), each["path"].removeprefix(BASE))
