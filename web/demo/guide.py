"""The demo prints this when it is ready: a token, and for each of the three questions a command to paste."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from web.demo.made_up import ORGANISATION
from web.demo.organisation import ANA
from web.demo.story import Story


@dataclass(frozen=True)
class Loaded:
    """`version`: of the objective to check in on; `position`: of the last event; `links`: secrets of one-time
    links, by role.
    """

    version: int
    position: int
    token: str
    links: Mapping[str, str]


def guide(base: str, story: Story, loaded: Loaded) -> str:
    """The text; every indented block that begins with curl works as it stands in a shell."""
    when = story.calendar
    counts = ", ".join(f"{story.count(what)} {what}" for what in ("people", "units", "objectives"))
    parts = (
        f"{ORGANISATION}, a made-up organisation: {counts} in three half-years, {loaded.position} events.",
        "Open one of these in a browser; each signs in once:\n\n" + _links(base, loaded),
        f"A token of role admin, for this demo only:\n\n    {loaded.token}",
        "An auditor asks: how did this objective come to be what it is?\n"
        f"Before and after its target was changed on {story.amended_on}, and what its progress rests on:\n\n"
        + _auditor(base, story, loaded),
        f"HR asks: what was {ANA} aligned to on {when.review_day}, as known then, and as known now?\n\n"
        + _hr(base, story, loaded),
        "A client program says: record this change, once (pasted twice, it is recorded once):\n\n"
        + _client(base, story, loaded),
        "Stop the demo with Ctrl-C. The next one starts afresh.",
    )
    return "\n\n".join(parts) + "\n"


def _links(base: str, loaded: Loaded) -> str:
    return "\n".join(f"    {role:<9} {base}/sign-in/link/{secret}" for role, secret in loaded.links.items())


def _auditor(base: str, story: Story, loaded: Loaded) -> str:
    path = f"{base}/api/v1/objectives/{story.amended}"
    before = {"as_of": (story.amended_on - timedelta(days=1)).isoformat()}
    after = {"as_of": story.amended_on.isoformat()}
    return _curl(loaded, _url(path, before), _url(path, after), _url(f"{path}/progress", after))


def _hr(base: str, story: Story, loaded: Loaded) -> str:
    path = f"{base}/api/v1/people/{story.ana}/alignment"
    on = {"as_of": story.calendar.review_day.isoformat()}
    return _curl(loaded, _url(path, {**on, "known_at": f"{story.known_later}T00:00:00Z"}), _url(path, on))


def _client(base: str, story: Story, loaded: Loaded) -> str:
    body = {
        "on": story.calendar.today.isoformat(),
        "readings": [{"key_result_id": str(story.key_result), "value": str(story.next_value)}],
        "confidence": 7,
        "note": "Recorded from the command line.",
    }
    options = (
        "--header 'Content-Type: application/json'",
        f"--header 'Idempotency-Key: {uuid4()}'",
        f"--header 'If-Match: \"{loaded.version}\"'",
        f"--data {shlex.quote(json.dumps(body))}",
    )
    return _curl(loaded, f"{base}/api/v1/objectives/{story.running}/check-ins", options=options)


def _curl(loaded: Loaded, *urls: str, options: tuple[str, ...] = ()) -> str:
    first = "curl --silent --show-error --write-out '\\n\\n'"
    lines = (
        first,
        f"--header 'Authorization: Bearer {loaded.token}'",
        *options,
        *(f"'{url}'" for url in urls),
    )
    return "    " + " \\\n        ".join(lines)


def _url(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}"
