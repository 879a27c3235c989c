"""The map of two moments: what is gone, what lost its way, what came, and which decisions did it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import redirect, request
from werkzeug import Response as BaseResponse

from projections.moment import instant
from web.console import asking
from web.console.drawings_map import changed, mark_of, stands_for
from web.console.frame import page
from web.console.naming import names_of
from web.console.pages.map_views import first_goal, narrowed, views
from web.console.telling import ids_in, told
from web.console.viewing import View, asked_day
from web.console.wording import (
    NO_BREAK,
    PACES,
    counted,
    listed,
    long_day,
    number,
    pace,
    percent,
    points,
    short_day,
)

MARKED = {"gone": "gone", "lost": "was here, lost its way", "came": "came here", "stayed": "stayed"}
"""The marks, by what became of an objective."""
MOST_CAUSES, MOST_LISTED = 50, 100
_NEED = list(PACES)
_ENDED, _LOST, _BEGAN, _FOUND = "ended", "lost", "began", "found"
_DID: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    _ENDED: (("ended", "ended"), ("was not live", "were not live")),
    _LOST: (
        ("lost its way to the strategy", "lost their way to the strategy"),
        ("did not lead to the strategy", "did not lead to the strategy"),
    ),
    _BEGAN: (("began", "began"), ("was live", "were live")),
    _FOUND: (
        ("found a way to the strategy", "found a way to the strategy"),
        ("did lead to the strategy", "did lead to the strategy"),
    ),
}
"""The words for one and for many: since another day, and since another knowledge of the same day."""
_PACED = (("fell behind further", "caught up"), ("stood worse than was known then", "stood better"))
_BELOW = ("detached", "orphan")


def compare(seen: View) -> BaseResponse:
    """The map since the day that is asked about as `from`; where there is none, what was known on the day
    beside what is known now.
    """
    since = asked_day(request.args, "from") or seen.as_of
    narrow = narrowed()
    if since > seen.as_of:
        later = View(seen.today, since, seen.known_at)
        return redirect(later.url("/map", from_=seen.as_of.isoformat(), **narrow))
    before = _before(seen, since)
    reach = asking.get("/alignment-health/reach", **seen.moment, **before, **narrow)
    change = asking.get(
        "/alignment-health/change",
        to=seen.as_of.isoformat(),
        known_at=seen.moment["known_at"],
        **before,
        **narrow,
    )
    causes = change["causes"][:MOST_CAUSES]
    names = names_of(ids_in(causes), seen)
    sorts = sorted_out(change["objectives"])
    kept = narrow | ({"from": since.isoformat()} if request.args.get("from") else {})
    return page(
        "compare.html",
        timed=True,
        compares=True,
        kept=kept,
        since=since,
        compared_from=since,
        policy=reach["policy"],
        heading=heading(sorts, since, seen),
        lede=_lede(sorts, change, since, seen),
        rows=[_row(row, since, seen) for row in reach["rows"]],
        each=stands_for(max(_drawn(cell["change"]) for row in reach["rows"] for cell in row["cells"])),
        changed=changed,
        marked=[(mark_of(name), word) for name, word in MARKED.items()],
        causes=[(cause, told(cause, names)) for cause in causes],
        more_causes=len(change["causes"]) - len(causes),
        lists=_lists(sorts, change["pace_changes"]),
        most=MOST_LISTED,
        exported=lambda suffix: _exported(suffix, seen, before, narrow),
        **views(narrow, seen, first_goal(reach["rows"])),
    )


def _before(seen: View, since: date) -> dict[str, str]:
    """The moment compared with: the same knowledge of another day, or what was known on the day."""
    found = {"from": since.isoformat()}
    if seen.both:
        found["from_known_at"] = instant(View(seen.today, since).end_of_day)
    return found


def _exported(suffix: str, seen: View, before: Mapping[str, str], narrow: Mapping[str, str]) -> str:
    known = {} if seen.known_at is None else {"known_at": instant(seen.known_at)}
    plain = View(seen.today, seen.today)
    return plain.url(
        f"/alignment-health/change.{suffix}", to=seen.as_of.isoformat(), **before, **known, **narrow
    )


def sorted_out(objectives: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The objectives of another class: those that ended, lost their way, began, and found a way."""
    found: dict[str, list[Mapping[str, Any]]] = {_ENDED: [], _LOST: [], _BEGAN: [], _FOUND: []}
    for each in objectives:
        was, now = each["before"], each["after"]
        if now is None:
            found[_ENDED].append(each)
        elif was is None:
            found[_BEGAN].append(each)
        elif was not in _BELOW and now in _BELOW:
            found[_LOST].append(each)
        elif was in _BELOW and now not in _BELOW:
            found[_FOUND].append(each)
    return found


