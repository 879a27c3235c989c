"""The pages of measures: the list, and one beside the objectives that are meant to move it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request

from web.console import asking
from web.console.acting import buttons
from web.console.frame import console, page, view
from web.console.naming import names_of
from web.console.wording import in_words, number, short_day, spelled

SHOWN = 50


@console.get("/measures")
def measures() -> Response:
    """The list by name, each with its way from baseline to target."""
    seen, q = view(), request.args.get("q")
    found = asking.get("/measures", **seen.moment, q=q or None, limit=SHOWN, after=request.args.get("after"))
    return page(
        "measures.html",
        timed=True,
        kept={"q": q} if q else {},
        found=found,
        heading=heading_of_list(found["items"], whole=not found["next"]),
    )


@console.get("/measures/<uuid:id>")
def measure(id: UUID) -> Response:
    """One measure, month by month, beside coverage and progress of what is linked to it."""
    seen = view()
    it = asking.get(f"/measures/{id}", **seen.moment)
    impact = asking.get(f"/measures/{id}/impact", **seen.moment)
    main, others = buttons(str(id)) if seen.is_now else (None, [])
    return page(
        "measure.html",
        timed=True,
        it=it,
        impact=impact,
        last=impact["months"][-1] if impact["months"] else None,
        names=names_of({("objectives", each) for each in it["objective_ids"]}, seen),
        main=main,
        others=others,
        heading=heading(it),
    )


def heading_of_list(items: Sequence[Mapping[str, Any]], *, whole: bool) -> str:
    """The sentence that says how many measures have reached their target."""
    if not items:
        return "There is no measure."
    reached = sum(each["attainment"] is not None and each["attainment"] >= 1 for each in items)
    which = f"{'' if whole else 'the first '}{spelled(len(items), 'measure')}"
    said = f"{_so_many(reached)} of {which}"
    return f"{said} has reached its target." if reached == 1 else f"{said} have reached their target."


def _so_many(how_many: int) -> str:
    return in_words(how_many).capitalize() if how_many else "None"


def heading(it: Mapping[str, Any]) -> str:
    """The sentence that says where a measure stands, and where it is meant to be."""
    unit = f" {it['unit_of_measure']}" if it["unit_of_measure"] else ""
    if it["latest"] is None:
        return f"{it['name']} has not been read yet. Its target is {number(it['target'])}{unit}."
    stood = f"{it['name']} stood at {number(it['latest']['value'])}{unit} on {short_day(it['latest']['on'])}."
    return f"{stood} The target is {number(it['target'])}."
