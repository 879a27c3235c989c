"""The console of a real demo, in a real Chromium: each kind of visitor comes in by a printed link."""

import os
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.demo.browsing import AXE, chromium, come, watched
from tests.demo.conftest import Demo

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(600)]
WIDTHS = (1280, 375, 320)
PAPER = 700
"""A page of A4 has room for so many pixels beside its margins."""
PAGES = (
    *(
        "/",
        "/objectives",
        "/people",
        "/map",
        "/map?as=table",
        "/units",
        "/cycles",
        "/measures",
        "/search?q=Ana",
        "/board-pack",
    ),
    *("/plans", "/plans/new", "/units/new", "/sign-in", "/help"),
)
KINDS = ("people", "objectives")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=("HR", "auditor", "manager", "employee"))
def visitor(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Somebody who came in."""
    context = come(browser, demo, request.param)
    yield context
    context.close()


def test_no_page_asks_elsewhere_breaks_the_policy_or_scrolls_sideways(
    visitor: BrowserContext, demo: Demo
) -> None:
    page = visitor.new_page()
    wrong = watched(page, demo.url)
    for path in PAGES:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert page.locator("h1").count() == 1, path
    assert wrong == []
    page.close()


def test_a_board_pack_is_whole_on_paper(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.goto("/board-pack")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    cut = "tables => tables.filter(each => each.scrollWidth > each.parentElement.clientWidth).length"
    assert page.locator("main table").evaluate_all(cut) == 0
    assert page.locator("main table").count() >= 3
    assert page.get_by_text("/board-pack?as_of=").is_visible()
    assert not page.get_by_role("navigation", name="Main").is_visible()
    page.close()


def test_axe_finds_nothing(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    for path in PAGES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(path)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
            told = [(each["id"], [node["html"] for node in each["nodes"][:3]]) for each in found]
            assert told == [], (path, scheme)
    page.close()


def _pictures(demo: Demo) -> dict[str, str]:
    """The pages of which README and docs show a picture, by its name."""
    today = datetime.now(UTC).date()
    day = f"{today.year - (today.month < 4)}-03-31"
    person, objective = (re.search(rf"/{kind}/([0-9a-f-]{{36}})", "\n".join(demo.commands)) for kind in KINDS)
    assert person is not None
    assert objective is not None
    return {
        "home": "/",
        "map": "/map",
        "person": f"/people/{person[1]}?as_of={day}&known=both",
        "objective": f"/objectives/{objective[1]}",
    }


@pytest.mark.parametrize("visitor", ["HR"], indirect=True)
def test_pictures_are_made_of_the_demo(visitor: BrowserContext, demo: Demo, tmp_path: Path) -> None:
    """`make screenshots` keeps them in docs/pictures."""
    folder = Path(os.environ.get("THROUGHLINE_PICTURES", tmp_path))
    page = visitor.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    for name, path in _pictures(demo).items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        page.screenshot(path=folder / f"{name}.png")
        width, height = struct.unpack(">II", (folder / f"{name}.png").read_bytes()[16:24])
        assert (width, height) == (1280, 900)
    page.close()
