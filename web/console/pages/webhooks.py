"""The pages of webhooks: who is told of which events, and what became of each delivery."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, request

from web.console import asking
from web.console.frame import console, page
from web.console.wording import counted, number

SHOWN = 50
ACTIVE = "active"
STATUSES = {"pending": "that wait", "delivered": "delivered", "parked": "given up"}


@console.get("/webhooks")
def webhooks() -> Response:
    """Those there are, the oldest first."""
    found = asking.get("/webhooks", limit=SHOWN, after=request.args.get("after"))
    return page("webhooks.html", kept={}, found=found, heading=heading_of_list(found["items"]))


@console.get("/webhooks/<uuid:id>")
def webhook(id: UUID) -> Response:
    """One, with its deliveries, the latest event first."""
    it = asking.get(f"/webhooks/{id}")
    status = request.args.get("status") or None
    found = asking.get(
        f"/webhooks/{id}/deliveries", status=status, limit=SHOWN, after=request.args.get("after")
    )
    return page(
        "webhook.html",
        kept={"status": status} if status else {},
        it=it,
        status=status,
        statuses=STATUSES,
        found=found,
        heading=heading(it),
    )


def is_failing(it: Mapping[str, Any]) -> bool:
    """Returns whether something of it was tried in vain, or given up."""
    return bool(it["failing"] or it["parked"])


def heading_of_list(found: Sequence[Mapping[str, Any]]) -> str:
    """The sentence that says how many webhooks there are, and how many fail."""
    if not found:
        return "Nobody is told of events."
    failing, paused = sum(map(is_failing, found)), sum(each["status"] != ACTIVE for each in found)
    said = f"{counted(len(found), 'webhook is', 'webhooks are')} told of events"
    rest = [f"{number(failing)} {'fails' if failing == 1 else 'fail'}" if failing else ""]
    rest.append(f"{number(paused)} {'is' if paused == 1 else 'are'} paused" if paused else "")
    beside = ", ".join(each for each in rest if each)
    return f"{said}; {beside}." if beside else f"{said}; none fails."


def heading(it: Mapping[str, Any]) -> str:
    """The sentence that says whether whoever listens has been told of everything."""
    host = urlsplit(it["url"]).hostname or it["url"]
    if it["status"] != ACTIVE:
        why = "it has asked for that" if it["paused_because"] == "gone" else "somebody has paused it"
        return f"Nothing is sent to {host}: {why}."
    for name, so in (("parked", "given up"), ("failing", "tried in vain"), ("pending", "on the way")):
        if it[name]:
            are = "is" if it[name] == 1 else "are"
            return f"{counted(it[name], 'delivery', 'deliveries')} to {host} {are} {so}."
    return f"{host} has been told of everything."
