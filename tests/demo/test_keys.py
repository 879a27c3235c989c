"""The keyboard alone reaches and operates everything; a script saves steps that links and forms do too."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.demo.browsing import chromium, come, watched
from tests.demo.conftest import Demo

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(600)]
ANA = "Ana Oliveira"
OPERABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    if (one === document.body) return null;
    window.reached = window.reached || new Set();
    window.reached.add(one);
    const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    return {outline, html: one.outerHTML.slice(0, 120)};
}"""
MOST_TABS = 400


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def visitor(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    context = come(browser, demo, "HR", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext, demo: Demo) -> Iterator[Page]:
    """A page that must do nothing wrong meanwhile."""
    page = visitor.new_page()
    page.set_default_timeout(15_000)
    page.set_viewport_size({"width": 1280, "height": 900})
    wrong = watched(page, demo.url, (422, 503))
    yield page
    page.close()
    assert wrong == []


def _id(demo: Demo, path: str) -> str:
    return str(demo.get(path)["items"][0]["id"])


def _asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def _today() -> date:
    return datetime.now(UTC).date()


@pytest.mark.parametrize("path", ["/search", "/people", "/objectives"])
def test_what_is_typed_is_looked_for(page: Page, path: str) -> None:
    page.goto(path)
    before = page.locator("h1").inner_text()
    field = page.locator("main input[name=q]")
    field.press_sequentially("Ana")
    expect(page.locator("h1")).not_to_have_text(before)
    assert _asked(page)["q"] == ["Ana"]
    expect(field).to_be_focused()
    expect(field).to_have_value("Ana")
    expect(page.locator("body > [role=status]")).to_have_text(page.locator("h1").inner_text())
    shown = page.locator("[data-live]").all_inner_texts()
    page.reload()
    assert page.locator("[data-live]").all_inner_texts() == shown


def test_typing_never_leaves_the_page_and_enter_does(page: Page) -> None:
    page.goto("/search")
    with page.expect_response(lambda answer: "Ana+Oliveira" in answer.url):
        page.locator("#sq").press_sequentially(ANA)
    assert urlsplit(page.url).path == "/search"
    page.locator("#sq").press("Enter")
    page.wait_for_url("**/people/*")


def test_a_card_of_the_cascade_opens_in_its_place(page: Page) -> None:
    page.goto("/map")
    page.locator(".ov tbody th a.t").first.click()
    page.locator(".branch").wait_for()
    cards, url = page.locator(".card").count(), page.url
    card = page.locator(".branch > section ~ section .card:not(.open):has(a.below)").first
    title = card.locator("a.t").inner_text()
    card.locator("a.below").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda now: now != url)
    assert _asked(page)["open"]
    opened = page.locator(".card.open", has_text=title)
    expect(opened.locator("a.below")).to_be_focused()
    assert page.locator(".card").count() > cards
    count = page.locator(".card").count()
    page.reload()
    assert page.locator(".card").count() == count
    page.go_back()
    page.wait_for_url(url)
    expect(page.locator(".card")).to_have_count(cards)


def test_the_range_goes_by_days_and_by_months(page: Page) -> None:
    page.goto("/")
    slider = page.get_by_role("slider", name="Day")
    slider.focus()
    assert float(slider.evaluate("one => getComputedStyle(one).opacity")) == 1
    yesterday = _today() - timedelta(days=1)
    slider.press("ArrowLeft")
    page.wait_for_url(f"**/?as_of={yesterday}")
    expect(slider).to_be_focused()
    assert slider.get_attribute("aria-valuenow") is None
    expect(slider).to_have_attribute("aria-valuetext", yesterday.isoformat())
    expect(page.locator(".moment")).to_be_visible()
    slider.press("PageDown")
    before = yesterday - timedelta(days=30)
    page.wait_for_url(f"**/?as_of={before}")
    expect(page.locator("#as_of")).to_have_value(before.isoformat())
    said = page.locator("h1").inner_text()
    page.reload()
    assert page.locator("h1").inner_text() == said
    assert before.isoformat() in (page.locator(".nav a").nth(1).get_attribute("href") or "")
    page.go_back()
    page.wait_for_url(f"**/?as_of={yesterday}")


