"""The page of each kind of thing."""

from collections.abc import Mapping
from typing import Any

LISTS = {
    "objective": "objectives",
    "person": "people",
    "unit": "units",
    "cycle": "cycles",
    "review": "reviews",
    "measure": "measures",
    "change_plan": "plans",
}
"""The kinds of things that have a page each, as answers name them, with the list in which they are."""
COLLECTIONS = frozenset(LISTS.values())
ONE_BY_ONE = COLLECTIONS | {"webhooks"}
"""The lists whose things have a page each."""
LISTED = ONE_BY_ONE | {"policies", "tokens"}
"""The lists that have a page."""


def page_of(subject: Mapping[str, Any] | None) -> str | None:
    """Leads to the page of what an answer is about, given by its type and id; None if it has none."""
    found = LISTS.get(str(subject["type"])) if subject and subject.get("id") else None
    return f"/{found}/{subject['id']}" if found and subject else None
