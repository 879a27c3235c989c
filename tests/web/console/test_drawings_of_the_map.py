"""The map draws a mark for each objective, and one for several where there are many."""

import gzip
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from projections.alignment.queries.shapes import NEED
from web.console.drawings_map import IN_A_ROW, MOST, Strand, changed, gutter, marks, stack, stands_for

counts = st.fixed_dictionaries({pace: st.integers(0, 60) for pace in NEED})


def drawn(svg: Markup) -> list[ET.Element]:
    return list(ET.fromstring(svg)) if svg else []


def kinds(svg: Markup) -> list[str]:
    return [each.attrib["class"].removeprefix("m-").replace("none", "no_progress") for each in drawn(svg)]


@given(counts, counts)
def test_each_objective_has_a_mark_the_neediest_first(paces: dict[str, int], also: dict[str, int]) -> None:
    found = kinds(marks(paces, also))
    assert found == [
        *[pace for pace in NEED for _ in range(paces[pace])],
        *[f"{pace} again" for pace in NEED for _ in range(also[pace])],
    ]


@given(counts, counts, st.sampled_from([2, 5, 10, 20]))
def test_a_mark_for_several_stands_for_no_more_and_no_pace_is_lost(
    paces: dict[str, int], also: dict[str, int], each: int
) -> None:
    found = Counter(kinds(marks(paces, also, each)))
    for told, kind in ((paces, ""), (also, " again")):
        for pace, count in told.items():
            assert (found[pace + kind] - 1) * each < count <= found[pace + kind] * each or count == 0
            assert (count > 0) == (found[pace + kind] > 0)


def test_marks_stand_in_rows_of_eighteen_within_their_picture() -> None:
    none = dict.fromkeys(NEED, 0)
    svg = marks({**none, "on_track": 40}, none)
    middles = [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in drawn(svg)]
    assert middles[:2] == [(6, 6), (18, 6)]
    assert [y for _, y in middles] == [6] * IN_A_ROW + [18] * IN_A_ROW + [30] * 4
    whole = ET.fromstring(svg)
    assert (whole.attrib["width"], whole.attrib["height"]) == ("216", "36")
    assert marks(none, none) == ""


@pytest.mark.parametrize(
    ("most", "each"), [(0, 1), (MOST, 1), (MOST + 1, 2), (289, 5), (721, 10), (2_000, 20), (100_000, 1_000)]
)
def test_a_mark_stands_for_more_where_a_cell_is_fuller(most: int, each: int) -> None:
    assert stands_for(most) == each


@given(st.fixed_dictionaries({name: st.integers(0, 40) for name in ("gone", "lost", "came", "stayed")}))
def test_each_change_has_a_mark_and_what_is_gone_is_crossed(counts: dict[str, int]) -> None:
    found = Counter(each.attrib["class"].removeprefix("mark-") for each in drawn(changed(counts)))
    assert found["gone"] == 2 * counts["gone"]
    assert [found[name] for name in ("lost", "came", "same")] == [
        counts[name] for name in ("lost", "came", "stayed")
    ]


def test_a_line_joins_the_cards_of_its_ends_and_is_filled_as_far_as_the_child_is_done() -> None:
    svg = gutter(
        [Strand(0, 2, 1.0, 0.46, True), Strand(1, 1, 0.5, 0.9, False), Strand(1, 0, 0.5, None, True)], 3
    )
    line, filled, supporting, bare = drawn(svg)
    assert line.attrib["d"] == "M0 46C27.5 46 22.5 250 50 250"
    assert (filled.attrib["d"], filled.attrib["stroke-dasharray"]) == (
        "M50 250C22.5 250 27.5 46 0 46",
        "46 200",
    )
    assert (line.attrib["stroke-width"], supporting.attrib["stroke-width"]) == ("3.0", "2.1")
    assert [each.attrib["class"] for each in (supporting, bare)] == ["ln ln-s", "ln"]
    assert ET.fromstring(svg).attrib["height"] == "306"


def test_five_thousand_objectives_are_drawn_in_few_kilobytes() -> None:
    cells = [{pace: 2_000 // len(NEED) for pace in NEED}, *[dict.fromkeys(NEED, 25)] * 24]
    each = stands_for(2_000)
    whole = "".join(marks(cell, cell, each) for cell in cells)
    assert len(drawn(marks(cells[0], dict.fromkeys(NEED, 0), each))) <= MOST
    assert len(gzip.compress(whole.encode())) < 5_000


@given(counts)
def test_a_bar_of_paces_is_as_wide_as_it_is_told(paces: dict[str, int]) -> None:
    parts = drawn(stack(paces, 100, 4))
    assert len(parts) == sum(count > 0 for count in paces.values())
    whole = sum(float(each.attrib["width"]) for each in parts)
    assert whole <= 100.1 + 0.4 * len(parts)
