"""The pages of cycles: the list, one with its seals, and how far its reviews are."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request

from web.console import asking, drawings_reviews
from web.console.acting import buttons
from web.console.frame import console, may, page, view
from web.console.viewing import View
from web.console.wording import counted, in_words, long_day, number, spelled

SHOWN = 25
STEPS = (
    ("opened", "Opened", "self-assessment is due"),
    ("self_assessed", "Self-assessed", "assessment is due"),
    ("assessed", "Assessed", "may be calibrated, then shared"),
    ("calibrated", "Calibrated", "to be shared"),
    ("shared", "Shared", "acknowledgement is due"),
    ("acknowledged", "Acknowledged", "to be finalised"),
    ("appealed", "Appealed", "decision is due"),
    ("upheld,amended", "Decided", "to be finalised"),
    ("finalised", "Finalised", "done"),
)
"""Statuses of a step, its name, and what comes next."""
STANDING = {"preparation": "in preparation", "active": "active", "closed": "closed"}
"""Status of a cycle, as it is read."""
FINAL, WITHDRAWN, CLOSED = "finalised", "withdrawn", "closed"
DUE = {
    "reviews.self_assess": "to assess themselves",
    "reviews.assess": "to assess",
    "reviews.share": "to share",
    "reviews.acknowledge": "to acknowledge",
    "reviews.finalise": "to finalise",
    "reviews.decide_appeal": "to decide on the appeal",
}


@console.get("/cycles")
def cycles() -> Response:
    """The list, the latest first."""
    seen = view()
    found = asking.get("/cycles", **seen.moment, q=request.args.get("q") or None, limit=200)
    items = sorted(found["items"], key=lambda each: (each["starts_on"], each["name"]), reverse=True)
    return page("cycles.html", timed=True, items=items, standing=STANDING, heading=heading_of_list(items))


@console.get("/cycles/<uuid:id>")
def cycle(id: UUID) -> Response:
    """One cycle: how its objectives stand, and what each of its seals holds."""
    seen = view()
    it = asking.get(f"/cycles/{id}", **seen.moment)
    sealed = asking.get(f"/cycles/{id}/sealed", **seen.moment)
    health = asking.get("/alignment-health", **seen.moment, cycle=id)
    main, others = buttons(str(id)) if seen.is_now else (None, [])
    return page(
        "cycle.html",
        timed=True,
        it=it,
        standing=STANDING,
        seals=sealed["items"],
        objectives=len(sealed["now"]),
        now=health["total"],
        policy=health["policy"],
        main=main,
        others=others,
        heading=heading(it, seen),
    )


@console.get("/cycles/<uuid:id>/reviews")
def reviews_of_cycle(id: UUID) -> Response:
    """Tells how far the reviews are, who waits for whom, and how they were rated."""
    seen, status = view(), request.args.get("status")
    it = asking.get(f"/cycles/{id}", **seen.moment)
    found = asking.get(
        "/reviews",
        **seen.moment,
        cycle=id,
        status=status,
        order="opened" if status in (FINAL, WITHDRAWN) else "waiting",
        limit=SHOWN,
        after=request.args.get("after"),
    )
    all_see = may("reviews.fairness")
    fair = asking.get("/reviews/fairness", **seen.moment, cycle=id, by="unit") if all_see else None
    counts = found["counts"]
    return page(
        "cycle-reviews.html",
        timed=True,
        kept={"status": status} if status else {},
        it=it,
        status=status,
        found=found,
        rows=[(each, *_waits(each, seen)) for each in found["items"]],
        steps=[
            (statuses, name, after, sum(counts[each] for each in statuses.split(",")))
            for statuses, name, after in STEPS
        ],
        withdrawn=counts[WITHDRAWN],
        fair=fair,
        groups=sorted(fair["groups"], key=lambda each: (each["mean"], each["name"] or "")) if fair else (),
        histogram=_histogram(fair["total"], it["rating_scale"]) if fair and fair["total"] else "",
        mini=drawings_reviews.mini_histogram,
        heading=heading_of_reviews(it["name"], counts, all_see),
    )


def heading_of_list(items: Iterable[Mapping[str, Any]]) -> str:
    """The sentence that says how many cycles there are in each status."""
    found: dict[str, int] = {}
    for each in items:
        found[each["status"]] = found.get(each["status"], 0) + 1
    if not found:
        return "There is no cycle."
    (first, how_many), *rest = found.items()
    said = f"{spelled(how_many, 'cycle').capitalize()} {_is(how_many)} {STANDING[first]}"
    for status, how_many in rest:
        said += f", {in_words(how_many)} {_is(how_many)} {STANDING[status]}"
    return f"{said}."


def heading(it: Mapping[str, Any], seen: View) -> str:
    """The sentence that says where a day is in the cycle, and whether it is sealed."""
    first, last = (date.fromisoformat(it[name]) for name in ("starts_on", "ends_on"))
    if seen.as_of < first:
        said = f"{it['name']} begins on {long_day(first)}."
    elif seen.as_of <= last:
        said = f"{it['name']} runs until {long_day(last)}."
    else:
        said = f"{it['name']} ended on {long_day(last)}."
    if it["status"] == CLOSED:
        return f"{said} It is closed and sealed."
    return f"{said} It is {STANDING[it['status']]}{', not sealed' if seen.as_of > last else ''}."


def heading_of_reviews(name: str, counts: Mapping[str, int], all_see: bool) -> str:
    """The sentence that says how many reviews are final, and how many wait."""
    of = sum(counts.values()) - counts[WITHDRAWN]
    which = f"of {name}{'' if all_see else ' that you may see'}"
    if not of:
        return f"There is no review {which}."
    waiting = of - counts[FINAL]
    if not waiting:
        return (
            f"All {counted(of, 'review')} {which} are final." if of > 1 else f"The review {which} is final."
        )
    final = f"{number(counts[FINAL])} of {counted(of, 'review')} {which} {_is(counts[FINAL])} final."
    return f"{final} {number(waiting)} {'waits' if waiting == 1 else 'wait'} for somebody."


def _is(how_many: int) -> str:
    return "is" if how_many == 1 else "are"


def _waits(review: Mapping[str, Any], seen: View) -> tuple[str, str, int | None]:
    """(who is to act, what they are to do, for how many days it has waited)"""
    step = review["next"]
    if step is None:
        return "", "", None
    what = DUE.get(step["operation"], "to act")
    if review["status"] == "assessed":
        what += ", or have calibrated"
    who = step["name"] or ("Personnel" if step["person_id"] is None else "Somebody")
    return who, what, (seen.as_of - date.fromisoformat(step["since"])).days


def _histogram(total: Mapping[str, Any], scale: Mapping[str, Any] | None) -> Any:
    labels = (
        {str(place + scale["lowest"]): label for place, label in enumerate(scale["labels"])} if scale else {}
    )
    return drawings_reviews.histogram(total["assessed"]["distribution"], total["distribution"], labels)
