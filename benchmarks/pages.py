"""What the pages of the console cost: each of the demo to HR, home to an employee, and the map of 5,000
objectives. Beside the demo's pages stands the one of the help, which asks nothing but who is looking; beside
the map of many the question that it asks the API. The pages take turns, so that what else the machine does
befalls all of them.
"""

import gzip
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from benchmarks.figures import Figure, medians_in_turns
from benchmarks.folders import scratch
from benchmarks.large import OBJECTIVES, write_large
from benchmarks.services import Service, demo, serving
from tests.demo.places import places

TIMES = 11
HELP, OK = "help", 200
REACH = "alignment-health/reach"


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in and looks at pages of a service."""

    url: str
    opener: OpenerDirector

    def look(self, path: str) -> tuple[int, bytes]:
        """(status, page) at a path, of what is refused too."""
        try:
            with self.opener.open(f"{self.url}{path}", timeout=60) as answer:
                return answer.status, answer.read()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read()


def signed_in(service: Service) -> Reader:
    """Begins a session with the token of the service, as a person does at its door."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    form = urlencode({"token": service.token}).encode()
    asked = urllib.request.Request(f"{service.url}/sign-in", form, {"Origin": service.url})
    with opener.open(asked, timeout=60):
        return Reader(service.url, opener)


def kilobytes(page: bytes) -> float:
    """How large a page is when it is sent compressed."""
    return len(gzip.compress(page)) / 1000


def measure() -> list[Figure]:
    """Medians after a first request, and sizes of what a browser is sent, compressed."""
    with demo() as service:
        figures = list(_of_the_demo(service))
    with scratch() as made, serving(write_large(made / "plan")) as service:
        while not _is_taken_in(service):
            time.sleep(1)
        return [*figures, *_of_many(service)]


def _of_the_demo(service: Service) -> Iterator[Figure]:
    ana = service.get("people?q=Ana%20Oliveira")["items"][0]["id"]
    hr, employee = (signed_in(each) for each in (service.as_("hr"), service.as_("employee", "--person", ana)))
    asked = {name: (hr, path) for name, path in places(service).items() if hr.look(path)[0] == OK}
    asked["home, to an employee"] = employee, "/"
    calls = {name: partial(reader.look, path) for name, (reader, path) in asked.items()}
    medians = medians_in_turns(calls, TIMES)
    for name, (reader, path) in asked.items():
        yield Figure(f"demo: {name}", medians[name], "ms", HELP, medians[name] / medians[HELP])
        yield Figure(f"demo: {name}, compressed", kilobytes(reader.look(path)[1]), "KB")


def _is_taken_in(service: Service) -> bool:
    """Returns whether all objectives are told of; until most are, the service answers 503."""
    try:
        return bool(service.get(REACH)["total"]["live"] == OBJECTIVES)
    except HTTPError as early:
        with early:
            return False


def _of_many(service: Service) -> Iterator[Figure]:
    reader = signed_in(service.as_("hr"))
    name, question = f"map of {OBJECTIVES:,} objectives", "its question to the API"
    calls: dict[str, Callable[[], object]] = {
        name: partial(reader.look, "/map"),
        question: partial(service.read, REACH),
    }
    medians = medians_in_turns(calls, TIMES)
    yield Figure(name, medians[name], "ms", question, medians[name] / medians[question])
    yield Figure(f"{name}, compressed", kilobytes(reader.look("/map")[1]), "KB")
