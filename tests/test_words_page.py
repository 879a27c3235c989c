"""The page that says what the words mean is right: its examples are computed here, by the domain."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from domain import health, progress

PAGE = (Path(__file__).parent.parent / "docs" / "words.md").read_text()
TODAY = date(2026, 4, 30)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
PERIODS = {"F": (date(2026, 7, 1), YEAR[1]), "G": (YEAR[0], date(2026, 3, 31))}
UNITS = {"S": "board", "A": "Harbour", "B": "Berths", "C": "Sales", "D": "Sales", "E": "Sales"}
LINKS = {"A": "S", "B": "A", "C": "A", "D": "cancelled", "F": "A", "G": "A"}
ABOVE = {"board": {"board"}, "Harbour": {"Harbour", "board"}, "Sales": {"Sales", "board"}}
ABOVE["Berths"] = {"Berths", *ABOVE["Harbour"]}


def _section(title: str) -> str:
    """One line of text: what stands below a heading."""
    return " ".join(PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0].split())


def _shown(share: Fraction) -> str:
    """Six places, cut."""
    text = f"{share.numerator * 10**6 // share.denominator / 10**6:.6f}"
    return text.rstrip("0").rstrip(".")


def test_the_classes_and_the_coverage() -> None:
    live = set(UNITS)
    links = [(child, parent) for child, parent in LINKS.items() if child in live]
    reaching = health.reaching({"S"}, live, links)
    classes = {
        each: health.class_of(strategic=each == "S", reaches=each in reaching, linked=each in LINKS)
        for each in live
    }

    text = _section("Strategic, aligned, detached, orphan")
    for name in health.CLASSES:
        of_it = sorted(each for each in live if classes[each] == name)
        assert re.search(rf"\*\*{name}\*\* \|[^|]+\| {', '.join(of_it)}: {len(of_it)} \|", text), name
    count = [list(classes.values()).count(name) for name in ("aligned", "detached", "orphan")]
    coverage = health.coverage(*count)
    assert coverage is not None
    assert f"{count[0]} / ({' + '.join(map(str, count))}) = {_shown(coverage)}." in _section("Coverage")


def test_the_silo_index() -> None:
    text = _section("Silo")
    counted = [
        (UNITS[child], UNITS[LINKS[child]]) for child in LINKS if {child, LINKS[child]} <= UNITS.keys()
    ]
    crossing = [(low, high) for low, high in counted if high not in ABOVE[low] and low not in ABOVE[high]]
    index = health.silo_index(len(counted), len(crossing))

    assert index is not None
    assert f"of {len(counted)} links" in text
    assert f"1 - {len(crossing)} / {len(counted)} = {_shown(index)}." in text


@pytest.mark.parametrize(
    ("kind", "baseline", "target", "value", "said"),
    [
        ("increase", 2, 10, 6, "from 2 to 10 berths, now 6: (6 - 2) / (10 - 2) = "),
        ("decrease", 12, 4, 10, "from 12 down to 4 hours, now 10: (10 - 12) / (4 - 12) = "),
        ("maintain_at_least", None, "99.5", "99.7", "at least 99.5, now 99.7: "),
        ("maintain_at_most", None, 3, 4, "at most 3, now 4: "),
    ],
)
def test_attainment(kind: str, baseline: int | None, target: str, value: str, said: str) -> None:
    start = None if baseline is None else Decimal(baseline)
    attained = progress.attainment(kind, start, Decimal(target), Decimal(value))

    assert attained is not None
    assert f"{said}{_shown(attained)}" in _section("Attainment")
    assert f"`{kind}`" in _section("Attainment")


def _progress_of_a() -> Fraction:
    attained = progress.attainment("increase", Decimal(2), Decimal(10), Decimal(6))
    own = progress.progress("increase", attained)
    weighed = progress.weighed([(Decimal(1), own), (Decimal(3), Fraction("0.8"))])
    assert weighed is not None
    return weighed


def test_progress_counts_what_contributes_by_its_weight() -> None:
    assert f"(1 x 0.5 + 3 x 0.8) / (1 + 3) = {_shown(_progress_of_a())}." in _section("Progress")


def test_what_has_gone_by_and_what_that_makes_of_progress() -> None:
    gone, share = progress.elapsed(*YEAR, TODAY), _progress_of_a()
    days = [(day - YEAR[0]).days for day in (TODAY, YEAR[1])]

    text = _section("Pace")
    assert f"{days[0]} of {days[1]} days have gone by, {_shown(gone)}; A has progress {_shown(share)}" in text
    assert f"is {_shown(share - gone)} before that" in text


def _mean(values: Iterable[int]) -> Fraction:
    every = list(values)
    return Fraction(sum(every), len(every))


def test_the_figures_of_reviews() -> None:
    shifts = [after - before for before, after in ((3, 4), (4, 4), (5, 4))]

    text = _section("Figures of reviews")
    assert f"ratings of 3, 4, 4, 3 and 5 have the mean {_shown(_mean((3, 4, 4, 3, 5)))};" in text
    assert f"they shifted by {_shown(_mean(shifts))}." in text


def test_every_word_of_an_answer_that_is_judged_has_its_place() -> None:
    words = (
        "live", "planned", "overdue", "contributes", "supports", "aligned", "detached", "orphan", "coverage",
        "silo_index", "stale", "progress", "elapsed", "zone", "score", "amended", "late",
    )  # fmt: skip
    assert [word for word in words if f"**{word}**" not in PAGE] == []
