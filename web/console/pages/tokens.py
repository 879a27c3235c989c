"""The page of tokens: who holds which, until when, and when each was used last."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request

from web.console import asking
from web.console.frame import console, may, page, view
from web.console.naming import names_of
from web.console.wording import counted

SHOWN = 30
SOON = timedelta(days=14)
SOON_OVER, SHORT = "ends soon", "short"


@console.get("/tokens")
def tokens() -> Response:
    """The tokens that the reader may see, the newest first."""
    ended = request.args.get("ended") == "true"
    asked = {"ended": "true"} if ended else {}
    found = asking.get("/tokens", **asked, limit=SHOWN, after=request.args.get("after"))
    now = datetime.now(UTC)
    rows = [(each, standing(each, now)) for each in found["items"]]
    wanted = {("people", each["person_id"]) for each in found["items"] if each["person_id"]}
    wanted |= {("units", unit) for each in found["items"] for unit in each["units"]}
    return page(
        "tokens.html",
        kept=asked,
        ended=ended,
        rows=rows,
        next=found["next"],
        names=names_of(wanted, view()),
        heading=heading(found["items"], now, more=bool(found["next"]), all_of_them=may("tokens.issue")),
    )


def standing(token: Mapping[str, Any], now: datetime) -> str | None:
    """Says that it has ended, that it ends soon, or that it is short: was issued for a few days only, as a
    session of a browser is, so that its end is no news.
    """
    if token["revoked_at"]:
        return "revoked"
    if token["expires_at"] is None:
        return None
    made, ends = (datetime.fromisoformat(token[name]) for name in ("created_at", "expires_at"))
    if ends <= now:
        return "has ended"
    if ends - made <= SOON:
        return SHORT
    return SOON_OVER if ends <= now + SOON else None


def heading(
    tokens: Iterable[Mapping[str, Any]], now: datetime, *, more: bool = False, all_of_them: bool = True
) -> str:
    """The sentence that says how many tokens hold, and how many of them end soon."""
    standings = [standing(each, now) for each in tokens]
    soon, short = standings.count(SOON_OVER), standings.count(SHORT)
    hold = standings.count(None) + soon
    whose = "" if all_of_them else " of yours"
    beside = f", beside {counted(short, 'short one')}" if short else ""
    if not hold:
        return f"No token{whose} holds{beside}."
    least = "More than " if more else ""
    first = f"{least}{counted(hold, 'token')}{whose} {'holds' if hold == 1 else 'hold'}{beside}"
    if not soon:
        return f"{first}; none ends within {SOON.days} days."
    return f"{first}; {counted(soon, 'of them ends', 'of them end')} within {SOON.days} days."
