"""The console of a real demo, in a real Chromium: each kind of visitor comes in by a printed link, and finds
what they came for.
"""

import os
import re
import shutil
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.demo.conftest import Demo

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(600)]
QUIET = (
    "--disable-dev-shm-usage",  # databases of tests are there: a page that finds no room is lost
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
WIDTHS = (1280, 375, 320)
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
    ),
    *("/units/new", "/sign-in", "/help"),
)
KINDS = ("people", "objectives")
AXE = Path(__file__).parents[2] / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found is not None, "the console is tested in Chromium: apt-get install chromium"
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=("HR", "auditor", "manager", "employee"))
def visitor(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Somebody who came in by the link that the demo printed for them."""
    context = browser.new_context(base_url=demo.url)
    page = context.new_page()
    page.goto(demo.links[request.param])
    page.get_by_role("button", name="Sign in").click()
    assert urlsplit(page.url).path == "/"
    page.close()
    yield context
    context.close()


def _watched(page: Page, url: str) -> list[str]:
    """Everything that a page must not do is noted: errors, refusals of the policy, requests elsewhere."""
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("crash", lambda _: wrong.append("the page crashed"))
    page.on("request", lambda sent: None if sent.url.startswith(url) else wrong.append(sent.url))
    return wrong


def test_no_page_asks_elsewhere_breaks_the_policy_or_scrolls_sideways(
    visitor: BrowserContext, demo: Demo
) -> None:
    page = visitor.new_page()
    wrong = _watched(page, demo.url)
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


@pytest.mark.parametrize("visitor", ["HR"], indirect=True)
def test_what_ana_was_aligned_to_and_who_corrected_it_takes_one_click(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/")
    page.get_by_role("textbox", name="Person").fill("Ana Oliveira")
    today = datetime.now(UTC).date()
    page.get_by_role("textbox", name="Day").fill(f"{today.year - (today.month < 4)}-03-31")
    page.get_by_role("button", name="Show").nth(1).click()
    assert re.search(r"Ana Oliveira worked towards \w+ goals?", page.locator("h1").inner_text())
    assert "Recorded on" in page.locator(".verdict").inner_text()
    page.close()


@pytest.mark.parametrize("visitor", ["HR", "auditor"], indirect=True)
def test_which_targets_were_made_easier_after_approval_is_a_workbook_in_two_clicks(
    visitor: BrowserContext,
) -> None:
    page = visitor.new_page()
    page.goto("/")
    page.get_by_role("link", name="Targets made easier").click()
    assert re.search(r"made easier after approval", page.locator("h1").inner_text())
    with page.expect_download() as taken:
        page.get_by_role("link", name="XLSX").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.close()


@pytest.mark.parametrize("visitor", ["HR", "manager"], indirect=True)
def test_why_coverage_fell_takes_one_click(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/")
    page.get_by_role("link", name="Both days on the map").click()
    assert "from=" in page.url
    assert page.get_by_role("heading", name="What did it").is_visible()
    page.close()


@pytest.mark.parametrize("visitor", ["auditor"], indirect=True)
def test_who_read_reviews_takes_one_click(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/")
    page.get_by_role("link", name="Who read reviews").click()
    assert urlsplit(page.url).path == "/trail"
    assert page.locator("h1").count() == 1
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
