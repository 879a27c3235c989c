"""A walk through the audit trail neither misses nor repeats a row while others write events and are noted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest

from projections.audit.queries import windows
from tests.web.api import Api

Place = tuple[str, int]
PAGE = 7


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "FIRST_WINDOW", 5)
    monkeypatch.setattr(windows, "FIRST_WINDOW_OF_WORDS", 5)


@pytest.fixture
def unit(api: Api) -> str:
    unit = api.unit()
    for number in range(40):
        api.person(unit, f"Person {number}")
    for _ in range(15):
        api.ask("/people", limit=1)
    return unit


def _there(api: Api) -> set[Place]:
    """What has a row by now."""
    with psycopg.connect(api.dsn) as conn:
        events = conn.execute("select 'event', position from read_audit.entries").fetchall()
        noted = conn.execute("select 'journal', number from access.journal").fetchall()
    return {*events, *noted}


def _pages(api: Api, **asked: Any) -> Iterator[list[Place]]:
    asked |= {"limit": PAGE}
    while True:
        answer = api.get("/audit", behind=True, **asked)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        yield [
            ("event", item["position"]) if item["kind"] == "event" else ("journal", item["number"])
            for item in answer.json["items"]
        ]
        link = answer.headers.get("Link")
        if link is None:
            return
        asked = dict(parse_qsl(urlsplit(link.partition(">")[0]).query))


@contextmanager
def _writing(api: Api, unit: str) -> Iterator[None]:
    """Two who command, two who read, and a projector that comes now and then."""
    stop = Event()

    def again_and_again(do: Callable[[], Any], pause: float) -> Thread:
        def run() -> None:
            while not stop.wait(pause):
                do()

        thread = Thread(target=run)
        thread.start()
        return thread

    threads = [
        again_and_again(lambda: api.person(unit), 0.001),
        again_and_again(lambda: api.unit("Other"), 0.001),
        again_and_again(lambda: api.get("/people", behind=True, limit=1), 0.001),
        again_and_again(lambda: api.post("/units", {"kind": "none"}), 0.001),
        again_and_again(api.project, 0.02),
    ]
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _each_source_in_order(found: list[Place], *, rising: bool) -> None:
    for source in ("event", "journal"):
        places = [place for kind, place in found if kind == source]
        assert places == sorted(set(places), reverse=not rising)


@pytest.mark.parametrize("asked", [{}, {"subject_type": "person"}], ids=["all", "people"])
def test_from_the_newest_on_it_has_all_that_was_there_once(
    api: Api, unit: str, asked: dict[str, str]
) -> None:
    api.project()
    there = {place for page in _pages(api, order="oldest", **asked) for place in page}
    with _writing(api, unit):
        found = [place for page in _pages(api, **asked) for place in page]
    assert there <= set(found)
    _each_source_in_order(found, rising=False)
    assert len(_there(api)) > len(found) + 20, "nobody wrote meanwhile"


@pytest.mark.parametrize("asked", [{}, {"subject_type": "person"}], ids=["all", "people"])
def test_from_the_oldest_on_it_ends_with_what_was_added(api: Api, unit: str, asked: dict[str, str]) -> None:
    api.project()
    there = _there(api)
    pages = _pages(api, order="oldest", **asked)
    with _writing(api, unit):
        found = [place for _ in range(6) for place in next(pages)]
    api.project()
    written = _there(api)
    assert len(written) > len(there) + 20, "nobody wrote meanwhile"
    found += [place for page in pages for place in page]
    meant = {place for page in _pages(api, **asked) for place in page} if asked else written
    assert meant & written <= set(found)
    _each_source_in_order(found, rising=True)


def test_what_is_written_after_the_first_page_comes_on_none(api: Api, unit: str) -> None:
    """Also of a source that the first page has nothing of: that page has itself been noted by then."""
    for _ in range(PAGE + 1):
        api.unit("Last")
    api.project()
    there = _there(api)
    pages = _pages(api)
    assert {source for source, _ in next(pages)} == {"event"}
    assert {place for page in pages for place in page} <= there
