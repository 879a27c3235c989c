"""The board pack: one page to be printed, which says the same whenever it is asked for again."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from web.api.board_pack import asked_again
from web.console import asking
from web.console.frame import console, page, view
from web.console.pages.cycles import STANDING, STEPS, WITHDRAWN
from web.console.viewing import View, asked_day
from web.console.wording import MINUS, PACES, UNMOVED, counted, long_day, number, percent, points, signed

PATH = "/board-pack"
SHOWN = 40
"""A table of the page has no more rows; the workbook has the rest."""
SHOWN_CYCLES = 4
NOTHING = "\u2013"
SHARE, COUNT, INDEX = "share", "count", "index"
FIGURES = (
    ("coverage", "Lead to the strategy", SHARE),
    ("aligned", "Aligned", COUNT),
    ("detached", "Detached: no way to the strategy", COUNT),
    ("orphan", "Orphans: linked to nothing", COUNT),
    ("strategic", "Goals of the strategy", COUNT),
    ("live", "Live", COUNT),
    ("planned", "Planned", COUNT),
    ("overdue", "Past their end, not closed", COUNT),
    ("stale", "Gone stale", COUNT),
    ("progress", "Mean progress", SHARE),
    ("silo_index", "Silo index", INDEX),
)
"""The figures in the order of their rows, each with its words and its kind."""


@console.get(PATH)
def board_pack() -> Response:
    """The pack of a day, since another one; without `from`, since the last quarter ended."""
    seen = view()
    since = asked_day(request.args, "from")
    if since is not None and since > seen.as_of:
        since = None
    kept = {"from": since.isoformat()} if since else {}
    if since and request.args.get("from_known_at"):
        kept["from_known_at"] = request.args["from_known_at"]
    pack = asking.get(PATH, **seen.moment, **kept)["pack"]
    figures = {each["figure"]: each for each in pack["figures"]}
    again = urlencode(asked_again(pack), safe=":")
    return page(
        "board-pack.html",
        timed=True,
        kept=kept,
        compared_from=date.fromisoformat(pack["since"]),
        policy=pack["policy"],
        pack=pack,
        heading=heading(figures, pack, seen),
        figures=[(word, kind, figures[name]) for name, word, kind in FIGURES if name in figures],
        paces=[(name, figures[f"paces.{name or 'no_progress'}"]) for name in PACES],
        moved=moved,
        said=said,
        units=sorted(pack["units"], key=_by_need),
        steps=_steps(pack["cycles"][:SHOWN_CYCLES]),
        cycles=pack["cycles"][:SHOWN_CYCLES],
        standing=STANDING,
        shown=SHOWN,
        again=f"{request.host_url.rstrip('/')}{PATH}?{again}",
        workbook=f"/api/v1{PATH}.xlsx?{again}",
    )


def heading(figures: Mapping[str, Mapping[str, Any]], pack: Mapping[str, Any], seen: View) -> str:
    """The sentences that say how many objectives lead to the strategy, and how coverage has moved."""
    past, on = seen.as_of < seen.today, long_day(pack["as_of"])
    below = sum(figures[name]["after"] for name in ("aligned", "detached", "orphan"))
    if not below:
        return f"Nothing {'was' if past else 'is'} live below the strategy on {on}."
    aligned = figures["aligned"]["after"]
    lead = "led" if past else "leads" if aligned == 1 else "lead"
    said = f"{number(aligned)} of {counted(below, 'objective')} {lead} to the strategy on {on}."
    coverage, since = figures["coverage"], long_day(pack["since"])
    if coverage["before"] is None:
        return f"{said} There was nothing to compare it with on {since}."
    shift = points(coverage["before"], coverage["after"])
    if not re.search("[1-9]", shift):
        return f"{said} Coverage is as it was on {since}."
    way = "risen" if shift.startswith("+") else "fallen"
    return f"{said} Since {since} coverage has {way} by {shift[1:]}."


def moved(figure: Mapping[str, Any], kind: str) -> str:
    """The difference of a figure in words; nothing where there was none at either moment."""
    before, after = figure["before"], figure["after"]
    if before is None or after is None:
        return ""
    shift = {
        SHARE: lambda: points(before, after),
        INDEX: lambda: f"{after - before:+.2f}".replace("-", MINUS),
        COUNT: lambda: signed(after - before),
    }[kind]()
    return shift if re.search("[1-9]", shift) else UNMOVED


def said(value: float | None, kind: str) -> str:
    """A figure as it is read."""
    if value is None:
        return NOTHING
    if kind == SHARE:
        return percent(value, 1)
    return f"{value:.2f}" if kind == INDEX else number(value)


def _by_need(unit: Mapping[str, Any]) -> tuple[Any, ...]:
    return unit["coverage"] is None, unit["coverage"], unit["name"] or "", unit["unit_id"]


def _steps(cycles: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[int | None]]]:
    """Each step with its number of reviews in each of the cycles; None where they may not be told."""
    told = [each["reviews"] for each in cycles]
    if not any(told):
        return []
    steps = [(name, statuses) for statuses, name, _ in STEPS] + [("Withdrawn", WITHDRAWN)]
    return [
        (name, [each and sum(each[status] for status in statuses.split(",")) for each in told])
        for name, statuses in steps
    ]
