"""The search for loops, against a search day by day."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.cascade import UpLink, Window, find_loop
from domain.refusals import AlignmentLoop
from tests.domain.case import id_of

START = date(2026, 1, 1)
NAMES = [id_of(name) for name in "abcde"]
Links = dict[UUID, list[UpLink]]


def day(n: int) -> date:
    return START + timedelta(days=n)


def links(*given_links: tuple[str, str, int, int | None]) -> Links:
    """(from, to, first day, day after the last) for each link."""
    found: Links = {}
    for lower, upper, start, end in given_links:
        link = UpLink(id_of(upper), day(start), None if end is None else day(end))
        found.setdefault(id_of(lower), []).append(link)
    return found


def search(known: Links, start: str, goal: str, window: Window) -> tuple[list[UUID], Window] | None:
    loop = find_loop(lambda id: known.get(id, []), id_of(start), id_of(goal), window)
    return None if loop is None else (list(loop.path), loop.window)


def test_a_link_back_down_at_any_depth_closes_a_loop() -> None:
    known = links(("b", "c", 0, None), ("c", "d", 0, None), ("d", "a", 0, None))
    path = [id_of(name) for name in "abcda"]
    assert search(known, "b", "a", Window(day(0), None)) == (path, Window(day(0), None))


def test_a_link_to_itself_is_the_shortest_loop() -> None:
    assert search({}, "a", "a", Window(day(0), None)) == ([id_of("a")] * 2, Window(day(0), None))


def test_links_that_never_hold_on_the_same_day_close_no_loop() -> None:
    known = links(("b", "c", 0, 5), ("c", "a", 5, None))
    assert search(known, "b", "a", Window(day(0), None)) is None


def test_a_loop_of_the_past_is_found_with_its_days() -> None:
    known = links(("b", "c", 2, 8), ("c", "a", 4, 6))
    found = search(known, "b", "a", Window(day(0), day(20)))
    assert found is not None
    assert found[1] == Window(day(4), day(6))


def test_the_new_link_counts_only_while_it_would_hold() -> None:
    known = links(("b", "a", 5, None))
    assert search(known, "b", "a", Window(day(0), day(5))) is None


def test_only_what_can_be_reached_is_loaded() -> None:
    asked: list[UUID] = []

    def links_of(id: UUID) -> list[UpLink]:
        asked.append(id)
        return links(("b", "c", 0, None), ("d", "a", 0, None)).get(id, [])

    assert find_loop(links_of, id_of("b"), id_of("a"), Window(day(0), None)) is None
    assert asked == [id_of("b"), id_of("c")]


def test_a_long_chain_needs_no_recursion_and_a_lattice_no_patience() -> None:
    chain = links(*[(f"n{n}", f"n{n + 1}", 0, None) for n in range(5_000)])
    assert search(chain, "n1", "n0", Window(day(0), None)) is None
    lattice = links(*[(f"{a}{n}", f"{b}{n + 1}", 0, None) for n in range(200) for a in "xy" for b in "xy"])
    assert search(lattice, "x1", "x0", Window(day(0), None)) is None


def test_the_refusal_names_the_path_and_the_days() -> None:
    refusal = AlignmentLoop.along([id_of("a"), id_of("b"), id_of("a")], day(0), None)
    assert refusal.members["path"] == [str(id_of(name)) for name in "aba"]
    assert (refusal.members["from"], refusal.members["to"]) == ("2026-01-01", None)


NODES, MOMENTS = st.integers(0, 4), st.integers(0, 6)
LINKS = st.lists(st.tuples(NODES, NODES, MOMENTS, st.none() | st.integers(1, 7)), max_size=14)


@given(LINKS, MOMENTS, st.none() | st.integers(1, 7))
def test_a_loop_is_found_just_if_a_walk_on_some_single_day_finds_one(
    given_links: list[tuple[int, int, int, int | None]], first: int, last: int | None
) -> None:
    known: Links = {}
    for lower, upper, start, end in given_links:
        link = UpLink(NAMES[upper], day(start), None if end is None else day(start + end))
        known.setdefault(NAMES[lower], []).append(link)
    window = Window(day(first), None if last is None else day(first + last))
    loop = find_loop(lambda id: known.get(id, []), NAMES[1], NAMES[0], window)
    days = [d for d in map(day, range(16)) if UpLink(NAMES[0], window.start, window.end).holds_on(d)]
    closed = [d for d in days if _walks(known, NAMES[1], NAMES[0], d)]
    assert (loop is not None) == bool(closed)
    if loop is not None:
        assert loop.path[0] == loop.path[-1] == NAMES[0]
        assert loop.window.start in closed


def _walks(known: Links, start: UUID, goal: UUID, on: date) -> bool:
    seen, todo = set(), [start]
    while todo:
        id = todo.pop()
        if id not in seen:
            seen.add(id)
            todo += [link.parent_id for link in known.get(id, []) if link.holds_on(on)]
    return goal in seen
