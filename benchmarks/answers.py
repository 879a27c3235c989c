"""How long answers take over HTTP, today and at past dates, on the demo and on the federal plan."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure, median_ms
from benchmarks.services import Service, demo, serving

TIMES = 25
FEDERAL_PLAN = Path(__file__).parent.parent.parent / "shared" / "data" / "us-federal-plan"


def measure() -> list[Figure]:
    """Medians; the ratio is that of the past to today. The federal plan is left out where it is not beside
    the checkout.
    """
    with demo() as service:
        past = (datetime.now(UTC).date() - timedelta(days=270)).isoformat()
        figures = _answers("demo", service, past)
    if FEDERAL_PLAN.exists():
        with serving(FEDERAL_PLAN) as service:
            figures += _answers("federal plan", service, "2022-09-30")
    return figures


def _answers(name: str, service: Service, past: str) -> list[Figure]:
    figures = []
    for question, path in questions(service, past).items():
        separator = "&" if "?" in path else "?"
        now = _median(service, path)
        then = _median(service, f"{path}{separator}as_of={past}")
        figures.append(Figure(f"{name}: {question}", now, "ms"))
        figures.append(Figure(f"{name}: {question}, {past}", then, "ms", "today", then / now))
    return figures


def _median(service: Service, path: str) -> float:
    return median_ms(lambda: service.get(path), TIMES)


def questions(service: Service, past: str) -> dict[str, str]:
    """The queries, about an objective that was aligned at the past date and, if there are any, its person."""
    aligned = service.get(f"objectives?class=aligned&limit=500&as_of={past}")["items"]
    one = next((item for item in aligned if "person_id" in item["owner"]), aligned[0])
    questions = {
        "health of the whole": "alignment-health",
        "50 objectives": "objectives",
        "orphans": "objectives?class=orphan",
        "one objective": f"objectives/{one['id']}",
        "its paths": f"objectives/{one['id']}/paths",
        "its progress": f"objectives/{one['id']}/progress",
        "the whole graph": "alignment",
    }
    if "person_id" in one["owner"]:
        questions["a person's alignment"] = f"people/{one['owner']['person_id']}/alignment"
    return questions
