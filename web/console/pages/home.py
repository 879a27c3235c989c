"""The home of each role: how it stands, why, and where to ask further."""

from datetime import date, timedelta
from typing import Any

from flask import Response

from web.console import asking
from web.console.frame import console, page, view
from web.console.wording import counted, long_day, number, percent, points

MOST_CAUSES = 6


@console.get("/")
def home() -> Response:
    """Says how many objectives lead to the strategy, and which decisions changed that of late."""
    seen = view()
    health = asking.get("/alignment-health", **seen.moment)
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
    now, then = health["total"], change["from"]["figures"]
    return page(
        "home.html",
        timed=True,
        policy=health["policy"],
        now=now,
        then=then,
        since=since,
        heading=heading(now),
        lede=_lede(now, then, since),
        points_=months["points"],
        causes=_causes(change["objectives"]),
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


def last_quarter_end(day: date) -> date:
    """The last day of the quarter before the one of `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)


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


def _causes(objectives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The decisions by which most objectives lost or found their way, with how many each."""
    found: dict[int, dict[str, Any]] = {}
    for each in objectives:
        lost = each["before"] == "aligned" and each["after"] != "aligned"
        won = each["after"] == "aligned" and each["before"] != "aligned"
        for event in each["events"][:1]:
            cause = found.setdefault(
                event["position"], {"event": event, "lost": 0, "won": 0, "unit": each["unit_name"]}
            )
            cause["lost"] += lost
            cause["won"] += won
    chosen = [each for each in found.values() if each["lost"] or each["won"]]
    return sorted(chosen, key=lambda each: (-max(each["lost"], each["won"]), -each["event"]["position"]))[
        :MOST_CAUSES
    ]
