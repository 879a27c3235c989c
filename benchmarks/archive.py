"""What auditors and HR ask of a store of a million events: the audit trail, health over time, exports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from threading import Event, Thread

from benchmarks.figures import Figure, median_ms
from benchmarks.services import Service, processes, remembered
from benchmarks.sizes import LONG

TIMES = 9
MIB = 1024 * 1024


def measure() -> list[Figure]:
    """First pages of the audit trail, the daily series of three years, and exports of every row."""
    service = remembered(LONG).service
    return [*_first_pages(service), *_series(service), *_exports(service)]


def _first_pages(service: Service) -> Iterator[Figure]:
    for name, query in _filters(service).items():
        milliseconds = median_ms(partial(service.get, f"audit?{query}"), TIMES)
        yield Figure(f"audit, first page: {name}", milliseconds, "ms")


def _filters(service: Service) -> dict[str, str]:
    """What is filtered by is taken from a row in the middle of the log."""
    row = service.get(f"audit?order=oldest&limit=1&q=action:objective.checked_in&from={_middle(service)}")[
        "items"
    ][0]
    objective = service.get(f"objectives/{row['subject']['id']}")
    day = row["effective_on"]
    return {
        "all": "",
        "oldest first": "order=oldest",
        "actor": f"actor={row['actor']}",
        "subject": f"subject={row['subject']['id']}",
        "frequent action": "action=objective.checked_in",
        "rare action": "action=cycle.defined",
        "unit": f"unit={objective['unit_id']}",
        "cycle": f"cycle={objective['cycle_id']}",
        "a month recorded": f"from={day[:7]}-01&to={day[:7]}-28",
        "a month effective": f"effective_from={day[:7]}-01&effective_to={day[:7]}-28",
        "actor and action": f"actor={row['actor']}&action=objective.target_changed",
        "words": f"q={objective['title'].split()[0]}",
        "rare field": "q=field:target",
        "frequent field": "q=field:confidence",
        "field and words": f"q=field:target%20{objective['title'].split()[-1]}",
        "no such words": "q=heliotrope",
    }


def _middle(service: Service) -> str:
    """The day on which the first event of the second half was recorded."""
    half = service.get("cycles?limit=1")["position"] // 2
    time: str = service.get(f"events?after={half}&limit=1")["items"][0]["time"]
    return time[:10]


def _series(service: Service) -> Iterator[Figure]:
    today = datetime.now(UTC).date()
    span = f"from={date(today.year - 3, today.month, min(today.day, 28))}&to={today}"
    for step in ("day", "month"):
        path = f"alignment-health/series?{span}&step={step}"
        yield Figure(f"health of three years by {step}", median_ms(partial(service.get, path), 3) / 1000, "s")


def _exports(service: Service) -> Iterator[Figure]:
    for path in ("audit.csv", "audit.jsonl", "events.jsonl"):
        with _most_memory() as most:
            lines, seconds = service.drain(path)
        yield Figure(f"{path}, {lines:,} lines", lines / seconds, "rows/s")
        yield Figure(f"{path}, memory of the web process at most", most[0] / MIB, "MB")


@contextmanager
def _most_memory() -> Iterator[list[int]]:
    """The largest resident size of the web worker meanwhile, in bytes, as the only item."""
    worker, most, done = processes()["web worker"], [0], Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], worker.memory_info().rss)

    thread = Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()