def heading(sorts: Mapping[str, list[Any]], since: date, seen: View) -> str:
    """The sentence that says how many are no longer live, and how many others lost their way."""
    is_known = since == seen.as_of
    said = _said(sorts, (_ENDED, _LOST), is_known) or _said(sorts, (_BEGAN, _FOUND), is_known)
    if is_known:
        nothing = "we have learnt of nothing that ended, began, lost its way or found one"
        return f"Of {long_day(since)} {f'we know now that {said}' if said else nothing}."
    when = long_day(since, year=since.year != seen.as_of.year)
    return f"Since {when} {said or 'nothing ended, began, lost its way or found one'}."


def _said(sorts: Mapping[str, list[Any]], kinds: Iterable[str], is_known: bool) -> str:
    """Says how many did what, as in 23 objectives ended, and 40 others lost their way to the strategy."""
    parts: list[str] = []
    for kind in kinds:
        if how_many := len(sorts[kind]):
            one, many = _DID[kind][is_known]
            who = counted(how_many, "other") if parts else counted(how_many, "objective")
            parts.append(f"{who} {one if how_many == 1 else many}")
    return ", and ".join(parts)


def _lede(sorts: Mapping[str, list[Any]], change: Mapping[str, Any], since: date, seen: View) -> str:
    is_known = since == seen.as_of
    rest = _said(sorts, (_BEGAN, _FOUND), is_known) if sorts[_ENDED] or sorts[_LOST] else ""
    worse, better = _by_pace(change["pace_changes"])
    paces: list[str] = []
    for which, did in zip((worse, better), _PACED[is_known], strict=True):
        if which:
            paces.append(f"{number(len(which)) if paces else counted(len(which), 'objective')} {did}")
    owners = len({each["objective_id"] for each in change["owner_changes"]})
    if owners:
        paces.append(f"{number(owners)} changed hands")
    told = [f"{rest}." if rest else "", f"{listed(paces)}." if paces else ""]
    return " ".join(each for each in told if each)


def _by_pace(changes: Iterable[Mapping[str, Any]]) -> tuple[list[Any], list[Any]]:
    """Those that are of a pace in more need than they were, and those of one in less."""
    both = [each for each in changes if each["before"] and each["after"]]
    worse = [each for each in both if _NEED.index(each["after"]) < _NEED.index(each["before"])]
    better = [each for each in both if _NEED.index(each["after"]) > _NEED.index(each["before"])]
    return worse, better


def _lists(
    sorts: Mapping[str, list[Any]], pace_changes: Iterable[Mapping[str, Any]]
) -> list[tuple[str, list[Any]]]:
    """The lists behind the numbers, each with its heading."""
    worse, better = _by_pace(pace_changes)
    named = (
        ("No longer live", sorts[_ENDED]),
        ("Lost their way", sorts[_LOST]),
        ("Live since", sorts[_BEGAN]),
        ("Found a way", sorts[_FOUND]),
        ("Fell behind further", worse),
        ("Caught up", better),
    )
    return [(word, found) for word, found in named if found]


def _drawn(change: Mapping[str, Any]) -> int:
    return sum(change[name]["count"] for name in MARKED)


def _row(row: Mapping[str, Any], since: date, seen: View) -> dict[str, Any]:
    """A row with what became of it, in words."""
    return {**row, "since": _since(row, since, seen), "cells": [_cell(row, each) for each in row["cells"]]}


def _since(row: Mapping[str, Any], since: date, seen: View) -> str:
    goal, before = row["goal"], row["before"]
    if row["goal_change"] == "gone":
        return "no longer live"
    if row["goal_change"] == "came" or goal is None or goal.get("withheld") or before["progress"] is None:
        return "" if row["goal_change"] != "came" else "live since then"
    then = "then" if since == seen.as_of else f"on {short_day(since, year=False)}"
    said = f"{percent(before['progress'])} {then}"
    moved = points(before["progress"], goal["progress"]) if goal["progress"] is not None else ""
    if moved and not moved[1:].startswith(f"0.0{NO_BREAK}"):
        said += f", {moved}"
    was, is_now = pace(before["pace"]), pace(goal["pace"])
    return f"{said}; {f'still {is_now}' if was == is_now else f'{was}, now {is_now}'}"


def _cell(row: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell with the numbers of each change, and these in words."""
    change = cell["change"]
    counts = {name: change[name]["count"] for name in (*MARKED, "moved")}
    said = [
        f"{number(counts[name])} {word}"
        for name, word in (
            ("gone", "gone"),
            ("lost", "lost its way" if counts["lost"] == 1 else "lost their way"),
            ("moved", "now elsewhere" if row["goal"] is None else "now under another goal or level"),
            ("came", "came"),
        )
        if counts[name]
    ]
    return {
        "level": cell["level"],
        "live": cell["live"],
        "before": change["before"],
        "counts": counts,
        "said": said,
    }
