"""The pages of people: the list, and what somebody was aligned to, as known then and as known now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, redirect, request
from werkzeug import Response as BaseResponse

from web.console import asking
from web.console.acting import buttons
from web.console.frame import console, may, page, view
from web.console.naming import names_of
from web.console.telling import Told, ids_in, told
from web.console.viewing import View
from web.console.wording import counted, in_words, long_day, spelled

MOST_REVIEWS = 50
MOST_COMPARED = 30
"""So many objectives are asked for what was recorded late about them."""


@console.get("/people")
def people() -> BaseResponse:
    """The list by name; somebody who is found alone is shown at once."""
    seen = view()
    chosen = {name: value for name in ("q", "unit", "manager", "status") if (value := request.args.get(name))}
    found = asking.get(
        "/people", **seen.moment, **chosen, sort="name", after=request.args.get("after"), limit=50
    )
    if chosen.get("q") and len(found["items"]) == 1:
        return redirect(seen.url(f"/people/{found['items'][0]['id']}"))
    units = names_of({("units", each["unit_id"]) for each in found["items"]}, seen)
    said = f"{'The first ' if found['next'] else ''}{counted(len(found['items']), 'person', 'people')}"
    return page("people.html", timed=True, kept=chosen, found=found, units=units, heading=said)


@console.get("/people/<uuid:id>")
def person(id: UUID) -> Response:
    """Shows the alignment of somebody at the moment, or at two."""
    seen = view()
    who = asking.get(f"/people/{id}", **seen.moment)
    now = asking.get(f"/people/{id}/alignment", **seen.moment)
    then = None
    if seen.both:
        then = asking.tried(f"/people/{id}/alignment", **seen.as_known_then.moment)
    before = then.body if then is not None and not then.is_refused else None
    names = names_of(_places(now, before), seen)
    main, others = buttons(str(id)) if seen.is_now else (None, [])
    return page(
        "person.html",
        timed=True,
        compares=True,
        kept={},
        who=who,
        now=now,
        then=before,
        names=names,
        policy=now["policy"],
        heading=heading(who["name"], now, before, seen),
        pairs=pairs(now, before),
        earlier=[each for each in now["objectives"] if not each["class"]],
        verdict=_verdict(id, who["name"], now, before, names, seen) if before else [],
        reviews=_reviews(id, seen),
        unknown_then=seen.both and before is None,
        main=main,
        others=others,
    )


def _reviews(id: UUID, seen: View) -> list[dict[str, Any]]:
    """The latest reviews of somebody that the reader may see."""
    said = asking.tried("/reviews", **seen.moment, person=id, limit=MOST_REVIEWS)
    items: list[dict[str, Any]] = [] if said.is_refused else said.body["items"]
    return sorted(items, key=lambda each: str(each["opened_on"]), reverse=True)


def heading(name: str, now: Mapping[str, Any], then: Mapping[str, Any] | None, seen: View) -> str:
    """The sentence that says how many goals somebody worked towards, and whether it was known."""
    towards = goals(now)
    past = seen.as_of < seen.today
    when = (
        f"On {long_day(seen.as_of, year=seen.as_of.year != seen.today.year)} "
        if seen.as_of != seen.today
        else ""
    )
    works = "worked" if past else "works"
    known = towards if then is None else goals(then)
    said = f"{when}{name} {works} towards {spelled(len(known), 'goal')}"
    if then is None:
        return f"{said}{' of the strategy' if not known else ''}."
    if known == towards:
        return f"{said}, as we knew then and know now."
    if len(known) == len(towards):
        changed = len(towards - known)
        whole = "it" if len(known) == 1 else f"{in_words(changed)} of them"
        return f"{said}. We now know {whole} {'was another' if changed == 1 else 'were others'}."
    return f"{said}. We now know it was {spelled(len(towards), 'goal')}."


def goals(of: Mapping[str, Any]) -> set[str]:
    """The ids of the goals to which live objectives lead."""
    return {
        path["objectives"][-1]["id"] for each in of["objectives"] if each["class"] for path in each["paths"]
    }


@dataclass(frozen=True)
class Pair:
    """An objective as it was known then and as it is known now; None where it was not theirs."""

    then: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def one(self) -> Mapping[str, Any]:
        """The objective, from either."""
        found = self.now or self.then
        if found is None:
            raise ValueError("a pair is of something")
        return found

    @property
    def same(self) -> bool:
        """Returns whether it reads the same then and now."""
        return (
            self.then is not None
            and self.now is not None
            and all(
                self.then[name] == self.now[name]
                for name in ("paths", "progress", "pace", "key_results", "class", "title")
            )
        )


def pairs(now: Mapping[str, Any], then: Mapping[str, Any] | None) -> list[Pair]:
    """The live objectives of both, matched by id, in the order of the later."""
    of_now, of_then = (
        {each["id"]: each for each in (of["objectives"] if of else ()) if each["class"]} for of in (now, then)
    )
    return [Pair(of_then.get(id), of_now.get(id)) for id in dict.fromkeys([*of_now, *of_then])]


def _places(*known: Mapping[str, Any] | None) -> set[tuple[str, str]]:
    found = set()
    for of in known:
        if of is not None:
            whose = of["person"]
            found |= {("units", whose["unit_id"])} if whose["unit_id"] else set()
            found |= {("people", whose["manager_id"])} if whose["manager_id"] else set()
    return found


def _verdict(
    id: UUID, name: str, now: Mapping[str, Any], then: Mapping[str, Any], names: Mapping[str, str], seen: View
) -> list[dict[str, Any]]:
    """Everything that reads differently, with its recorder, its day and its reason."""
    found: list[dict[str, Any]] = []
    if now["person"]["unit_id"] != then["person"]["unit_id"]:
        places = [names.get(each["person"]["unit_id"], "another unit") for each in (then, now)]
        since = next(
            (
                long_day(each["from"])
                for each in reversed(now["membership"])
                if each["unit_id"] == now["person"]["unit_id"]
            ),
            "",
        )
        found.append(
            {
                "said": f"{name} had moved from {places[0]} to {places[1]} on {since}.",
                "rows": _moves(id, seen),
            }
        )
    for each in pairs(now, then)[:MOST_COMPARED]:
        rows = _late(each.one["id"], seen)
        if rows:
            found.append({"objective": each.one, "rows": rows})
    return found


def _late(id: str, seen: View) -> list[Told]:
    """The changes that were recorded after the day about an objective and hold since that day or before."""
    rows = asking.get(f"/objectives/{id}/history", **seen.moment, limit=200)["items"]
    return _told_late(rows, seen)


def _moves(id: UUID, seen: View) -> list[Told]:
    if not may("audit.list"):
        return []
    asked = {"subject": id, "action": "person.transferred", "effective_to": seen.as_of.isoformat()}
    said = asking.tried("/audit", **asked)
    return [] if said.is_refused else _told_late(said.body["items"], seen)


def _told_late(rows: Iterable[Mapping[str, Any]], seen: View) -> list[Told]:
    late = [row for row in rows if datetime.fromisoformat(row["recorded_at"]) > seen.end_of_day]
    names = names_of(ids_in(late), seen)
    return [told(row, names) for row in late]
