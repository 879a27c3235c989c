"""The pages of units: which are in need, as a heat map, and one with what is below it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request

from web.api.days import last_quarter_end
from web.console import asking
from web.console.acting import buttons
from web.console.drawings_map import stack
from web.console.frame import console, page, view
from web.console.naming import names_of
from web.console.pages.map_views import every
from web.console.telling import ids_in, told
from web.console.viewing import View
from web.console.wording import counted, in_words, long_day, number, percent, spelled

SHARES, STALE, SILO = (0.2, 0.35, 0.5, 0.65), (0.0, 0.15, 0.25, 0.35), (0.45, 0.55, 0.75, 0.9)
"""A value above one of these is a step darker."""
SORTS = {"need": "Least connected first", "pace": "Most behind first", "name": "Name"}
SHOWN_LEVELS, MOST_LISTED = 3, 20
"""So many levels of the outline are unfolded by themselves."""
_FIRST = "need"


@dataclass(frozen=True)
class Line:
    """A unit in the outline, with its figures and those of each month up to now."""

    id: str
    name: str
    level: int
    has_more: bool
    is_open: bool
    figures: Mapping[str, Any]
    points: Sequence[Mapping[str, Any]]
    since: date

    @property
    def below(self) -> int:
        """The objectives that are no goals of the strategy."""
        return int(self.figures["live"] - self.figures["strategic"])

    @property
    def loose(self) -> int:
        """The objectives that lead nowhere."""
        return int(self.figures["detached"] + self.figures["orphan"])

    @property
    def late(self) -> int:
        """The objectives that are behind or off track."""
        return int(self.figures["paces"]["off_track"] + self.figures["paces"]["behind"])

    @property
    def then(self) -> float | None:
        """The coverage on the day compared with."""
        return next((each["coverage"] for each in self.points if each["on"] == self.since.isoformat()), None)

    @property
    def moved(self) -> int | None:
        """The points by which coverage has moved since; None where there was none at either end."""
        now, then = self.figures["coverage"], self.then
        return None if now is None or then is None else round(100 * (now - then))

    def step(self, of: str) -> int:
        """Returns a number from 0 to 4, the darker the more in need."""
        figures, live = self.figures, self.figures["live"]
        if of == "coverage":
            return _step(None if figures["coverage"] is None else 1 - figures["coverage"], SHARES)
        if of == "silo":
            return _step(figures["silo_index"], SILO)
        share = None if not live else (self.late if of == "late" else figures["stale"]) / live
        return _step(share, SHARES if of == "late" else STALE)


def _step(value: float | None, bounds: Iterable[float]) -> int:
    return 0 if value is None else sum(value > bound for bound in bounds)


@console.get("/units")
def units() -> Response:
    """The outline of units with their figures, those in most need first."""
    seen = view()
    opened = frozenset(request.args.get("open", "").split(",")) - {""}
    sort = request.args.get("sort", _FIRST)
    health = asking.get("/alignment-health", **seen.moment)
    lines = outline(health["units"], every("/units", seen), _months(seen), seen, opened, sort)
    shown = [each for each in lines if each.level <= SHOWN_LEVELS or each.is_open]
    return page(
        "units.html",
        timed=True,
        kept={name: value for name in ("sort", "open") if (value := request.args.get(name))},
        policy=health["policy"],
        heading=heading(lines, seen),
        lines=shown,
        total=health["total"],
        since=last_quarter_end(seen.as_of),
        sorts=SORTS,
        sort=sort if sort in SORTS else _FIRST,
        toggled=lambda line: _toggled(line, opened),
        stack=stack,
        exported=lambda suffix: seen.url(f"/alignment-health.{suffix}"),
    )


def _toggled(line: Line, opened: frozenset[str]) -> str | None:
    return ",".join(sorted(opened ^ {line.id})) or None


def _months(seen: View, unit: UUID | None = None) -> dict[str, list[Mapping[str, Any]]]:
    """The figures of each unit on the last day of each month of a year; of none where they are too many."""
    since = last_quarter_end(seen.as_of)
    said = asking.tried(
        "/alignment-health/series",
        from_=(since - timedelta(days=275)).isoformat(),
        to=seen.as_of.isoformat(),
        known_at=seen.moment["known_at"],
        unit=unit,
        by="unit",
    )
    if said.is_refused:
        return {}
    return {each["unit_id"]: each["points"] for each in said.body["units"]}


def outline(
    figures: Iterable[Mapping[str, Any]],
    units: Iterable[Mapping[str, Any]],
    months: Mapping[str, Sequence[Mapping[str, Any]]],
    seen: View,
    opened: frozenset[str],
    sort: str,
) -> list[Line]:
    """The units from the top ones down, each before those below it."""
    of_unit = {each["unit_id"]: each for each in figures}
    listed = {each["id"]: each for each in units if each["id"] in of_unit and each["status"] == "active"}
    below: dict[str | None, list[str]] = defaultdict(list)
    for id, each in listed.items():
        below[each["parent_id"] if each["parent_id"] in listed else None].append(id)
    lines: list[Line] = []

    def line(id: str, level: int, is_open: bool) -> Line:
        return Line(
            id=id,
            name=listed[id]["name"],
            level=level,
            has_more=bool(below[id]) and level >= SHOWN_LEVELS,
            is_open=is_open,
            figures=of_unit[id],
            points=months.get(id, ()),
            since=last_quarter_end(seen.as_of),
        )

    def add(parent: str | None, level: int, is_open: bool) -> None:
        chosen = sorted((line(id, level, is_open) for id in below[parent]), key=_orders[sort])
        for each in chosen:
            lines.append(each)
            add(each.id, level + 1, each.id in opened and (is_open or level <= SHOWN_LEVELS))

    if sort not in _orders:
        sort = _FIRST
    add(None, 1, False)
    return lines


def _by_need(line: Line) -> tuple[Any, ...]:
    coverage = line.figures["coverage"]
    return coverage is None, coverage, line.name, line.id


def _by_pace(line: Line) -> tuple[Any, ...]:
    live = line.figures["live"]
    return not live, -line.late / live if live else 0, line.name, line.id


_orders = {"need": _by_need, "pace": _by_pace, "name": lambda line: (line.name, line.id)}


def heading(lines: Sequence[Line], seen: View) -> str:
    """The sentence that says in how many of the first units coverage fell, and where it fell most."""
    if not lines:
        return "There is no unit yet."
    first = _first(lines)
    known = [each for each in first if each.figures["coverage"] is not None]
    if not known:
        return f"No unit {'had' if seen.as_of < seen.today else 'has'} a live objective below the strategy."
    since = last_quarter_end(seen.as_of)
    fell = [each for each in known if each.moved is not None and each.moved < 0]
    where = spelled(len(first), "unit")
    if not fell:
        least = min(known, key=_by_need)
        is_or_was = "was" if seen.as_of < seen.today else "is"
        said = f"Since {long_day(since)} coverage fell in none of {where}."
        return f"{said} It {is_or_was} lowest in {least.name}: {percent(least.figures['coverage'])}."
    most = min(fell, key=lambda each: (each.moved or 0, each.name))
    how_many = f"all {where}" if len(fell) == len(first) else f"{in_words(len(fell))} of {where}"
    named = most.name if len(first) == 1 else f"{how_many}, most in {most.name}"
    moved = f"from {percent(most.then)} to {percent(most.figures['coverage'])}"
    return f"Since {long_day(since)} coverage fell in {named}: {moved}."


def _first(lines: Sequence[Line]) -> list[Line]:
    """The units of the first level of which there are several, or the only one."""
    for level in (1, 2):
        found = [each for each in lines if each.level == level]
        if len(found) > 1:
            return found
    return [each for each in lines if each.level == 1]


@console.get("/units/<uuid:id>")
def unit(id: UUID) -> Response:
    """One unit: its figures, who leads and belongs to it, what is below it and what it works on."""
    seen = view()
    it = asking.get(f"/units/{id}", **seen.moment)
    health = asking.get("/alignment-health", unit=id, **seen.moment)
    months = _months(seen, id)
    every_unit = every("/units", seen)
    above = _above(it, {each["id"]: each for each in every_unit})
    below = outline(health["units"], every_unit, months, seen, frozenset(), _FIRST)
    people = asking.get("/people", unit=id, status="active", sort="name", limit=MOST_LISTED, **seen.moment)
    listed = asking.get("/objectives", unit=id, live="true", limit=MOST_LISTED, **seen.moment)
    history = asking.tried(f"/units/{id}/history", limit=MOST_LISTED, **seen.moment)
    rows = [] if history.is_refused else history.body["items"]
    leads = {("people", it["lead_person_id"])} if it["lead_person_id"] else set()
    names = names_of(ids_in(rows) | leads, seen)
    main, others = buttons(str(id)) if seen.is_now else (None, [])
    return page(
        "unit.html",
        timed=True,
        main=main,
        others=others,
        kept={},
        policy=health["policy"],
        it=it,
        above=above,
        heading=heading_of_one(it["name"], health["total"], seen),
        figures=health["total"],
        points_=months.get(str(id), ()),
        below=[each for each in below if each.level == 2],
        people=people,
        listed=listed,
        lead=names.get(it["lead_person_id"]),
        changes=[told(row, names) for row in rows],
        since=last_quarter_end(seen.as_of),
        stack=stack,
    )


def _above(it: Mapping[str, Any], units: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The units above, the top one first."""
    found: list[Mapping[str, Any]] = []
    parent = units.get(it["parent_id"])
    while parent is not None and len(found) < len(units):
        found.insert(0, parent)
        parent = units.get(parent["parent_id"])
    return found


def heading_of_one(name: str, figures: Mapping[str, Any], seen: View) -> str:
    """The sentence that says how many objectives of a unit lead to the strategy."""
    past = seen.as_of < seen.today
    when = f" on {long_day(seen.as_of)}" if seen.as_of != seen.today else ""
    below = figures["aligned"] + figures["detached"] + figures["orphan"]
    if not below:
        return f"{name}: nothing {'was' if past else 'is'} live below the strategy{when}."
    lead = "led" if past else "leads" if figures["aligned"] == 1 else "lead"
    led = number(figures["aligned"])
    return f"{name}: {led} of {counted(below, 'objective')} {lead} to the strategy{when}."
