"""The figures: attainment, progress, pace, zones and bands."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from domain import progress
from domain.rules import VERSION_1, VERSION_2, Thresholds, judge
from tests.domain.case import TODAY, by, given, id_of
from tests.domain.stories import CHECK, KEY, add_key_result, objective_in
from tests.oracle.measures import mean

NUMBERS = st.decimals(-1000, 1000, places=3)


@pytest.mark.parametrize(
    ("kind", "baseline", "target", "value", "attained"),
    [
        ("increase", "0", "76000", "12905", "0.169803"),
        ("increase", "6866", "7210", "6800", "-0.191860"),
        ("increase", "50", "100", "125", "1.5"),
        ("decrease", "303.9", "273.5", "290", "0.457237"),
        ("decrease", "10", "5", "12", "-0.4"),
        ("increase", "10", "5", "6", "0.8"),
        ("milestone", "0", "1", "1", "1"),
        ("maintain_at_least", "22", "22", "22", "1"),
        ("maintain_at_least", None, "22", "21.999", "0"),
        ("maintain_at_most", None, "5", "5", "1"),
        ("maintain_at_most", None, "5", "5.001", "0"),
    ],
)
def test_attainment_follows_the_formula(
    kind: str, baseline: str | None, target: str, value: str, attained: str
) -> None:
    start = None if baseline is None else Decimal(baseline)
    found = progress.attainment(kind, start, Decimal(target), Decimal(value))
    assert found is not None
    assert VERSION_1.shown(found) == Decimal(attained)


def test_observing_attains_nothing_and_no_reading_is_no_attainment() -> None:
    assert progress.attainment("observe", Decimal(1), None, Decimal(2)) is None
    assert progress.attainment("increase", Decimal(0), Decimal(1), None) is None
    assert progress.progress("observe", None) is None
    assert progress.progress("maintain_at_least", None) == 0


@generated(NUMBERS, NUMBERS, NUMBERS)
def test_progress_is_between_nought_and_one_and_turning_the_scale_round_changes_nothing(
    baseline: Decimal, target: Decimal, value: Decimal
) -> None:
    attained = progress.attainment("increase", baseline, target, value)
    turned = progress.attainment("decrease", -baseline, -target, -value)
    assert attained == turned
    share = progress.progress("increase", attained)
    assert share is not None
    assert 0 <= share <= 1


def test_the_mean_goes_by_weight_and_leaves_out_what_has_no_progress() -> None:
    items = [(Decimal(3), Fraction(1)), (Decimal(1), Fraction(0)), (Decimal(9), None)]
    assert progress.weighed(items) == Fraction(3, 4)
    assert progress.weighed([(Decimal(1), None)]) is None
    assert progress.weighed([]) is None


def test_figures_are_rounded_half_to_even_to_six_places() -> None:
    assert str(VERSION_1.shown(Fraction(1, 3))) == "0.333333"
    assert str(VERSION_1.shown(Fraction(5, 10**7))) == "0.000000"
    assert str(VERSION_1.shown(Fraction(15, 10**7))) == "0.000002"
    assert VERSION_1.shown(Fraction(-(10**40), 3)) == Decimal("-3" + "3" * 39 + ".333333")


@generated(st.fractions(-2, 2), st.sampled_from([VERSION_2.zones, VERSION_2.paces]))
def test_a_figure_that_is_cut_has_the_word_of_the_exact_value(
    share: Fraction, thresholds: Thresholds
) -> None:
    """Whatever lies just below a threshold is shown below it too."""
    for value in (share, *(low - Fraction(1, 10**9) for low, _ in thresholds if low is not None)):
        assert judge(Fraction(VERSION_2.shown(value)), thresholds) == judge(value, thresholds)
        assert 0 <= value - Fraction(VERSION_2.shown(value)) < Fraction(1, 10**6)


def test_a_figure_that_is_cut_is_never_one_before_all_is_done() -> None:
    assert str(VERSION_2.shown(Fraction(9_999_999, 10_000_000))) == "0.999999"
    assert str(VERSION_1.shown(Fraction(9_999_999, 10_000_000))) == "1.000000"
    assert str(VERSION_2.shown(Fraction(-2_500_001, 10_000_000))) == "-0.250001"
    assert str(VERSION_2.shown(Fraction(1))) == "1.000000"


@pytest.mark.parametrize(
    ("as_of", "share"),
    [("2026-01-01", 0), ("2025-06-01", 0), ("2026-07-02", Fraction(1, 2)), ("2027-05-01", 1)],
)
def test_the_elapsed_share_goes_by_days(as_of: str, share: Fraction) -> None:
    found = progress.elapsed(date(2026, 1, 1), date(2026, 12, 31), date.fromisoformat(as_of))
    assert found == share


def test_a_period_of_one_day_is_over_on_that_day() -> None:
    one = date(2026, 5, 1)
    assert [progress.elapsed(one, one, date(2026, 4, 30)), progress.elapsed(one, one, one)] == [0, 1]


@pytest.mark.parametrize(
    ("ahead_by", "word"),
    [
        ("0.1", "ahead"),
        ("0.099999", "on_track"),
        ("-0.1", "on_track"),
        ("-0.100001", "behind"),
        ("-0.25", "behind"),
        ("-0.250001", "off_track"),
    ],
)
def test_pace_has_its_thresholds(ahead_by: str, word: str) -> None:
    assert progress.pace(Fraction("0.5") + Fraction(ahead_by), Fraction("0.5"), VERSION_1) == word


@pytest.mark.parametrize(
    ("score", "word"),
    [
        ("0", "fail"),
        ("0.299999", "fail"),
        ("0.3", "commit"),
        ("0.7", "target"),
        ("0.999999", "target"),
        ("1", "stretch"),
    ],
)
def test_a_score_has_its_zone(score: str, word: str) -> None:
    assert progress.zone(Decimal(score), VERSION_1) == word


def test_confidence_has_its_bands_and_the_policy_its_name() -> None:
    bands = [progress.confidence_band(n, VERSION_1) for n in (0, 3, 4, 7, 8, 10)]
    assert bands == ["low", "low", "medium", "medium", "high", "high"]
    assert [VERSION_1.name, VERSION_2.name] == ["2026-1", "2026-2"]


def test_the_items_of_an_objective_are_weights_with_exact_progress() -> None:
    objective = given(
        objective_in("active"),
        lambda o: add_key_result(o, key_result_id=id_of("watch"), kind="observe", target=None),
        lambda o: add_key_result(o, key_result_id=id_of("unread"), weight=Decimal(2)),
        lambda o: o.check_in(by=by(), check_in_id=CHECK, on=TODAY, readings={KEY: Decimal(40)}),
    )
    one, two = Fraction(1), Fraction(2)
    assert objective.progress_items(TODAY) == [(one, Fraction(2, 5)), (one, None), (two, Fraction(0))]
    assert progress.weighed(objective.progress_items(TODAY)) == Fraction(2, 15)


def test_progress_rolls_up_however_long_the_chain() -> None:
    """Each level halves what comes from below, exactly."""
    length = 3_000
    found = progress.rolled_up(
        [0],
        lambda id: [(Decimal(1), Fraction(id == length))],
        lambda id: [(id + 1, Decimal(1))] if id < length else [],
    )
    assert found[0] == Fraction(1, 2**length)
    assert len(found) == length + 1


def test_what_contributes_by_several_ways_is_asked_once_and_counts_in_each() -> None:
    ways = {"top": ["left", "right"], "left": ["below"], "right": ["below", "left"], "below": []}
    asked: list[str] = []

    def contributors(id: str) -> list[tuple[str, Decimal]]:
        asked.append(id)
        return [(child, Decimal(3)) for child in ways[id]]

    found = progress.rolled_up(
        ["left", "top", "top"], lambda id: [(Decimal(1), Fraction(id == "below"))], contributors
    )

    assert sorted(asked) == sorted(ways)
    assert found == {
        "below": Fraction(1),
        "left": Fraction(3, 4),
        "right": Fraction(3, 7) * Fraction(7, 4),
        "top": Fraction(3, 7) * Fraction(6, 4),
    }


def test_nothing_to_weigh_below_is_left_out_above() -> None:
    found = progress.rolled_up(
        ["top"], lambda id: [], lambda id: [("below", Decimal(1))] if id == "top" else []
    )
    assert found == {"top": None, "below": None}


PRIMES = (10**27 + 103, 10**27 + 279, 10**27 + 283, 10**27 + 361)
"""Each has a denominator of 90 bits that no other shares."""


@generated(
    st.lists(
        st.tuples(
            st.decimals("0.01", 1000, places=2),
            st.builds(
                lambda prime, power, part: Fraction(int(prime**power * part), prime**power),
                st.sampled_from(PRIMES),
                st.integers(1, 24),
                st.fractions(0, 1),
            ),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_mean_is_that_of_the_definition_however_fine_the_shares(
    items: list[tuple[Decimal, Fraction]],
) -> None:
    """Exact up to 4,096 bits, of cut shares beyond; the order of the items makes no difference."""
    expected = mean([(Fraction(weight), share) for weight, share in items])
    assert progress.weighed(items) == expected
    assert progress.weighed(items[::-1]) == expected


def test_a_mean_of_fine_shares_is_exact_to_4096_bits_and_close_beyond() -> None:
    fine = [Fraction(1, 3**2_000), Fraction(1, 5**398)]  # 3,170 and 925 bits
    (one, other), finer = fine, Fraction(1, 5**400)
    assert progress.weighed([(Decimal(1), one), (Decimal(1), other)]) == (one + other) / 2
    assert progress.weighed([(Decimal(1), one), (Decimal(1), finer)]) == 0
    half = progress.weighed([(Decimal(1), 1 - one), (Decimal(1), finer)])
    assert half is not None
    assert 0 < Fraction(1, 2) - half < Fraction(1, 10**39)


def test_figures_do_not_grow_with_the_graph_below_them() -> None:
    """A chain of 200 with ten key results each of exact fractions that share nothing."""
    rows = iter(range(1, 1_000_000))
    own = [[(Decimal(1), Fraction(1, 10**27 + next(rows))) for _ in range(10)] for _ in range(200)]
    found = progress.rolled_up(
        [0], own.__getitem__, lambda id: [(id + 1, Decimal("0.1"))] if id < 199 else []
    )
    assert all(share is not None and share.denominator.bit_length() < 5_000 for share in found.values())
