"""The homes of those who look after the trail, and of those who look after the service."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response

from web.access.guard import caller
from web.access.roles import ADMIN, AUDITOR, HR
from web.api.days import last_quarter_end
from web.console import asking
from web.console.frame import may, page, view
from web.console.pages.tokens import SOON, SOON_OVER, standing
from web.console.pages.trail import PRESETS, told_rows
from web.console.pages.webhooks import is_failing
from web.console.wording import counted, long_day, number

LATELY, MOST_LISTED = 6, 100
FIGURES = (
    ("Changes", "kind:event", "recorded by everybody"),
    ("Recorded late", "late:true", "hold since a day before"),
    ("Refused", "kind:refusal", "asked for, and not done"),
    ("Taken away", "kind:export", "copies of lists"),
)
"""Each figure of an auditor: its word, the search behind it, and a line about it."""
TO_PUT_RIGHT = (
    ("/duplicates", "external id is recorded twice", "external ids are recorded twice"),
    (
        "/left-behind",
        "thing is left behind by somebody who is gone",
        "things are left behind by people who are gone",
    ),
)
MOST_TO_PUT_RIGHT = 50


def own() -> Response | None:
    """The home of an auditor or of an administrator; None for whoever has the home of everybody."""
    roles = caller().roles
    if HR in roles:
        return None
    if AUDITOR in roles and may("audit.list"):
        return auditor()
    return administrator() if ADMIN in roles else None


def auditor() -> Response:
    """Says how much was recorded since the last quarter, what was refused, read and taken away."""
    since = last_quarter_end(view().today)
    counts = [(word, q, line, _count(q, since)) for word, q, line in FIGURES]
    return page(
        "home-auditor.html",
        since=since,
        heading=heading_of_auditor(since, *(count for *_, count in counts[:3])),
        figures=[(word, _trail(q, since), line, said(count)) for word, q, line, count in counts],
        presets=PRESETS,
        exports=_lately("kind:export"),
        reads=_lately("kind:read subject_type:review"),
    )


def heading_of_auditor(
    since: date, changes: Mapping[str, Any], late: Mapping[str, Any], refused: Mapping[str, Any]
) -> str:
    """The sentence that says how much was recorded, how much of it late, and how much was refused."""
    were = [
        f"{said(each)} {one} was" if each["rows"] == 1 else f"{said(each)} {one}s were"
        for each, one in ((changes, "change"), (refused, "attempt"))
    ]
    of_them = f", {said(late) if late['rows'] else 'none'} of them late" if changes["rows"] else ""
    return f"Since {long_day(since, year=False)} {were[0]} recorded{of_them}; {were[1]} refused."


def said(count: Mapping[str, Any]) -> str:
    """Says how many rows there are, as far as they were counted."""
    return f"{'' if count['exact'] else 'more than '}{number(count['rows']) if count['rows'] else 'no'}"


def _count(q: str, since: date) -> Mapping[str, Any]:
    found: Mapping[str, Any] = asking.get("/audit", q=q, from_=since, count="true", limit=1)["count"]
    return found


def _trail(q: str, since: date) -> str:
    return f"/trail?{urlencode({'q': q, 'from': since})}"


def _lately(q: str) -> list[Any]:
    return list(told_rows(asking.get("/audit", q=q, limit=LATELY)["items"]))


def administrator() -> Response:
    """Says what is wrong with the service, its tokens and its webhooks."""
    status = asking.ready()
    hooks = asking.get("/webhooks", limit=MOST_LISTED)["items"]
    tokens = asking.get("/tokens", limit=MOST_LISTED)["items"]
    wrong = attention(status, hooks, tokens, datetime.now(UTC))
    put_right = to_put_right()
    models = status.get("read_models", [])
    return page(
        "home-admin.html",
        heading=heading_of_administrator(len(wrong) + len(put_right), status),
        wrong=wrong,
        put_right=put_right,
        models=models,
        head=status.get("head"),
        lag=max((each["lag"] for each in models), default=0),
        hooks=len(hooks),
        failing=sum(map(is_failing, hooks)),
        tokens=len(tokens),
        soon=sum(standing(each, datetime.now(UTC)) == SOON_OVER for each in tokens),
    )


def heading_of_administrator(wrong: int, status: Mapping[str, Any]) -> str:
    """The sentence that says whether something needs attention."""
    if wrong:
        return f"{counted(wrong, 'thing needs', 'things need')} attention."
    return f"Nothing is wrong: every answer is complete up to event {number(status['head'])}."


def attention(
    status: Mapping[str, Any],
    hooks: Iterable[Mapping[str, Any]],
    tokens: Iterable[Mapping[str, Any]],
    now: datetime,
) -> list[tuple[str, str | None]]:
    """Each thing that needs attention, in a sentence, with its way on."""
    found: list[tuple[str, str | None]] = [(each, None) for each in status["problems"]]
    for each in filter(is_failing, hooks):
        deliveries = counted(each["failing"] + each["parked"], "delivery", "deliveries")
        found.append((f"{each['url']}: {deliveries} not made", f"/webhooks/{each['id']}"))
    ending = [each for each in tokens if standing(each, now) == SOON_OVER]
    if ending:
        names = ", ".join(f"“{each['name']}”" for each in ending[:LATELY])
        ends = counted(len(ending), "token ends", "tokens end")
        found.append((f"{ends} within {SOON.days} days: {names}", "/tokens"))
    return found


def to_put_right() -> Sequence[Mapping[str, Any]]:
    """The sentences about what is recorded twice, and what those who left have left behind."""
    found = []
    for path, one, many in TO_PUT_RIGHT:
        answer = asking.tried(path, **view().moment, limit=MOST_TO_PUT_RIGHT)
        items = [] if answer.is_refused else answer.body["items"]
        if items:
            more = " or more" if answer.next else ""
            what = one if len(items) == 1 else many
            found.append({"said": f"{number(len(items))}{more} {what}", "path": path})
    return found
