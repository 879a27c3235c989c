"""A real Chromium for the tests of the console, and what they count and watch in it."""

import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.demo.conftest import Demo

QUIET = (
    "--disable-dev-shm-usage",  # databases of tests are there: a page that finds no room is lost
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
AXE = Path(__file__).parents[2] / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 15_000
"""So many milliseconds a page has to show what is to be clicked."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """asked => axe.run({runOnly: asked, resultTypes: ["violations"]}).then(found => found.violations.map(
    each => each.id + ": " + each.nodes.slice(0, 2).map(node => node.html.slice(0, 160)).join(" ")))"""
SHAPE = """() => {
    const all = [...document.querySelectorAll("body *")], said = one => one === null ? "" :
        [one.localName, one.className.baseVal ?? one.className, one.role, one.ariaCurrent].join();
    const parts = new Set(all.map(one => {
        const above = one.parentElement;
        return [above.parentElement, above, one].map(said).join(">");
    }));
    const heads = all.filter(one => /^h[1-6]$/.test(one.localName));
    return [...parts].sort().join(" ") + heads.map(said).join(" ");
}"""
"""A page is built of such parts, whatever it says and however often, under headings in this order."""
WIDE, NARROW, NARROWEST = 1280, 375, 320
HIGH = 900
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""The rules of axe that a scheme of colours can break."""
SEEN: dict[int, dict[Literal["light", "dark"], Any]] = {
    NARROWEST: {"light": RULES},
    NARROW: {},
    WIDE: {"dark": COLOURS, "light": RULES},
}
"""So wide a page is looked at, in these schemes by these rules."""
ROLES = ("HR", "auditor", "manager", "employee", "admin")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that asks nobody but the demo."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found is not None, "the console is tested in Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


def come(browser: Browser, demo: Demo, role: str, **given: Any) -> BrowserContext:
    """Somebody of a role who looks at the demo in a browser of their own. Each signs in once: by the printed
    link, the administrator by the token.
    """
    if role not in demo.cookies:
        context = browser.new_context(base_url=demo.url)
        page = context.new_page()
        page.goto(demo.links.get(role, "/sign-in"))
        if role not in demo.links:
            page.get_by_label("token").fill(demo.token)
        page.get_by_role("button", name="Sign in").click()
        assert urlsplit(page.url).path == "/", page.url
        demo.cookies[role] = context.storage_state()
        context.close()
    return browser.new_context(base_url=demo.url, storage_state=demo.cookies[role], **given)


class Looked:
    """Looks at pages wide in light and dark, and as narrow as they come in light, without loading them again.
    Two pages that are built alike are looked at with axe once, however many roles have them.
    """

    def __init__(self) -> None:
        self._known: set[int] = set()

    def at(self, page: Page, place: str) -> list[str]:
        """Everything that is wrong with the page that is shown."""
        wrong = [] if page.locator("h1").count() == 1 else [f"{place}: not one heading"]
        shape = hash(page.evaluate(SHAPE))
        for width, schemes in SEEN.items():
            page.set_viewport_size({"width": width, "height": HIGH})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{place}: scrolls sideways at {width}")
            for scheme, rules in schemes.items() if shape not in self._known else ():
                page.emulate_media(color_scheme=scheme)
                found = page.evaluate(FOUND, rules)
                wrong += [f"{place}, {width}, {scheme}: {each}" for each in found]
        if not wrong:
            self._known.add(shape)
        return wrong


class Hand:
    """The hand of a visitor who begins at home. It counts what it clicks; to fill in a field is no click."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.clicks = 0
        self.page.goto("/")

    def click(self, what: Locator) -> None:
        """Clicks once."""
        self.clicks += 1
        what.click()

    def follow(self, name: str | re.Pattern[str], **where: Any) -> None:
        """Clicks a link of the page, in its main part."""
        self.click(self.page.locator("main").get_by_role("link", name=name, **where).first)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Clicks a button of the page, in its main part."""
        self.click(self.page.locator("main").get_by_role("button", name=name).first)

    def find(self, what: str) -> None:
        """Looks for something by the field at the top: to send it counts as a click."""
        self.page.locator("#find").fill(what)
        self.clicks += 1
        self.page.locator("#find").press("Enter")
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/")

    @property
    def heading(self) -> str:
        """The words of the one heading."""
        return self.page.locator("h1").inner_text()


def watched(page: Page, url: str, known: Collection[int] = ()) -> list[str]:
    """Everything that a page must not do is noted: errors, refusals of the policy, requests elsewhere. A
    browser itself calls an answer of 400 and more an error; those of the statuses in `known` are none.
    """
    wrong: list[str] = []

    def said(message: Any) -> None:
        expected = any(f"status of {status} " in message.text for status in known)
        if message.type in ("error", "warning") and not expected:
            wrong.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("crash", lambda _: wrong.append("the page crashed"))
    page.on("request", lambda sent: None if sent.url.startswith(url) else wrong.append(sent.url))
    return wrong
