"""What a caller may see is found out once on the same grounds, and again as soon as these have moved."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from projections.moment import Moment
from tests.web.api import Api
from tests.web.conftest import token
from web.access import sight
from web.access.sight import Sights
from web.access.tokens import Caller
from web.bounded import Bounded


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names what is asked of the database about callers, each time it is."""
    calls: list[str] = []
    for name in ("hide", "reports_of", "people_within"):
        real = getattr(sight, name)

        def noted(*given: object, _name: str = name, _real: object = real) -> object:
            calls.append(_name)
            return _real(*given)  # type: ignore[operator]

        monkeypatch.setattr(sight, name, noted)
    return calls


def test_it_is_found_out_once_for_each_caller_and_again_after_any_event(api: Api, asked: list[str]) -> None:
    unit = api.unit("Harbour")
    ana, ben = api.person(unit, "Ana"), api.person(unit, "Ben")
    own, other = (_as(api, "employee", person_id=each) for each in (ana, ben))
    for _ in range(3):
        own.ask("/objectives")
    assert sorted(asked) == ["hide", "reports_of"]
    other.ask("/objectives")
    assert asked.count("hide") == 2, "another person is another caller"
    api.unit("Quay")
    own.ask("/objectives")
    own.ask("/objectives")
    assert asked.count("hide") == 3


def test_the_roles_and_units_of_a_caller_are_part_of_who_it_is(api: Api, asked: list[str]) -> None:
    first, second = api.unit("Harbour"), api.unit("Quay")
    for units in ([first], [second], [first]):
        _as(api, "hr", units=units).ask("/people")
    assert asked.count("people_within") == 2


def test_who_gets_or_loses_sight_of_a_private_objective_does_so_at_once(api: Api) -> None:
    unit, cycle = api.unit("Harbour"), api.cycle()
    ana, ben = api.person(unit, "Ana"), api.person(unit, "Ben")
    objective = api.objective(cycle, {"person_id": ana}, visibility="private")
    of_ben = _as(api, "employee", person_id=ben)
    for manager, seen in ((None, 404), (ben, 200), (None, 404)):
        api.done(f"/people/{ana}/transfer", {"unit_id": unit, "manager_id": manager})
        for _ in range(2):
            assert of_ben.get(f"/objectives/{objective}").status_code == seen


def test_another_day_and_other_grounds_begin_anew(dsn: str) -> None:
    kept, ana = Sights(), Caller(None, frozenset({"employee"}), uuid4(), None)
    first, second = (Moment(date(2026, 3, number), datetime.now(UTC)) for number in (1, 2))
    with psycopg.connect(dsn) as connection:
        seen = kept.of(connection, first, ana, "grounds")
        seen.found["reports"] = frozenset({"Ben"})
        kept.keep(seen)
        assert kept.of(connection, first, ana, "grounds").found == {"reports": {"Ben"}}
        assert kept.of(connection, second, ana, "grounds").found == {}
        assert kept.of(connection, first, ana, "others").found == {}


def test_what_is_kept_is_bounded_and_the_oldest_goes_first() -> None:
    kept: Bounded[int, str] = Bounded(10, lambda _, value: len(value), largest=6)
    for number in range(5):
        kept.keep(number, "xxx")
        kept.find(0)
    assert [number for number in range(5) if kept.find(number)] == [0, 3, 4]
    kept.keep(0, "x")
    kept.keep(5, "xxx")
    assert len(kept) == 4
    kept.keep(0, "x" * 7)
    assert kept.find(0) is None, "what is too heavy does not stand beside what it replaces"


def _as(api: Api, role: str, **who: Any) -> Api:
    return Api(api.app, api.dsn, token(api.dsn, role, **who))
