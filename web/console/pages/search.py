"""The page of one search over all that has a name."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request
from werkzeug import Response as BaseResponse

from web.console import asking
from web.console.frame import console, page, view
from web.console.places import LISTS, page_of
from web.console.wording import listed, number, spelled

SHOWN = 20
"""A page shows so many of each type."""
TYPES = {
    "event": ("event", "events"),
    "objective": ("objective", "objectives"),
    "person": ("person", "people"),
    "unit": ("unit", "units"),
    "cycle": ("cycle", "cycles"),
}
"""Type of what is found: the word for one, and the word for more."""
WITH_LISTS = ("objective", "person", "cycle")
"""Their lists can be asked for the same words."""
NOTHING: Mapping[str, Any] = {"items": [], "found": dict.fromkeys(TYPES, 0)}


@console.get("/search")
def search() -> BaseResponse:
    """Shows all that is called so, by its type; the only thing that is called exactly so is shown at once."""
    seen, q = view(), request.args.get("q", "").strip()
    if not q:
        return _shown(q, NOTHING, "What are you looking for?")
    said = asking.tried("/search", **seen.moment, q=q, limit=SHOWN)
    if said.status == 422:
        wrong = said.body.get("errors") or [{"detail": said.body["detail"]}]
        return _shown(q, NOTHING, "Nothing was looked for.", wrong[0]["detail"])
    if said.is_refused:
        raise asking.NotAnswered(said.body)
    items = said.body["items"]
    if len(items) == 1 and items[0]["match"] == "whole":
        return redirect(_leads_to(items[0]))
    return _shown(q, said.body, heading(q, items, said.body["found"]))


def heading(q: str, items: list[Mapping[str, Any]], found: Mapping[str, int]) -> str:
    """The sentence that says how much of each type is called so."""
    named = {type: how_many for type, how_many in found.items() if how_many and type != "event"}
    event = next((each for each in items if each["type"] == "event"), None)
    if not named and event is None:
        return f"Nothing is called “{q}”."
    parts = [f"Event {number(event['position'])} has this number"] if event else []
    if named:
        what = listed(spelled(how_many, *TYPES[type]) for type, how_many in named.items())
        parts.append(f"{what} {'is' if sum(named.values()) == 1 else 'are'} called so")
    said = listed(parts)
    return f"{said[0].upper()}{said[1:]}."


def _shown(q: str, found: Mapping[str, Any], said: str, wrong: str | None = None) -> Response:
    groups = []
    for type, (_, many) in TYPES.items():
        rows = [(each, _leads_to(each)) for each in found["items"] if each["type"] == type]
        if rows:
            more = view().url(f"/{LISTS[type]}", q=q) if type in WITH_LISTS else None
            groups.append({"word": many, "rows": rows, "all": found["found"][type], "more": more})
    return page(
        "search.html", timed=True, kept={"q": q} if q else {}, q=q, heading=said, groups=groups, wrong=wrong
    )


def _leads_to(each: Mapping[str, Any]) -> str:
    return f"/trail/{each['position']}" if each["position"] else view().url(page_of(each) or "/")
