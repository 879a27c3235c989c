"""Readiness is when a service that is being started answers, or at least comes nearer to it."""

import json
import time
from collections.abc import Sequence
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import structlog

READY_SECONDS = 120.0
TELL_SECONDS = 10.0
log = structlog.get_logger("throughline.serve")


class Readiness:
    """Asks addresses of one service until all of them have answered with 200. A log that is still to be
    taken in may be as long as it likes: patience ends only after so many seconds in which no read model came
    further.
    """

    def __init__(self, asked: Sequence[str], patience: float = READY_SECONDS) -> None:
        self._asked, self._patience = asked, patience
        self._reached = 0
        self._since = self._told = time.monotonic()

    def come(self) -> bool:
        """Returns whether all of them answer now."""
        return all(map(self._answers, self._asked))

    @property
    def overdue(self) -> bool:
        return time.monotonic() - self._since > self._patience

    def _answers(self, url: str) -> bool:
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except HTTPError as refusal:
            with refusal:
                self._look(refusal.read())
        except (URLError, OSError):
            pass
        return False

    def _look(self, body: bytes) -> None:
        """At what /readyz says of the positions of the read models, while they are not ready."""
        try:
            said = json.loads(body)
            reached = sum(model["position"] for model in said["read_models"])
        except (ValueError, LookupError, TypeError):  # an answer of another kind, which tells of no progress
            return
        if reached <= self._reached:
            return
        self._reached, self._since = reached, time.monotonic()
        if self._since - self._told > TELL_SECONDS:
            self._told = self._since
            least = min(model["position"] for model in said["read_models"])
            log.info("reading_the_log", position=least, head=said["head"])
