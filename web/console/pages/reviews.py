"""The page of one review: what is to be done next, what was said, and what the rating rests on."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response

from web.console import asking
from web.console.acting import buttons
from web.console.frame import console, page, view
from web.console.wording import counted, listed, number, short_day, words

STEPS = (
    "self_assessment",
    "assessment",
    "calibrations",
    "sharing",
    "acknowledgement",
    "appeal",
    "appeal_decision",
    "finalisation",
    "withdrawal",
)
NAMES = {
    "assessment": "Assessed",
    "calibrations": "Calibrated",
    "sharing": "Shared",
    "acknowledgement": "Acknowledged",
    "appeal": "Appealed",
    "appeal_decision": "Appeal decided",
    "finalisation": "Final",
    "withdrawal": "Withdrawn",
}
TEXTS = ("text", "comment", "grounds", "reason")
"""A step says what it says in one of these."""
TO_COME = {
    "opened": ("Self-assessment", "Assessment", "Final"),
    "self_assessed": ("Assessment", "Shared", "Final"),
    "assessed": ("Shared, or calibrated before", "Acknowledgement or appeal", "Final"),
    "calibrated": ("Shared", "Acknowledgement or appeal", "Final"),
    "shared": ("Acknowledgement or appeal", "Final"),
    "acknowledged": ("Final",),
    "appealed": ("Decision on the appeal", "Final"),
    "upheld": ("Final",),
    "amended": ("Final",),
}
"""Status: the steps that are still to come."""


@console.get("/reviews/<uuid:id>")
def review(id: UUID) -> Response:
    """One review, as far as the reader may see it."""
    seen = view()
    it = asking.get(f"/reviews/{id}", **seen.moment)
    evidence = asking.get(f"/reviews/{id}/history", **seen.moment)["evidence"]
    cycle = asking.get(f"/cycles/{it['cycle_id']}", **seen.moment)
    main, others = buttons(str(id)) if seen.is_now else (None, [])
    step = it["next"]
    return page(
        "review.html",
        timed=True,
        it=it,
        cycle=cycle,
        heading=heading(it),
        lede=_lede(it),
        waited=(seen.as_of - date.fromisoformat(step["since"])).days if step else None,
        steps=list(_steps(it)),
        to_come=TO_COME.get(it["status"], ()),
        evidence=evidence,
        names=_key_results(evidence),
        later=sum(len(each["events"]) for each in evidence),
        main=main,
        others=others,
    )


def heading(it: Mapping[str, Any]) -> str:
    """The sentence that says where the review is, and what is to be done next."""
    who, by = it["person_name"] or "Somebody", it["reviewer_name"] or "the reviewer"
    rating = it["rating"]
    rated = f"a rating of {rating}" if rating is not None else "a rating"
    said = {
        "opened": f"The self-assessment of {who} is due.",
        "self_assessed": f"{who} has told how it went. The assessment by {by} is due.",
        "assessed": f"{by} rated {who} {rating}. It is to be shared, or calibrated before.",
        "calibrated": f"The rating of {who} was calibrated: {rating}. It is to be shared.",
        "shared": f"{who} was told {rated}. The acknowledgement is due.",
        "acknowledged": f"{who} has seen {rated}. It is to be finalised.",
        "appealed": f"{who} appealed against {rated}. The decision is due.",
        "upheld": f"The appeal of {who} was decided: {rating} was upheld. It is to be finalised.",
        "amended": f"The appeal of {who} was decided: it is {rating} now. It is to be finalised.",
        "finalised": f"The review of {who} is final: {_grade(it, rating)}.",
        "withdrawn": f"The review of {who} was withdrawn.",
    }
    if rating is None and it["status"] in ("assessed", "calibrated"):
        return f"The assessment of {who} is not shared yet."
    return said[it["status"]]


def _lede(it: Mapping[str, Any]) -> str:
    said = f"Reviewed by {it['reviewer_name'] or 'somebody'}"
    calibrated = listed(dict.fromkeys(each["by_name"] or "somebody" for each in it["calibrations"]))
    said += f", calibrated by {calibrated}." if calibrated else "."
    if it["status"] == "appealed":
        said += f" Whoever decides must be {'neither of them' if calibrated else 'somebody else'}."
    return said


def _steps(it: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Each step that was taken, in the order of their days: its name, who took it, and what was said."""
    weights = listed(f"weight {number(each['weight'])}" for each in it["objectives"])
    about = f"{counted(len(it['objectives']), 'objective')}, {weights}" if weights else "no objective"
    yield {"name": "Opened", "on": it["opened_on"], "note": about}
    taken = [
        (name, step)
        for name in STEPS
        for step in (it[name] if name == "calibrations" else [it[name]] if it[name] else [])
    ]
    for name, step in sorted(taken, key=lambda each: str(each[1]["on"])):
        yield {
            "on": step["on"],
            "by": step["by_name"] or "somebody",
            "icon": "scale" if name == "appeal" else "check",
        } | _said(it, name, step)


def _said(it: Mapping[str, Any], name: str, step: Mapping[str, Any]) -> dict[str, Any]:
    """The name of a step, what was said in it, and what it did to the rating."""
    called = NAMES.get(name) or words(name).capitalize()
    told: dict[str, Any] = {"said": next((step[each] for each in TEXTS if step.get(each)), None)}
    if name == "assessment":
        called += f": {_grade(it, step['rating'])}"
    elif name == "acknowledgement":
        called += f": {'agrees' if step['agrees'] else 'does not agree'}"
    elif name == "sharing" and it["appeal_until"]:
        told["note"] = f"appeal until {short_day(it['appeal_until'])}"
    elif "rating_before" in step:
        told["shift"] = (number(step["rating_before"]), number(step["rating"]))
        told["note"] = words(step.get("reason_code") or step["decision"])
    return {"name": called, **told}


def _grade(it: Mapping[str, Any], rating: int | None) -> str:
    """As in 3 of 5, meets expectations."""
    scale = it["scale"]
    if rating is None:
        return "no rating"
    place = rating - scale["lowest"]
    label = scale["labels"][place] if 0 <= place < len(scale["labels"]) else None
    return f"{rating} of {scale['highest']}{f', {label}' if label else ''}"


def _key_results(evidence: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The titles of key results, as far as the reader may know them."""
    found = dict[str, str]()
    for each in evidence:
        said = asking.tried(f"/objectives/{each['objective_id']}")
        if not said.is_refused:
            found |= {one["id"]: one["title"] for one in said.body["key_results"]}
    return found
