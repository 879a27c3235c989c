"""The home of each role: how it stands, why, and where to ask further."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request

from web.access.guard import caller
from web.api.days import last_quarter_end
from web.console import asking
from web.console.frame import console, may, page, view
from web.console.pages.offices import own, to_put_right
from web.console.pages.trail import PRESETS
from web.console.viewing import View
from web.console.wording import PACES, counted, long_day, number, percent, points

EVERYBODY = "everybody"
MOST_CAUSES, MOST_UNITS, MOST_OWED, FEWEST = 6, 3, 12, 5


@console.get("/")
def home() -> Response:
    """Says how many objectives lead to the strategy, and which decisions changed that of late; to an auditor
    and to an administrator first what they look after.
    """
    seen = view()
    is_asked = request.args.get("as") == EVERYBODY
    if seen.is_now and not is_asked and (theirs := own()) is not None:
        return theirs
    since = last_quarter_end(seen.as_of)
    change = asking.get(
        "/alignment-health/change", from_=since, to=seen.as_of, known_at=seen.moment["known_at"]
    )
    months = asking.get(
        "/alignment-health/series",
        from_=since - timedelta(days=365),
        to=seen.as_of,
        known_at=seen.moment["known_at"],
    )
    now, then = change["to"]["figures"], change["from"]["figures"]
    return page(
        "home.html",
        timed=True,
        kept={"as": EVERYBODY} if is_asked else {},
        policy=change["policy"],
        now=now,
        then=then,
        since=since,
        heading=heading(now),
        lede=_lede(now, then, since),
        points_=months["points"],
        causes=change["causes"][:MOST_CAUSES],
        attention=attention(change["to"]["figures"], asking.get("/alignment-health", **seen.moment)["units"]),
        mine=_mine(seen),
        own=_own(seen),
        presets=PRESETS if may("audit.list") else (),
        put_right=to_put_right() if may("people.duplicates_of_all") else [],
        changed=change["objectives"],
        measures=asking.get("/measures", **seen.moment, limit=10)["items"],
    )


def heading(now: dict[str, Any]) -> str:
    """The sentence that says how many objectives lead to the strategy."""
    loose = now["detached"] + now["orphan"]
    below = now["aligned"] + loose
    if not below:
        return "Nothing leads anywhere yet."
    if not loose:
        return f"All {counted(below, 'objective')} lead to the strategy."
    said = f"{number(now['aligned'])} of {counted(below, 'objective')} lead to the strategy."
    return f"{said} {number(loose)} {'does' if loose == 1 else 'do'} not."


def _lede(now: dict[str, Any], then: dict[str, Any], since: date) -> str:
    if now["coverage"] is None:
        return ""
    said = f"Coverage is {percent(now['coverage'], 1)}"
    if then["coverage"] is None:
        return f"{said}; on {long_day(since)} there was none to speak of."
    if now["coverage"] == then["coverage"]:
        return f"{said}, as on {long_day(since)}."
    direction = "up" if now["coverage"] > then["coverage"] else "down"
    before = f"{percent(then['coverage'], 1)} on {long_day(since, year=False)}"
    return f"{said}, {direction} from {before}: {points(then['coverage'], now['coverage'])}."


def attention(now: dict[str, Any], units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sentences about what needs attention, each with its way on: the units with most that leads nowhere,
    and the objectives that nobody has checked in on or closed.
    """
    found = []
    for loose, below, each in _loosest(units):
        leads = "leads" if loose == 1 else "lead"
        said = f"{each['name']}: {number(loose)} of {counted(below, 'objective')} {leads} nowhere"
        asked = {"unit": each["unit_id"], "class_": "detached,orphan", "live": "true"}
        found.append({"said": said, "path": "/objectives", "asked": asked})
    if now["stale"]:
        said = f"{counted(now['stale'], 'objective has', 'objectives have')} had no check-in for too long"
        found.append({"said": said, "path": "/objectives", "asked": {"stale": "true"}})
    if now.get("overdue"):
        said = f"{counted(now['overdue'], 'objective is', 'objectives are')} past the end and not closed"
        found.append({"said": said, "path": "/objectives", "asked": {"phase": "overdue"}})
    return found


def _loosest(units: list[dict[str, Any]]) -> list[tuple[int, int, dict[str, Any]]]:
    """(objectives that lead nowhere, all below the strategy, figures) of the units where they are the
    largest part.
    """
    counts = [(each["detached"] + each["orphan"], each["live"] - each["strategic"], each) for each in units]
    told = [
        (loose, below, each) for loose, below, each in counts if loose and below >= FEWEST and each["name"]
    ]
    return sorted(told, key=lambda one: (-one[0] / one[1], one[2]["name"]))[:MOST_UNITS]


def _mine(seen: View) -> dict[str, Any] | None:
    """Everything that waits for the reader, if they are a person and it is today."""
    person = caller().person_id
    if person is None or not seen.is_now:
        return None
    said = asking.tried(f"/people/{person}/obligations")
    return (
        None
        if said.is_refused
        else {"items": said.body["items"][:MOST_OWED], "heading": owed(said.body["items"])}
    )


def _own(seen: View) -> list[dict[str, Any]]:
    """The live objectives of the reader, those most in need first."""
    person = caller().person_id
    if person is None:
        return []
    said = asking.tried(f"/people/{person}/alignment", **seen.moment)
    live = [] if said.is_refused else [each for each in said.body["objectives"] if each["class"]]
    order = {name: place for place, name in enumerate(PACES)}
    return sorted(live, key=lambda each: (order.get(each["pace"], len(order)), each["title"] or ""))


def owed(items: list[dict[str, Any]]) -> str:
    """The sentence that says how much waits for the reader."""
    if not items:
        return "Nothing waits for you."
    late = sum(bool(each.get("overdue")) for each in items)
    rest = f", {number(late)} of them overdue" if late else ""
    return f"{counted(len(items), 'thing waits', 'things wait')} for you{rest}."
