"""Pages on paper and in forced colours say and mark all that they do on a screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.demo.browsing import AXE, FOUND, RULES, chromium, come
from tests.demo.conftest import Demo
from tests.demo.places import places

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


PRINTED = """() => [...document.querySelectorAll("main :is(h1, h2, p, li, td, th, dd, summary)")]
    .filter(one => one.textContent.trim() && !one.closest(".vh, form, .btn, details.me"))
    .filter(one => !one.checkVisibility({visibilityProperty: true}))
    .map(one => one.textContent.trim().replace(/\\s+/g, " ").slice(0, 80))"""
"""What is not printed of what a page says."""
PAPER = 703  # A4 without its margins, in CSS pixels
CUT = """() => [...document.querySelectorAll("main *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 100)).slice(0, 5)"""


@pytest.mark.parametrize(
    "name", ["objective", "goal", "person", "person then and now", "review", "reviews", "board pack"]
)
def test_a_page_is_printed_whole(browser: Browser, demo: Demo, name: str) -> None:
    context = come(browser, demo, "HR")
    page = context.new_page()
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.goto(places(demo)[name])
    hidden_on_screen = page.evaluate(PRINTED)
    page.emulate_media(media="print", color_scheme="dark")
    assert [each for each in page.evaluate(PRINTED) if each not in hidden_on_screen] == []
    assert page.evaluate(CUT) == []
    assert page.locator(".top").is_hidden()
    dark = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert sum(int(each) for each in re.findall(r"\d+", dark)[:3]) < 300 or "oklch(0." in dark
    page.emulate_media()
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") >= 1
    context.close()


def test_forced_colours_keep_marks_and_text(browser: Browser, demo: Demo) -> None:
    context = come(browser, demo, "HR", forced_colors="active", reduced_motion="reduce")
    context.add_init_script(path=AXE)
    page = context.new_page()
    wrong = []
    for name in ("home", "map", "cascade", "objective", "person then and now", "units", "review", "trail"):
        page.goto(places(demo)[name])
        wrong += [f"{name}: {each}" for each in page.evaluate(FOUND, RULES)]
        unseen = page.evaluate(
            """() => [...document.querySelectorAll("svg [class^=m-]")].filter(mark => {
                const style = getComputedStyle(mark), paper = getComputedStyle(document.body).backgroundColor;
                const box = mark.getBBox();
                return box.width < 0.1 || (style.fill === paper && style.stroke === "none");
            }).length"""
        )
        wrong += [f"{name}: {unseen} marks are not seen"] if unseen else []
        assert len(page.screenshot()) > 10_000
    context.close()
    assert wrong == []
