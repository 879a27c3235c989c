"""The pages of objectives: the list, and one with how it came to be so."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request

from web.console import asking, drawings
from web.console.acting import at, buttons, of_parts
from web.console.frame import console, page, view
from web.console.naming import names_of
from web.console.telling import Told, ids_in, told
from web.console.wording import counted, listed, long_day, pace, percent, short_day, spelled

FILTERS = (
    "q",
    "class",
    "pace",
    "goal",
    "stale",
    "level",
    "status",
    "unit",
    "owner",
    "cycle",
    "live",
    "manager",
    "amended",
    "sort",
)
MOST_CHANGES, MOST_DRAWN, PRIVATE = 200, 1_000, "private"
CHECKED_IN, WITHDRAWN = "objective.checked_in", "objective.check_in_withdrawn"
LOOSE = {
    "detached": ("has no way to the strategy", "have no way to the strategy"),
    "orphan": ("is linked to nothing", "are linked to nothing"),
}
"""The words for one and for many."""


@console.get("/objectives")
def objectives() -> Response:
    """The list, by everything that the API's list is filtered by."""
    seen = view()
    chosen = {name: value for name in FILTERS if (value := request.args.get(name))}
    if not chosen:
        chosen = {"live": "true"}
    found = asking.get("/objectives", **seen.moment, **chosen, after=request.args.get("after"), limit=50)
    return page(
        "objectives.html", timed=True, found=found, kept=chosen, heading=_heading_of_list(found, chosen)
    )


@console.get("/objectives/<uuid:id>")
def objective(id: UUID) -> Response:
    """One objective: where it leads, why it stands where it does, and how it came to be so."""
    seen = view()
    path, moment = f"/objectives/{id}", seen.moment
    it = _with_period(asking.get(path, **moment), moment)
    history = asking.get(f"{path}/history", **moment, limit=MOST_CHANGES)
    while history["next"] and len(history["items"]) < MOST_DRAWN:
        more = asking.get(f"{path}/history", **moment, limit=MOST_CHANGES, after=history["next"])
        history = {**more, "items": history["items"] + more["items"]}
    names = names_of(ids_in(history["items"]), seen)
    changes = [told(row, names) for row in history["items"]]
    progress = asking.get(f"{path}/progress", **moment)
    feedback = asking.get(f"{path}/feedback", **moment)["items"]
    paths = asking.get(f"{path}/paths", **moment)
    main, others = buttons(str(id)) if seen.is_now else (None, [])
    return page(
        "objective.html",
        timed=True,
        it=it,
        main=main,
        others=others,
        paths=paths,
        policy=it["policy"],
        lede=lede(it, paths["paths"], changes),
        progress_=progress,
        why=_why(progress),
        key_results=[(each, _series(each, it, history["items"])) for each in it["key_results"]],
        timeline=_timeline(changes, feedback),
        on_parts=of_parts(str(id)) if seen.is_now else {},
        at=at,
        late=sum(each.row["late"] for each in changes),
        changes=changes,
        strip=_strip(changes),
        next=history["next"],
    )


def _with_period(it: dict[str, Any], moment: Mapping[str, str | None]) -> dict[str, Any]:
    """The objective with the period of its cycle where it has none of its own."""
    if it["starts_on"] and it["ends_on"]:
        return it
    cycle = asking.get(f"/cycles/{it['cycle_id']}", **moment)
    return {**it, **{name: it[name] or cycle[name] for name in ("starts_on", "ends_on")}}


def lede(it: Mapping[str, Any], paths: list[Any], changes: list[Told]) -> dict[str, Any]:
    """The answer below the title: how far it is, where it leads, and what was changed about it."""
    done = it["progress"]
    stands = "No progress has been read yet" if done is None else f"{percent(done)} done"
    if it["pace"] and done is not None:
        stands += f", {pace(it['pace'])}"
    rest = []
    if it["elapsed"] is not None and it["class"]:
        rest.append(f"{percent(it['elapsed'])} of its time has passed.")
    elif not it["class"]:
        rest.append(f"It is {it['status'].replace('_', ' ')}.")
    goals = {each["objectives"][-1]["id"] for each in paths}
    if it["level"] == "strategic":
        rest.append("It is a goal of the strategy.")
    elif goals:
        rest.append(f"It leads to {spelled(len(goals), 'goal')}.")
    elif it["class"] in ("detached", "orphan"):
        rest.append(
            "It has no way to the strategy." if it["class"] == "detached" else "It is linked to nothing."
        )
    rest += _noted(changes, it)
    if it["stale"]:
        rest.append("No check-in for longer than the rules allow.")
    return {"stands": stands, "rest": " ".join(rest)}


