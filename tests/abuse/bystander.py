"""Somebody else asks meanwhile, on a connection of their own: what an attack costs them is what counts."""

import http.client
import statistics
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ROUNDS = 25
PAUSE_SECONDS = 0.02
TIMES_SLOWER = 3.0
UNNOTICED_SECONDS = 0.03
"""A machine that does much else adds this now and then to an answer of a millisecond."""
LONGEST_SECONDS = 1.0
ATTEMPTS = 5
"""An attack disturbs each time that it is measured; what else the machine does, passes."""


@dataclass
class Bystander:
    """Asks for the health of the process and reads, over and over, and keeps how long each took."""

    url: str
    token: str
    reads: tuple[str, ...] = ("/api/v1/units", "/api/v1/cycles")
    quiet: dict[str, float] = field(default_factory=dict)

    def medians(self, rounds: int = ROUNDS) -> dict[str, float]:
        """Seconds, by path. Asserts that each answer is a success."""
        paths, seconds = ("/livez", *self.reads), dict[str, list[float]]()
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        for _ in range(rounds):
            for path in paths:
                begun = time.perf_counter()
                connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
                answer = connection.getresponse()
                answer.read()
                seconds.setdefault(path, []).append(time.perf_counter() - begun)
                assert answer.status == 200, (path, answer.status)
            time.sleep(PAUSE_SECONDS)
        connection.close()
        return {path: statistics.median(some) for path, some in seconds.items()}

    def assert_undisturbed(self, rounds: int = ROUNDS) -> None:
        """While an attack goes on, the median of each path is below three times the quiet one, and below a
        second in any case: in one of the attempts, for all paths together.
        """
        slow: dict[str, tuple[float, float]] = {}
        for _ in range(ATTEMPTS):
            found = self.medians(rounds)
            slow = {
                path: (median, self.quiet[path])
                for path, median in found.items()
                if median >= self._most(path)
            }
            if not slow:
                return
        raise AssertionError(f"slower than when it was quiet: {slow}")

    def _most(self, path: str) -> float:
        quiet = self.quiet[path]
        return min(max(TIMES_SLOWER * quiet, quiet + UNNOTICED_SECONDS), LONGEST_SECONDS)
