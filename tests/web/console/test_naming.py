"""Names on a page cost few questions, however many things it names."""

import pytest

from tests.web.api import Api
from tests.web.console.conftest import visitor
from web.console import asking, naming

UNITS = 40


def test_every_unit_of_a_list_is_named_by_one_question(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(UNITS):
        api.person(api.unit(f"Harbour {number}"), f"Ana {number}")
    asked: list[str] = []

    def noted(path: str, **parameters: object) -> asking.Said:
        asked.append(path)
        return tried(path, **parameters)

    tried = asking.tried
    monkeypatch.setattr(asking, "tried", noted)
    text = visitor(api).get("/people").text
    assert all(f">Harbour {number}</a>" in text for number in range(UNITS))
    assert [path for path in asked if path.startswith("/units")] == ["/units"]


def test_what_the_list_does_not_hold_is_asked_for_one_by_one(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(naming.FEW + 2):
        api.person(api.unit(f"Harbour {number}"), f"Ana {number}")
    monkeypatch.setattr(naming, "MOST_LISTED", 1)
    text = visitor(api).get("/people").text
    assert all(f">Harbour {number}</a>" in text for number in range(naming.FEW + 2))