def test_the_range_keeps_what_was_known_on_the_day(page: Page) -> None:
    day = _today() - timedelta(days=20)
    page.goto(f"/?as_of={day}&known_at={day}T23:59:59.999999Z")
    slider = page.get_by_role("slider", name="Day")
    slider.focus()
    slider.press("ArrowLeft")
    page.wait_for_url(lambda url: f"as_of={day - timedelta(days=1)}" in url)
    assert _asked(page)["known_at"] == [f"{day - timedelta(days=1)}T23:59:59.999999Z"]
    assert page.locator(".known [aria-current]").inner_text() == "on that day"


def test_a_page_that_waits_looks_again_a_few_times(page: Page, demo: Demo) -> None:
    path = f"/objectives/{_id(demo, 'objectives?live=true')}?seen=999999999"
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.is_navigation_request())
        if len(asked) in (1, 3):
            route.continue_()
        else:
            route.fulfill(status=503 if len(asked) < 4 else 200, body="<h1>It is there.</h1>")

    page.route(f"**{path}", answer)
    found = page.goto(path)
    assert found is not None
    assert found.status == 503
    page.get_by_text("It is there.").wait_for()
    assert asked == [True, False, False, False, True]


def test_the_keys_do_what_the_help_says(page: Page) -> None:
    page.goto("/people")
    for key, expected in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator("main a.t").nth(expected)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("?/jk")
    expect(page.locator("#find")).to_have_value("?/jk")
    page.locator("details.me summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("details.me[open]")).to_have_count(0)
    expect(page.locator("details.me summary").first).to_be_focused()
    page.keyboard.press("?")
    page.wait_for_url("**/help#hk")
    told = page.locator("section", has=page.locator("#hk")).inner_text()
    for key in ("/", "j", "k", "?", "Esc", "←", "Page Up"):
        assert key in told


def test_arrows_go_from_card_to_card(page: Page) -> None:
    page.goto("/map")
    page.locator(".ov tbody th a.t").first.click()
    columns = page.locator(".branch > section")
    columns.first.locator(".card a").first.focus()
    first = page.evaluate("document.activeElement.closest('.card').textContent")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.branch > section').ariaLabel") == (
        columns.nth(1).get_attribute("aria-label")
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('.card').textContent") == first


def _places(demo: Demo) -> dict[str, str]:
    objective = _id(demo, "objectives?live=true&level=individual")
    ana, day = _id(demo, f"people?q={ANA.replace(' ', '%20')}"), _today() - timedelta(days=90)
    return {
        "home": "/",
        "map": "/map",
        "cascade": f"/map?root={_id(demo, 'objectives?live=true&level=strategic')}",
        "objective": f"/objectives/{objective}",
        "person": f"/people/{ana}?as_of={day}&known=both",
        "review": f"/reviews/{_id(demo, 'reviews?status=finalised')}",
        "trail": "/trail",
        "form": f"/objectives/{objective}/check-ins",
        "search": "/search?q=Ana",
    }


@pytest.mark.parametrize(
    "name", ["home", "map", "cascade", "objective", "person", "review", "trail", "form", "search"]
)
def test_tab_reaches_everything_that_can_be_operated_and_shows_where_it_is(
    page: Page, demo: Demo, name: str
) -> None:
    page.goto(_places(demo)[name])
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUSED)
    assert "skip" in first["html"]
    unseen: list[Any] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None or at["html"] == first["html"]:
            break
        unseen += [at["html"]] if at["outline"] < 2 else []
    else:
        pytest.fail("Tab comes to no end")
    assert unseen == []
    missed = page.evaluate(
        f"""() => [...document.querySelectorAll("{OPERABLE}")].filter(one => !window.reached.has(one)
        && one.checkVisibility({{visibilityProperty: true}}) && !(one.closest("details:not([open])")
        && !one.matches("summary"))).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert missed == []


def test_the_skip_link_leads_past_the_menu(page: Page) -> None:
    page.goto("/people")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_form_is_filled_and_sent_by_keys_alone(page: Page) -> None:
    page.goto("/objectives/new")
    page.locator("#f-title").focus()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Record it").focus()
    page.keyboard.press("Space")
    page.locator(".sum").wait_for()
    expect(page.locator(".sum")).to_be_visible()
    assert re.match("Error:", page.title())
