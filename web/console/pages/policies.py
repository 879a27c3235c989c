"""The page of the rules by which everything is judged, and since when each version holds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, request

from domain.checks import EARLIEST
from web.console import asking
from web.console.frame import console, page, view
from web.console.wording import counted, long_day

SHOWN = 50


@console.get("/policies")
def policies() -> Response:
    """The versions in the order of their recording, each with what it changed."""
    found = asking.get("/policies", **view().moment, limit=SHOWN, after=request.args.get("after"))
    return page("policies.html", timed=True, kept={}, found=found, heading=heading(found["items"]))


def heading(found: Sequence[Mapping[str, Any]]) -> str:
    """The sentence that says which rules are in force, and since when."""
    in_force = next((each for each in found if each["in_force"]), None)
    if in_force is None:
        return "The rules are those that came along: no others are recorded."
    since = date.fromisoformat(in_force["in_force_from"])
    said = (
        f"The rules {in_force['name']} are in force{f' since {long_day(since)}' if since > EARLIEST else ''}"
    )
    return f"{said}; {counted(len(found), 'version is', 'versions are')} recorded."
