"""Key results of all kinds, and changes of their targets."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from domain.objective import Objective
from domain.objective.measuring import Aim
from domain.progress import weighed
from domain.refusals import AlreadyExists, InvalidValue, NotFound, ReasonRequired
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.stories import CHECK, FIRST, KEY, add_key_result, draft, objective_in

FEBRUARY, MARCH, MAY = date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 1)
TEN, FIVE = Decimal(10), Decimal(5)


def aims(objective: Objective, *days: date) -> list[tuple[str, Decimal | None]]:
    found = [objective.key_results.find(KEY, day) for day in days]
    return [(k.aim.kind, k.aim.target) for k in found if k is not None]


def aim_at(objective: Objective, target: Decimal | None, on: date = TODAY, **more: Any) -> None:
    objective.change_target(by=by(on), key_result_id=KEY, target=target, **more)


def revise(objective: Objective, on: date = TODAY, **changes: Any) -> None:
    objective.revise_key_result(by=by(on, "misread"), key_result_id=KEY, **changes)


def labels(objective: Objective, *days: date) -> list[tuple[str, str | None, Decimal]]:
    found = [objective.key_results.find(KEY, day) for day in days]
    return [(k.label.title, k.label.unit_of_measure, k.label.weight) for k in found if k is not None]


@pytest.mark.parametrize(
    ("kind", "baseline", "target"),
    [
        ("increase", FIVE, TEN),
        ("increase", TEN, FIVE),
        ("decrease", TEN, FIVE),
        ("milestone", Decimal(0), Decimal(1)),
        ("maintain_at_least", TEN, TEN),
        ("maintain_at_most", None, TEN),
        ("observe", None, None),
        ("observe", TEN, None),
    ],
)
def test_every_kind_takes_what_can_be_measured(kind: str, baseline: Decimal, target: Decimal) -> None:
    objective = draft()
    add_key_result(objective, kind=kind, baseline=baseline, target=target)
    assert recorded(objective) == ["objective.key_result_added"]
    assert aims(objective, FIRST) == [(kind, target)]


@pytest.mark.parametrize(
    ("kind", "baseline", "target", "pointer"),
    [
        ("increase", None, TEN, "/baseline"),
        ("decrease", TEN, None, "/target"),
        ("milestone", TEN, Decimal("10.0"), "/target"),
        ("maintain_at_least", TEN, None, "/target"),
        ("maintain_at_most", TEN, None, "/target"),
        ("observe", None, TEN, "/target"),
        ("improve", FIVE, TEN, "/kind"),
        ("increase", Decimal("NaN"), TEN, "/baseline"),
        ("increase", FIVE, Decimal("1e400"), "/target"),
        ("increase", FIVE, Decimal("Infinity"), "/target"),
    ],
)
def test_what_cannot_be_measured_is_refused_naming_the_field(
    kind: str, baseline: Decimal, target: Decimal, pointer: str
) -> None:
    objective = draft()
    with refused(objective, InvalidValue) as refusal:
        add_key_result(objective, kind=kind, baseline=baseline, target=target)
    assert refusal.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("weight", Decimal(0)), ("weight", Decimal(1_000_001)), ("unit_of_measure", "x" * 201)],
)
def test_a_key_result_with_a_bad_field_is_refused_naming_it(field: str, value: object) -> None:
    objective = draft()
    with refused(objective, InvalidValue) as refusal:
        add_key_result(objective, **{field: value})
    assert refusal.value.errors[0].pointer == f"/{field}"


def test_adding_it_again_records_nothing_and_adding_another_under_its_id_is_refused() -> None:
    objective = given(draft(), add_key_result)
    add_key_result(objective, target=Decimal("100.00"))
    with refused(objective, AlreadyExists):
        add_key_result(objective, title="Something else")


def test_a_removed_one_may_come_back_under_its_id() -> None:
    objective = given(
        draft(), add_key_result, lambda o: o.remove_key_result(by=by(FEBRUARY), key_result_id=KEY)
    )
    add_key_result(objective, by=by(MAY), title="Another wording")
    assert objective.key_results_on(FEBRUARY) == []
    assert [k.label.title for k in objective.key_results_on(MAY)] == ["Another wording"]
    assert [k.label.title for k in objective.key_results_on(FIRST)] == ["Letters answered within a day"]


def test_a_late_target_takes_its_place_before_a_later_one() -> None:
    objective = given(draft(), add_key_result, lambda o: aim_at(o, Decimal(50), MAY))
    aim_at(objective, Decimal(80), FEBRUARY)
    assert [target for _, target in aims(objective, FIRST, FEBRUARY, MAY)] == [100, 80, 50]
    event = objective.pending_events[0]
    assert isinstance(event, Objective.TargetChanged)
    assert (event.target_before, event.target, event.baseline) == ("100", "80", "0")


def test_a_baseline_changes_with_the_target_or_stays() -> None:
    objective = given(draft(), add_key_result)
    aim_at(objective, Decimal(0), baseline=Decimal(100))
    found = objective.key_results.find(KEY, TODAY)
    assert found is not None
    assert (found.aim.baseline, found.aim.target) == (Decimal(100), Decimal(0))


def test_a_target_like_the_baseline_is_refused() -> None:
    objective = given(draft(), add_key_result)
    with refused(objective, InvalidValue) as refusal:
        aim_at(objective, Decimal(0))
    assert refusal.value.errors[0].pointer == "/target"


def test_an_observed_one_takes_its_first_target_together_with_a_kind() -> None:
    objective = given(draft(), lambda o: add_key_result(o, kind="observe", baseline=FIVE, target=None))
    with refused(objective, InvalidValue) as refusal:
        aim_at(objective, TEN)
    assert refusal.value.errors[0].pointer == "/kind"
    aim_at(objective, TEN, kind="increase")
    assert aims(objective, FIRST, TODAY) == [("observe", None), ("increase", TEN)]


def test_another_kind_comes_with_its_baseline_and_its_target() -> None:
    objective = given(draft(), add_key_result)
    with refused(objective, InvalidValue) as refusal:
        aim_at(objective, TEN, kind="decrease")
    assert refusal.value.errors[0].pointer == "/baseline"
    for kind, baseline in (("maintain_at_most", None), ("decrease", Decimal(20)), ("milestone", FIVE)):
        aim_at(objective, TEN, kind=kind, baseline=baseline)
        assert objective.key_results.on(TODAY)[0].aim == Aim(kind, baseline, TEN)
    with refused(given(objective), InvalidValue) as refusal:
        aim_at(objective, TEN, kind="increase", baseline=None)
    assert refusal.value.errors[0].pointer == "/baseline"


def test_to_be_observed_is_to_have_no_target() -> None:
    objective = given(draft(), add_key_result)
    with refused(objective, InvalidValue):
        aim_at(objective, None)
    aim_at(objective, None, kind="observe")
    assert aims(objective, TODAY) == [("observe", None)]


def test_what_holds_already_records_nothing() -> None:
    objective = given(
        draft(),
        add_key_result,
        lambda o: add_key_result(o, key_result_id=id_of("other")),
        lambda o: o.remove_key_result(by=by(FEBRUARY), key_result_id=id_of("other")),
    )
    aim_at(objective, Decimal("1E+2"))
    revise(objective, title=" Letters answered within a day", unit_of_measure="%", weight=Decimal("1.00"))
    objective.revise_key_result(by=by(), key_result_id=KEY)
    objective.remove_key_result(by=by(), key_result_id=id_of("other"))
    assert recorded(objective) == []


def test_an_unknown_one_can_be_neither_revised_nor_aimed_nor_removed() -> None:
    objective = draft()
    with refused(objective, NotFound):
        revise(objective, weight=TEN)
    with refused(objective, NotFound):
        aim_at(objective, TEN)
    with refused(objective, NotFound):
        objective.remove_key_result(by=by(), key_result_id=KEY)


def test_one_that_was_removed_comes_back_as_it_was_with_its_readings() -> None:
    objective = given(
        objective_in("active"),
        lambda o: o.check_in(by=by(), check_in_id=CHECK, on=FEBRUARY, readings={KEY: Decimal(40)}),
        lambda o: o.change_target(by=by(FEBRUARY, "raised"), key_result_id=KEY, target=Decimal(80)),
        lambda o: o.remove_key_result(by=by(MARCH, "merged"), key_result_id=KEY),
    )
    assert objective.measured_on(MAY) == []
    objective.reinstate_key_result(by=by(MAY, "removed by mistake"), key_result_id=KEY)
    assert recorded(objective) == ["objective.key_result_reinstated"]
    assert objective.measured_on(MARCH) == []
    (measured,) = objective.measured_on(MAY)
    assert (measured.value, measured.progress) == (Decimal(40), Fraction(1, 2))
    assert (measured.key_result.id, measured.key_result.aim.target) == (KEY, Decimal(80))


def test_one_that_is_back_from_the_day_of_its_removal_on_was_never_gone() -> None:
    objective = given(
        objective_in("active"), lambda o: o.remove_key_result(by=by(MARCH, "merged"), key_result_id=KEY)
    )
    objective.reinstate_key_result(by=by(MARCH, "removed by mistake"), key_result_id=KEY)
    assert [len(objective.key_results_on(day)) for day in (FEBRUARY, MARCH, TODAY)] == [1, 1, 1]


def test_after_the_approval_it_takes_a_reason_and_what_never_was_there_does_not_come_back() -> None:
    objective = given(
        objective_in("active"), lambda o: o.remove_key_result(by=by(MARCH, "merged"), key_result_id=KEY)
    )
    with refused(objective, ReasonRequired):
        objective.reinstate_key_result(by=by(MAY), key_result_id=KEY)
    with refused(objective, NotFound):
        objective.reinstate_key_result(by=by(MAY, "a mistake"), key_result_id=id_of("other"))


def test_a_revision_says_what_changed_and_what_it_was_before() -> None:
    objective = objective_in("active")
    revise(objective, MARCH, title=" Post answered ", unit_of_measure="%", weight=Decimal("2.50"))
    event = objective.pending_events[0]
    assert isinstance(event, Objective.KeyResultRevised)
    assert event.after == {"title": "Post answered", "weight": "2.5"}
    assert event.before == {"title": "Letters answered within a day", "weight": "1"}
    assert (event.effective_on, event.reason, event.amendment) == ("2026-03-01", "misread", True)


def test_another_weight_counts_in_the_progress_from_its_day_on_and_readings_and_aim_stay() -> None:
    other = id_of("other")
    objective = given(
        objective_in("active"),
        lambda o: add_key_result(o, key_result_id=other, target=Decimal(50)),
        lambda o: o.check_in(
            by=by(), check_in_id=CHECK, on=FEBRUARY, readings={KEY: Decimal(40), other: Decimal(50)}
        ),
    )
    revise(objective, MARCH, weight=Decimal(3), unit_of_measure=None)
    assert [weighed(objective.progress_items(day)) for day in (FEBRUARY, MARCH, TODAY)] == [
        Fraction(7, 10),
        Fraction(11, 20),  # (3 x 0.4 + 1 x 1) / 4
        Fraction(11, 20),
    ]
    assert [one.value for one in objective.measured_on(TODAY)] == [Decimal(40), Decimal(50)]
    assert aims(objective, FEBRUARY, TODAY) == [("increase", Decimal(100))] * 2


def test_a_late_revision_displaces_neither_a_later_one_nor_what_it_leaves_out() -> None:
    objective = given(
        objective_in("active"),
        lambda o: revise(o, MAY, weight=FIVE),
        lambda o: revise(o, MARCH, title="Post answered"),
    )
    revise(objective, FEBRUARY, weight=Decimal(2), unit_of_measure="per cent")
    assert labels(objective, FIRST, FEBRUARY, MARCH, MAY) == [
        ("Letters answered within a day", "%", Decimal(1)),
        ("Letters answered within a day", "per cent", Decimal(2)),
        ("Post answered", "per cent", Decimal(2)),
        ("Post answered", "per cent", FIVE),
    ]


def test_one_that_is_gone_is_not_revised_but_on_a_day_on_which_it_was_there() -> None:
    objective = given(
        objective_in("active"), lambda o: o.remove_key_result(by=by(MARCH, "merged"), key_result_id=KEY)
    )
    with refused(objective, NotFound):
        revise(objective, MARCH, weight=TEN)
    revise(objective, FEBRUARY, weight=TEN)
    objective.reinstate_key_result(by=by(MAY, "removed by mistake"), key_result_id=KEY)
    assert labels(objective, FIRST, MAY) == [
        ("Letters answered within a day", "%", Decimal(1)),
        ("Letters answered within a day", "%", TEN),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 501),
        ("title", "two\x07"),
        ("unit_of_measure", "x" * 201),
        ("weight", Decimal(0)),
        ("weight", Decimal(-1)),
        ("weight", Decimal("1000000.1")),
        ("weight", Decimal("0.12345678901234567890123456789")),
        ("weight", Decimal("NaN")),
    ],
)
def test_a_revision_to_what_no_key_result_may_have_is_refused_naming_the_field(
    field: str, value: Any
) -> None:
    objective = objective_in("active")
    with refused(objective, InvalidValue) as refusal:
        revise(objective, **{field: value})
    assert refusal.value.errors[0].pointer == f"/{field}"


def test_a_weight_of_28_digits_is_kept_as_it_is_given() -> None:
    objective = objective_in("active")
    revise(objective, weight=Decimal("0.1234567890123456789012345678"))
    assert labels(objective, TODAY)[0][2] == Decimal("0.1234567890123456789012345678")
