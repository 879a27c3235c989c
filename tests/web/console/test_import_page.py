"""A plan is tried on a page, seen row by row, and imported as it was seen."""

import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.plan_folders import small_plan
from tests.web.api import Api
from tests.web.console.conftest import OURS, Visitor, heading_of, visitor
from tests.web.test_imports import UNITS, of_units, packed
from web.console.pages import imports
from web.console.pages.imports import MOST_SHOWN
from web.ops.bounds import IMPORT, place_of


@pytest.fixture
def admin(api: Api) -> Visitor:
    return visitor(api, "admin")


def _try(them: Visitor, data: bytes | None, called: str = "harbour.zip", **fields: str) -> Any:
    form: dict[str, Any] = dict(fields)
    if data is not None:
        form["file"] = (io.BytesIO(data), called)
    return them.client.post("/imports/new", data=form, headers=OURS, content_type="multipart/form-data")


def _hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', text))


def test_a_plan_is_tried_seen_and_imported_by_one_button(api: Api, admin: Visitor, tmp_path: Path) -> None:
    data = packed(small_plan(tmp_path / "harbour"))
    assert "See what would happen" in admin.get("/imports/new").text
    tried = _try(admin, data, reason="the yearly plan")
    assert (tried.status_code, heading_of(tried)) == (200, heading_of(tried))
    assert heading_of(tried).startswith("Importing “harbour” would create ")
    assert "LIFT" in tried.text
    assert api.events() == 0
    done = _try(admin, None, **_hidden(tried.text))
    assert (done.status_code, api.events()) == (200, 57), done.text
    assert heading_of(done).startswith("“harbour” is imported: ")
    api.project()
    again = _try(admin, data, reason="the yearly plan")
    assert heading_of(again).endswith("of “harbour” are recorded as they are.")
    assert "Import it" not in again.text


def test_bad_cells_stand_by_their_row_and_field_and_nothing_is_recorded(api: Api, admin: Visitor) -> None:
    wrong = _try(admin, of_units(f"{UNITS}a,<b>A</b>,empire,,2026-01-01\nb,B,team,nowhere,31.01.2026\n"))
    assert (wrong.status_code, heading_of(wrong)) == (422, "Nothing was recorded: 3 cells are wrong.")
    assert re.search(
        r"units\.csv</bdi></td><td class=\"num\">3</td><th scope=\"row\"><code>effective_on<", wrong.text
    )
    assert "Import it" not in wrong.text
    assert api.events() == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no plan", "is neither a workbook (.xlsx) nor a zip of CSV files"),
        (b"", "A file has to be chosen"),
        (None, "A file has to be chosen"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "is a workbook of the old form or with a password"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(
    api: Api, admin: Visitor, data: bytes | None, said: str
) -> None:
    refused = _try(admin, data)
    assert (refused.status_code, said in refused.text) == (422, True), refused.text
    assert "<title>Error: " in refused.text
    assert api.events() == 0


def test_a_wrong_option_is_said_at_its_field_and_the_others_are_kept(admin: Visitor) -> None:
    refused = _try(admin, of_units(UNITS), dates="DD.MM", source="HR")
    assert refused.status_code == 422
    assert 'id="f-dates-e"' in refused.text
    assert 'value="HR"' in refused.text


def test_only_what_was_seen_is_imported(api: Api, admin: Visitor) -> None:
    seen = _try(admin, of_units(f"{UNITS}a,A,team,,2026-01-01\n"))
    kept = _hidden(seen.text)
    other = of_units(f"{UNITS}a,B,team,,2026-01-01\n")
    for changed in (
        _try(admin, other, seen=kept["seen"]),
        _try(admin, None, **{**kept, "reason": "another"}),
        _try(admin, None, **{**kept, "carried": kept["carried"][:-8]}),
        _try(admin, None, **{**kept, "carried": "no base64"}),
        _try(admin, None, **{**kept, "seen": "x"}),
    ):
        assert changed.status_code == 422
    assert api.events() == 0


def test_a_large_file_is_chosen_again_and_has_to_be_the_same(
    api: Api, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_CARRIED", 10)
    data = of_units(f"{UNITS}a,A,team,,2026-01-01\n")
    kept = _hidden(_try(admin, data).text)
    assert "carried" not in kept
    assert _try(admin, of_units(f"{UNITS}b,B,team,,2026-01-01\n"), **kept).status_code == 422
    assert api.events() == 0
    assert _try(admin, data, **kept).status_code == 200
    assert api.events() == 1


def test_the_page_is_bounded_and_has_the_place_of_imports(admin: Visitor) -> None:
    rows = "".join(f"u{each},Unit {each},team,,2026-01-01\n" for each in range(MOST_SHOWN + 7))
    text = _try(admin, of_units(UNITS + rows)).text
    assert text.count("<tr>") == MOST_SHOWN + 1
    assert "And 7 more." in text
    wrong = rows.replace("team", "empire")
    assert _try(admin, of_units(UNITS + wrong)).text.count("<tr>") == MOST_SHOWN + 1
    assert place_of("POST", "/imports/new", "") == IMPORT
    body, form = bytes((32 << 20) + 1), "multipart/form-data; boundary=x"
    large = admin.client.post("/imports/new", data=body, headers=OURS, content_type=form)
    assert (large.status_code, "This is too large" in large.text) == (413, True)


@pytest.mark.parametrize("role", ["hr", "auditor", "employee"])
def test_importing_is_for_administration_only(api: Api, role: str) -> None:
    person = api.person(api.unit(), "Ana")
    before = api.events()
    them = visitor(api, role, person)
    assert 'href="/imports/new"' not in them.get("/preferences").text
    refused = _try(them, of_units(f"{UNITS}a,A,team,,2026-01-01\n"))
    assert (refused.status_code, api.events()) == (403, before)
    cross = them.client.post("/imports/new", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403
