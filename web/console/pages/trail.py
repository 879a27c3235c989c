"""The pages of the trail: all that was done, refused, read and taken away; and one event."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from projections.moment import instant
from web.console import asking
from web.console.frame import console, page, view, zone
from web.console.naming import names_of
from web.console.places import page_of
from web.console.telling import Told, ids_in, told
from web.console.wording import month, number, words

SHOWN = 50
USUAL = "event,refusal,export"
"""These kinds are shown if none is asked for: reads are too many."""
_TERM = re.compile(r'(?:[^\s":]*:)?(?:"[^"]*"|[^\s"]+)')
"""A part of a search, as the API takes it apart."""


@dataclass(frozen=True)
class Preset:
    """A question that is asked often: its words, its search, and the answer for how many rows there are."""

    word: str
    icon: str
    q: str
    answer: Callable[[int, str], str]
    open: tuple[str, str] | None = None
    """A further part of the search finds those that stand open; it is said in these words."""


def _answer(done: str, one: str, many: str | None = None) -> Callable[[int, str], str]:
    """Says of so many that they were done so: of none that there is none."""
    return lambda rows, said: (
        f"{said if rows else 'No'} {one if rows < 2 else many or one + 's'} "
        f"{'was' if rows < 2 else 'were'} {done}."
    )


_TARGETS = _answer("changed after approval", "target")
PRESETS = (
    Preset(
        "Everything",
        "list",
        "",
        _answer("recorded", "change, refusal or export", "changes, refusals and exports"),
    ),
    Preset(
        "Targets changed after approval",
        "target",
        "field:target amendment:true",
        _TARGETS,
        ("approved_again:false", "never approved again"),
    ),
    Preset(
        "Targets made easier",
        "flag",
        "field:target amendment:true lowered:true",
        _answer("made easier after approval", "target"),
        ("approved_again:false", "never approved again"),
    ),
    Preset("Recorded late", "history", "late:true", _answer("recorded late", "change")),
    Preset(
        "Changes to a sealed cycle, refused",
        "ban",
        "kind:refusal outcome:cycle-sealed",
        _answer("refused", "change to a sealed cycle", "changes to a sealed cycle"),
    ),
    Preset("Links moved", "link", "field:alignments", _answer("made, moved or taken away", "link")),
    Preset(
        "Who read reviews",
        "eye",
        "kind:read subject_type:review",
        _answer("noted", "reading of a review", "readings of reviews"),
    ),
    Preset("Exports", "file-down", "kind:export", _answer("taken away", "copy", "copies")),
)


@dataclass(frozen=True)
class Row:
    """A row of the trail, told; `at` is when it was recorded, as the reader has the time."""

    row: Mapping[str, Any]
    at: datetime
    told: Told

    @property
    def url(self) -> str | None:
        """Leads to what it is about, if that has a page."""
        return page_of(self.row["subject"])

    @property
    def means(self) -> str | None:
        """Says what a change of a target means for whoever has to reach it."""
        for flag, word in (("lowered", "easier"), ("raised", "harder")):
            if any(change.get(flag) for change in self.row["changes"]):
                return word
        return None


@console.get("/trail")
def trail() -> Response:
    """Rows by month, as a preset or a search asks for them; the heading says how many there are."""
    q = " ".join(request.args.get("q", "").split())
    kept = {"q": q} | {name: value for name in ("from", "to") if (value := request.args.get(name))}
    kept = {name: value for name, value in kept.items() if value}
    asked = asked_of(kept)
    said = asking.tried("/audit", **asked, count="true", limit=SHOWN, after=request.args.get("after"))
    if said.is_refused and said.status != 422:
        raise asking.NotAnswered(said.body)
    preset = next((each for each in PRESETS if each.q == q), None)
    rows, months = [] if said.is_refused else said.body["items"], []
    for _, each in groupby(told_rows(rows), lambda row: (row.at.year, row.at.month)):
        of_month = list(each)
        months.append((month(of_month[0].at.date()), of_month))
    return page(
        "trail.html",
        kept=kept,
        presets=PRESETS,
        chosen=preset if kept in ({}, {"q": q}) else None,
        tokens=_tokens(kept),
        months=months,
        wrong=_wrong(said.body) if said.is_refused else {},
        heading="Nothing was looked for." if said.is_refused else heading(said.body["count"], preset, kept),
        count=None if said.is_refused else said.body["count"],
        next=None if said.is_refused else said.next,
        copy=lambda suffix: f"/audit.{suffix}?{urlencode(asked)}",
    )


@console.get("/trail/<int:position>")
def event(position: int) -> Response:
    """One event: its values, its two times, who recorded it, and where to ask further."""
    items = asking.get("/audit", position=position)["items"]
    if not items:
        raise asking.NotAnswered({"status": 404, "detail": f"there is no event {number(position)} here"})
    (it,) = told_rows(items)
    subject, recorded = it.row["subject"], it.row["recorded_at"]
    readers = None
    if "readers" in request.args and subject:
        readers = asking.tried("/audit/readers", subject=subject["id"], known_at=recorded)
    return page(
        "event.html",
        it=it,
        version=int(it.row["event_id"].rpartition(":")[2]),
        just_before=instant(datetime.fromisoformat(recorded) - timedelta(microseconds=1)),
        together=urlencode({"q": f"from:{recorded} to:{recorded}"}),
        readers=readers,
        heading=f"Event {number(position)}: {words(it.row['action'].rpartition('.')[2])} by "
        f"{it.row['actor_name'] or it.row['actor']}.",
    )


def asked_of(kept: Mapping[str, str]) -> dict[str, str]:
    """The parameters of the question that a search stands for."""
    keys = {each.partition(":")[0] for each in _TERM.findall(kept.get("q", ""))}
    return {**kept} if "kind" in keys else {**kept, "kind": USUAL}


def heading(count: Mapping[str, Any], preset: Preset | None, kept: Mapping[str, str]) -> str:
    """The sentence that says how many rows there are, and of a preset how many stand open."""
    rows, said = count["rows"], _said(count)
    if preset is None:
        return f"{said if rows else 'No'} {'row is' if rows < 2 else 'rows are'} as asked."
    answer = preset.answer(rows, said)
    if preset.open is None or not rows:
        return answer
    more, so = preset.open
    open_rows = asking.get("/audit", **asked_of({**kept, "q": f"{preset.q} {more}"}), count="true", limit=1)
    still = open_rows["count"]
    how_many = _said(still) if still["rows"] else "None"
    return f"{answer} {how_many} {'was' if still['rows'] == 1 else 'were'} {so}."


def _said(count: Mapping[str, Any]) -> str:
    return f"{'' if count['exact'] else 'More than '}{number(count['rows'])}"


def told_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[Row]:
    names = names_of(ids_in(rows), view())
    for row in rows:
        recorded = datetime.fromisoformat(row["recorded_at"]).astimezone(zone() or UTC)
        yield Row(row, recorded, told(row, names))


def _tokens(kept: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each part of the search, and the address without it."""
    parts = _TERM.findall(kept.get("q", ""))
    found = []
    for place, part in enumerate(parts):
        rest = " ".join(parts[:place] + parts[place + 1 :])
        given = {**kept, "q": rest} if rest else {name: kept[name] for name in kept if name != "q"}
        found.append((part, f"/trail?{urlencode(given)}" if given else "/trail"))
    return found


def _wrong(problem: Mapping[str, Any]) -> dict[str, str]:
    """The field of the page for which something is wrong, and what."""
    errors = problem.get("errors") or [{"pointer": "?q", "detail": problem["detail"]}]
    fields = {"?from": "from", "?to": "to"}
    return {fields.get(each["pointer"], "q"): each["detail"] for each in errors}
