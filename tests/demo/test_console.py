"""No page of the console does anything wrong in a real Chromium, as each kind of visitor has it: those of a
demo, and those of an organisation that has nothing yet.
"""

import os
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.demo.browsing import AXE, ROLES, Looked, chromium, come, watched
from tests.demo.conftest import Demo
from tests.demo.places import made, places
from tests.web.serve.processes import data_folder, service
from web.console.pages import console

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(900)]
PAPER = 700
"""A page of A4 has room for so many pixels beside its margins."""
KINDS = ("people", "objectives")
NOT_SHOWN = (403, 404, 422)
"""A role may be answered so, and a mistaken question; the page that says it is looked at as every other."""
SCRIPTLESS = ("HR", "employee")
EMPTY = (
    *("/", "/objectives", "/people", "/map", "/map?as=table", "/units", "/cycles", "/measures", "/plans"),
    *("/policies", "/trail", "/search?q=a", "/board-pack", "/tokens", "/webhooks", "/preferences"),
    *("/imports/new", "/units/new", "/people/new", "/objectives/new", "/cycles/new"),
)
"""Where somebody looks who has just begun."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def there(demo: Demo) -> dict[str, str]:
    return places(demo) | made(demo)


@pytest.fixture(scope="module")
def looked() -> Looked:
    return Looked()


def _page(context: BrowserContext, url: str, *known: int) -> tuple[Page, list[str]]:
    """A page with axe in it, and the list of everything that it does wrong."""
    context.add_init_script(path=AXE)
    page = context.new_page()
    wrong = watched(page, url, known)

    def answered(answer: Response) -> None:
        if answer.status >= min(NOT_SHOWN) and not answer.request.is_navigation_request():
            wrong.append(f"{answer.url} is answered with {answer.status}")

    page.on("response", answered)
    return page, wrong


def _said(page: Page) -> str:
    """The words of the page but for its numbers, which may be of this very second."""
    return re.sub(r"\d+", "", page.locator("#main").inner_text())


@pytest.mark.parametrize("role", ROLES)
def test_no_page_does_anything_wrong(
    browser: Browser, demo: Demo, there: dict[str, str], looked: Looked, role: str
) -> None:
    """Axe finds nothing, nothing is asked elsewhere, refused by the policy or called an error, no page
    scrolls sideways; and where no script runs, it says the same.
    """
    context = come(browser, demo, role, reduced_motion="reduce")
    page, wrong = _page(context, demo.url, *NOT_SHOWN)
    without = come(browser, demo, role, java_script_enabled=False)
    plain = without.new_page() if role in SCRIPTLESS else None
    for name, path in there.items():
        answer = page.goto(path)
        assert answer is not None
        if answer.status != 200 and answer.status not in NOT_SHOWN:
            wrong.append(f"{name} is answered with {answer.status}")
        wrong += looked.at(page, f"{name} ({path})")
        if plain is not None:
            plain.goto(path)
            wrong += [] if _said(plain) == _said(page) else [f"{name} says something else without scripts"]
    context.close()
    without.close()
    assert wrong == []


def test_every_page_there_is_is_looked_at(there: dict[str, str]) -> None:
    app = Flask("console", static_folder=None)
    app.register_blueprint(console)
    urls = app.url_map
    known = {each.endpoint for each in urls.iter_rules() if "GET" in (each.methods or ())}
    at = urls.bind("")
    seen = {at.match(path.partition("?")[0], method="GET")[0] for path in there.values()}
    assert known - seen == {"console.static"}


def test_forms_with_errors_and_after_a_conflict_do_nothing_wrong(
    browser: Browser, demo: Demo, there: dict[str, str], looked: Looked
) -> None:
    context = come(browser, demo, "admin", reduced_motion="reduce")
    page, wrong = _page(context, demo.url, 409, 412, 422)
    for name in ("new unit", "new objective", "check-in", "new target", "departure", "new person"):
        page.goto(there[name])
        page.get_by_role("button", name="Record it").click()
        page.locator(".sum").wait_for()
        assert page.title().startswith("Error:")
        assert page.locator("[aria-invalid=true]").count() == page.locator(".bad").count()
        wrong += looked.at(page, f"{name}, with errors")
    page.goto(there["transfer"])
    other = context.new_page()
    other.goto(there["feedback"])
    other.get_by_label("Kind").select_option("praise")
    other.get_by_label("Text").fill("Well done.")
    other.get_by_role("button", name="Record it").click()
    other.wait_for_url("**seen=*")
    page.locator("#f-person_id").fill("Ana Oliveira")
    page.get_by_role("button", name="Record it").click()
    page.locator(".sum-c").wait_for()
    assert "Something changed while you were typing" in page.locator("main").inner_text()
    assert page.locator("#f-person_id").input_value() == "Ana Oliveira"
    wrong += looked.at(page, "a conflict")
    context.close()
    assert wrong == []


def test_an_organisation_that_has_nothing_yet_is_shown_as_well(
    browser: Browser, looked: Looked, tmp_path: Path
) -> None:
    with data_folder() as folder:
        here = ("--data-dir", str(folder))
        with service("serve", "--port", "0", *here, log=tmp_path / "log") as running:
            url = running.url()
            with service("token", "--role", "admin", *here, log=tmp_path / "token") as issued:
                token = issued.stdout.read().strip()
            begun = Demo(url, token, [], folder, {})
            context = come(browser, begun, "admin", reduced_motion="reduce")
            page, wrong = _page(context, url)
            for path in EMPTY:
                answer = page.goto(path)
                assert answer is not None
                wrong += [] if answer.status == 200 else [f"{path} is answered with {answer.status}"]
                wrong += looked.at(page, f"{path}, with nothing in it")
            context.close()
    assert wrong == []


def test_a_board_pack_is_whole_on_paper(browser: Browser, demo: Demo) -> None:
    context = come(browser, demo, "HR")
    page = context.new_page()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.goto("/board-pack")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    cut = "tables => tables.filter(each => each.scrollWidth > each.parentElement.clientWidth).length"
    assert page.locator("main table").evaluate_all(cut) == 0
    assert page.locator("main table").count() >= 3
    assert page.get_by_text("/board-pack?as_of=").is_visible()
    assert not page.get_by_role("navigation", name="Main").is_visible()
    context.close()


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


def test_pictures_are_made_of_the_demo(browser: Browser, demo: Demo, tmp_path: Path) -> None:
    """`make screenshots` keeps them in docs/pictures."""
    folder = Path(os.environ.get("THROUGHLINE_PICTURES", tmp_path))
    context = come(browser, demo, "HR")
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    for name, path in _pictures(demo).items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        page.screenshot(path=folder / f"{name}.png")
        width, height = struct.unpack(">II", (folder / f"{name}.png").read_bytes()[16:24])
        assert (width, height) == (1280, 900)
    context.close()