def _noted(changes: list[Told], it: Mapping[str, Any]) -> Iterable[str]:
    targets = [each for each in changes if each.row["action"] == "objective.target_changed"]
    if targets:
        days = listed(dict.fromkeys(long_day(each.holds, year=False) for each in targets[-3:]))
        again = " and not approved again since" if it["amended"] else ""
        yield f"Its target was changed on {days}{again}."
    late = [each for each in changes if each.row["late"]]
    if late:
        yield f"{counted(len(late), 'change was', 'changes were')} recorded late."


def _why(progress: Mapping[str, Any]) -> dict[str, Any]:
    """The sum of weight times progress, as it adds up on paper: what private parts add is the rest."""
    items = [each for each in progress["items"] if each.get("counts", True)]
    rows = [(float(each["weight"]), each.get("progress")) for each in items]
    whole = sum(weight for weight, _ in rows)
    told = sum(weight * (done or 0) for weight, done in rows)
    hides = any(each["type"] == PRIVATE for each in items)
    return {
        "items": progress["items"],
        "whole": whole,
        "hides": hides,
        "sum": (progress["progress"] or 0) * whole if hides else told,
        "bar": drawings.parts(rows) if rows else "",
    }


def _series(key_result: Mapping[str, Any], it: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Any:
    """The drawing of the readings of a key result, each as it stands after what was corrected."""
    first, last = (date.fromisoformat(it[name]).toordinal() for name in ("starts_on", "ends_on"))
    found: dict[int, float] = {}
    for row in rows:
        for change in row["changes"]:
            if change["field"].endswith(key_result["id"]) and "readings" in change["field"]:
                day = date.fromisoformat(row["effective_on"]).toordinal()
                if change["after"] is None:
                    found.pop(day, None)
                else:
                    found[day] = float(change["after"])
    spots = sorted(found.items())
    said = ", ".join(f"{short_day(date.fromordinal(day), year=False)} {value:g}" for day, value in spots)
    target, baseline = (
        float(key_result[name]) if key_result[name] else None for name in ("target", "baseline")
    )
    return drawings.readings(
        spots, first, last, target, baseline, f"{key_result['title']}: {said or 'not read yet'}"
    )


def _timeline(changes: list[Told], feedback: list[Any]) -> list[dict[str, Any]]:
    """The changes and what was said about it, the newest first."""
    gone = {_check_in_of(each) for each in changes if each.row["action"] == WITHDRAWN}
    entries: list[dict[str, Any]] = [
        {
            "on": each.holds,
            "position": each.row["position"],
            "told": each,
            "check_in": next(iter({_check_in_of(each)} - gone), None)
            if each.row["action"] == CHECKED_IN
            else None,
        }
        for each in changes
    ]
    entries += [{"on": each["given_on"], "position": 0, "feedback": each} for each in feedback]
    return sorted(entries, key=lambda entry: (entry["on"], entry["position"]), reverse=True)


def _check_in_of(change: Told) -> str | None:
    """The id of the check-in that a change is about."""
    fields = (each["field"].split(".") for each in change.row["changes"])
    return next((parts[1] for parts in fields if parts[0] == "check_ins"), None)


def _strip(changes: list[Told]) -> Any:
    """The two times of every change, drawn."""
    if not changes:
        return ""
    days = [(_number(each.holds), _number(each.recorded), each.row["late"]) for each in changes]
    first, last = min(min(a, b) for a, b, _ in days), max(max(a, b) for a, b, _ in days)
    late = sum(each.row["late"] for each in changes)
    return drawings.two_times(days, first, last, f"{counted(len(changes), 'change')}; {late} recorded late")


def _number(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _heading_of_list(found: Mapping[str, Any], chosen: Mapping[str, str]) -> str:
    how_many = len(found["items"])
    said, of_many = f"{'The first ' if found['next'] else ''}{counted(how_many, 'objective')}", how_many != 1
    classes = chosen.get("class", "").split(",")
    if classes == ["aligned"]:
        return f"{said} that {'lead' if of_many else 'leads'} to the strategy"
    if classes != [""] and "aligned" not in classes:
        return f"{said} that {' or '.join(LOOSE.get(each, (each, each))[of_many] for each in classes)}"
    if chosen.get("stale") == "true":
        return f"{said} with no check-in for too long"
    if chosen.get("pace"):
        return f"{said}: {' or '.join(pace(each) for each in chosen['pace'].split(','))}"
    return (
        f"{said}{(' that are live' if of_many else ' that is live') if chosen.get('live') == 'true' else ''}"
    )
