"""What the web worker and the projector have in memory after they took a long log in, and after questions."""

from benchmarks.as_of import questions
from benchmarks.figures import Figure
from benchmarks.services import remembered, resident
from benchmarks.sizes import LONG

MIB = 1024 * 1024
TIMES = 20


def measure() -> list[Figure]:
    """Of the service that the other benchmarks of a long log have asked, if they ran before."""
    kept = remembered(LONG)
    asked = questions(kept.service, kept.filled)
    for path in [*asked.today().values(), *asked.then().values()] * TIMES:
        kept.service.read(path)
    now = resident()
    return [
        Figure(f"{name}, {when}", sizes[name] / MIB, "MB")
        for name in now
        for when, sizes in ((f"after {LONG:,} events", kept.resident), ("after questions", now))
    ]
