"""The pages of the map: which goals carry what, and what leads nowhere."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug import Response as BaseResponse

from web.console import asking
from web.console.drawings_map import marks, stands_for
from web.console.frame import console, page, view
from web.console.pages.cascade import cascade
from web.console.pages.compare import compare
from web.console.pages.map_views import first_goal, narrowed, views
from web.console.viewing import View
from web.console.wording import counted, long_day, number, spelled


@console.get("/map")
def overview() -> BaseResponse:
    """All goals, with the live objectives below each and those that lead to none: as marks or `as=table`."""
    seen = view()
    if root := request.args.get("root"):
        return cascade(seen, root)
    if request.args.get("from") or (seen.both and seen.as_of < seen.today):
        return compare(seen)
    narrow, as_table = narrowed(), request.args.get("as") == "table"
    found = asking.get("/alignment-health/reach", **seen.moment, **narrow)
    cells = [cell for row in found["rows"] for cell in row["cells"]]
    levels = Counter[str]()
    for cell in cells:
        levels[cell["level"]] += cell["live"]
    return page(
        "map.html",
        timed=True,
        kept=narrow | ({"as": "table"} if as_table else {}),
        compares=True,
        policy=found["policy"],
        as_table=as_table,
        heading=heading(found, seen),
        total=found["total"],
        rows=[row for row in found["rows"] if row["goal"] or row["live"]],
        counts=levels,
        each=stands_for(max(cell["live"] + cell["also"] for cell in cells)),
        marks=marks,
        exported=lambda suffix: seen.url(f"/alignment-health/reach.{suffix}", **narrow),
        **views(narrow, seen, first_goal(found["rows"])),
    )


def heading(found: Mapping[str, Any], seen: View) -> str:
    """The sentence that says how many objectives lead to how many goals, and how many lead nowhere."""
    total, past = found["total"], seen.as_of < seen.today
    when = f"On {long_day(seen.as_of)} " if seen.as_of != seen.today else ""
    be, none = ("was", "None led nowhere.") if past else ("is", "None leads nowhere.")
    if not total["live"]:
        return f"{when}nothing {be} live." if when else "Nothing is live yet."
    goals = sum(row["class"] == "strategic" for row in found["rows"])
    loose, led = total["detached"] + total["orphan"], total["aligned"]
    if not goals:
        said = f"{counted(loose, 'objective')} {_leads(loose, past)} nowhere: no goal {be} live."
        return f"{when}{said}"
    said = f"{counted(led, 'objective')} {_leads(led, past)} to {spelled(goals, 'goal')}."
    return f"{when}{said} {f'{number(loose)} {_leads(loose, past)} nowhere.' if loose else none}"


def _leads(how_many: int, past: bool) -> str:
    return "led" if past else "leads" if how_many == 1 else "lead"
