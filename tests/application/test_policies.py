"""Policies: what came with the service, what is adopted later, and which one a decision goes by."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest

from application.policies import Policies, recorded, rules_on
from application.session import Session
from application.store import Store
from domain.checks import EARLIEST
from domain.policy import FIRST_ID, built_in_id
from domain.refusals import InvalidValue, LimitReached, OutOfTime, ReasonRequired, Refusal, UnknownReference
from domain.room import MOST
from domain.rules import VERSION_1, VERSION_2
from tests.application.cycles import act_as
from tests.domain.case import id_of

TODAY = date(2026, 6, 1)


@pytest.fixture
def store(dsn: str) -> Iterator[Store]:
    with Store(dsn, pool_size=2) as store:
        yield store


def names(store: Store) -> list[str]:
    return [each.rules.name for each in recorded(Session(store))]


def in_force(store: Store, *days: str) -> list[str]:
    return [rules_on(Session(store), date.fromisoformat(day)).name for day in days]


def test_without_a_policy_the_first_version_holds(store: Store) -> None:
    assert in_force(store, "2026-06-01", "1900-01-01") == ["2026-1", "2026-1"]


def test_a_fresh_database_has_the_second_version_on_all_days(store: Store) -> None:
    Policies(store).adopt_built_in(TODAY)

    assert names(store) == ["2026-1", "2026-2"]
    assert in_force(store, str(EARLIEST), "2026-05-31", "2030-01-01") == ["2026-2"] * 3


def test_one_with_a_history_gets_it_from_the_day_on(store: Store) -> None:
    from application.units import Units

    Units(store).define(act_as("admin"), name="Org", kind="organisation", parent_id=None)

    Policies(store).adopt_built_in(TODAY)

    assert in_force(store, "2026-05-31", "2026-06-01", "2026-06-02") == ["2026-1", "2026-2", "2026-2"]


def test_adopting_them_again_records_nothing(store: Store) -> None:
    policies = Policies(store)
    policies.adopt_built_in(TODAY)
    position = store.position()

    policies.adopt_built_in(date(2027, 1, 1))

    assert store.position() == position == 2


@pytest.fixture
def policies(store: Store) -> Policies:
    found = Policies(store)
    found.adopt_built_in(TODAY)
    return found


def adopt(policies: Policies, day: str, reason: str | None = "the board", **given: Any) -> None:
    act = act_as("admin", date.fromisoformat(day), reason)
    policies.adopt(act, **{"name": "ours", **given})


def test_another_version_holds_from_its_day_on_and_keeps_what_it_does_not_say(
    store: Store, policies: Policies
) -> None:
    zones = {"stretch": Decimal(1), "target": Decimal("0.8"), "commit": Decimal("0.5")}
    adopt(policies, "2026-04-01", zones=zones, crossing="between_units")

    assert in_force(store, "2026-03-31", "2026-04-01") == ["2026-2", "ours"]
    ours = rules_on(Session(store), date(2026, 4, 1))
    assert ours.payload() == {
        **VERSION_2.payload(),
        "name": "ours",
        "zones": {"stretch": "1", "target": "0.8", "commit": "0.5"},
        "crossing": "between_units",
    }


def test_there_are_only_so_many_policies(
    store: Store, policies: Policies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cast(dict[str, int], MOST), "policies", 3)
    adopt(policies, "2026-04-01")
    with pytest.raises(LimitReached) as refusal:
        adopt(policies, "2026-05-01", name="one more")
    assert refusal.value.members == {"limit": 3}
    assert names(store) == ["2026-1", "2026-2", "ours"]


def test_of_two_from_one_day_on_the_later_one_holds_and_an_older_one_is_left_behind(
    store: Store, policies: Policies
) -> None:
    adopt(policies, "2026-04-01")
    adopt(policies, "2026-04-01", name="ours again")
    adopt(policies, "2026-02-01", name="before that", follows_id=FIRST_ID)

    assert in_force(store, "2026-01-31", "2026-03-31", "2026-04-01") == [
        "2026-2",
        "before that",
        "ours again",
    ]
    assert rules_on(Session(store), date(2026, 3, 1)).live == VERSION_1.live


REFUSED: dict[str, tuple[type[Refusal], str, dict[str, Any]]] = {
    "no reason": (ReasonRequired, "/reason", {"reason": None}),
    "a day of long ago": (OutOfTime, "/effective_on", {"day": "1899-12-31"}),
    "a day far ahead": (OutOfTime, "/effective_on", {"day": "2200-01-01"}),
    "a name that is taken": (InvalidValue, "/name", {"name": "2026-1"}),
    "no name": (InvalidValue, "/name", {"name": " "}),
    "a policy that is not there": (UnknownReference, "/follows_id", {"follows_id": id_of("nobody")}),
    "an unknown way": (InvalidValue, "/live", {"live": "always"}),
    "an unknown word": (InvalidValue, "/zones/great", {"zones": {"great": 1}}),
    "a word left out": (InvalidValue, "/zones/target", {"zones": {"stretch": 1}}),
    "thresholds that rise": (
        InvalidValue,
        "/zones/target",
        {"zones": {"stretch": "0.7", "target": "0.8", "commit": "0.1"}},
    ),
    "a threshold out of range": (
        InvalidValue,
        "/paces/ahead",
        {"paces": {"ahead": 2, "on_track": 0, "behind": -1}},
    ),
    "a threshold finer than figures": (
        InvalidValue,
        "/paces/ahead",
        {"paces": {"ahead": "0.1234567", "on_track": 0, "behind": -1}},
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_policy_is_refused_by_the_name_of_its_field(store: Store, policies: Policies, case: str) -> None:
    kind, pointer, given = REFUSED[case]

    with pytest.raises(kind) as refused:
        adopt(policies, **{"day": "2026-04-01", **given})

    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert names(store) == ["2026-1", "2026-2"]


def test_the_built_in_ones_have_the_same_ids_everywhere() -> None:
    assert str(built_in_id("2026-1")) == "03a813d1-a820-58c3-830d-565dc0531a73"
    assert str(built_in_id("2026-2")) == "e040d5ac-6217-51c9-94c4-7548c6b7c96c"
