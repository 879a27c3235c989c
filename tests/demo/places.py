"""Every page of the console, as an address of the demo that has something to show."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote


class Asked(Protocol):
    """A demo that can be asked."""

    def get(self, path: str) -> Any:
        """The answer to a query."""


class Told(Asked, Protocol):
    """A demo that takes commands, too."""

    def done(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a command."""


def places(demo: Asked) -> dict[str, str]:
    """Addresses of pages by what they are; of the kinds of forms, one each."""

    def first(path: str) -> dict[str, Any]:
        return dict(demo.get(path)["items"][0])

    day = datetime.now(UTC).date() - timedelta(days=100)
    then = f"as_of={day}&known_at={day}T23:59:59.999999Z"
    live = first("objectives?live=true&level=individual")
    goal, team = first("objectives?live=true&level=strategic"), first("objectives?live=true&level=team")
    ana = first("people?q=Ana%20Oliveira")["id"]
    cycle, unit = first("cycles")["id"], first("units?kind=team")["id"]
    review = first("reviews?status=finalised")["id"]
    changed = first("audit?action=objective.target_changed")
    objective = f"/objectives/{live['id']}"
    it = demo.get(f"objectives/{live['id']}")
    read = first(f"objectives/{live['id']}/history?field=check_ins")["changes"][0]["field"].split(".")[1]
    return {
        "home": "/",
        "home then": f"/?{then}",
        "objectives": "/objectives",
        "objectives, none": "/objectives?q=nothing+is+called+so",
        "objectives that lead nowhere": "/objectives?class=detached,orphan&live=true",
        "objective": objective,
        "objective then": f"/objectives/{changed['subject']['id']}?{then}",
        "goal": f"/objectives/{goal['id']}",
        "people": "/people",
        "person": f"/people/{ana}",
        "person then and now": f"/people/{ana}?as_of={day}&known=both",
        "map": "/map",
        "map in numbers": "/map?as=table",
        "map ahead": f"/map?as_of={datetime.now(UTC).date() + timedelta(days=30)}",
        "cascade": f"/map?root={goal['id']}",
        "map compared": f"/map?from={day}",
        "units": "/units",
        "unit": f"/units/{unit}",
        "cycles": "/cycles",
        "cycle": f"/cycles/{cycle}",
        "reviews": f"/cycles/{cycle}/reviews",
        "review": f"/reviews/{review}",
        "measures": "/measures",
        "measure": f"/measures/{first('measures')['id']}",
        "trail": "/trail",
        "trail asked": f"/trail?q={quote('field:target amendment:true')}",
        "trail, none": "/trail?q=nothingiscalledso",
        "trail asked wrongly": f"/trail?q={quote('kind:nothing')}",
        "event": f"/trail/{changed['position']}",
        "event and its readers": f"/trail/{changed['position']}?readers=then",
        "search": "/search?q=water",
        "search, none": "/search?q=nothingiscalledso",
        "search, empty": "/search",
        "board pack": "/board-pack",
        "plans": "/plans",
        "policies": "/policies",
        "import": "/imports/new",
        "tokens": "/tokens",
        "webhooks": "/webhooks",
        "preferences": "/preferences",
        "help": "/help",
        "sign in": "/sign-in",
        "a link that is over": "/sign-in/link/nothing",
        "nowhere": "/objectives/00000000-0000-0000-0000-000000000000",
        "new objective": "/objectives/new",
        "new person": "/people/new",
        "new unit": "/units/new",
        "new cycle": "/cycles/new",
        "new measure": "/measures/new",
        "new review": "/reviews/new",
        "new plan": "/plans/new",
        "new policy": "/policies/new",
        "new token": "/tokens/new",
        "new webhook": "/webhooks/new",
        "check-in": f"{objective}/check-ins",
        "check-in put right": f"{objective}/check-ins/{read}/correction",
        "new target": f"{objective}/key-results/{it['key_results'][0]['id']}/target",
        "cascade handed down": f"/objectives/{team['id']}/cascade",
        "link": f"/objectives/{team['id']}/alignments",
        "feedback": f"{objective}/feedback",
        "transfer": f"{objective}/transfer",
        "departure": f"/people/{ana}/departure",
        "decision on an appeal": f"/reviews/{review}/appeal-decision",
    }


def made(demo: Told) -> dict[str, str]:
    """Addresses of what the story has none of, and the demo now has: a change plan and a webhook."""

    def one(kind: str, body: dict[str, Any]) -> str:
        found = demo.get(kind)["items"]
        return f"/{kind}/{found[0]['id'] if found else demo.done(kind, body)['id']}"

    objective = demo.get("objectives?live=true&level=individual")["items"][0]["id"]
    changes = [{"action": "cancel_objective", "objective_id": objective}]
    return {
        "plan": one("plans", {"title": "Less at once", "reason": "too much is begun", "changes": changes}),
        "webhook": one("webhooks", {"url": "https://example.org/hook", "topics": ["cycle.closed"]}),
    }
