"""The drawings of the map: a mark for each objective, the neediest first, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.console.drawings import svg

IN_A_ROW, MOST = 18, 144
"""So many marks stand in a row, and so many in a cell; beyond, one mark stands for several objectives."""
STEPS = (1, 2, 5)
CARD, STEP = 92, 102
"""A card of the cascade is so high, and the next one begins so far below where it begins."""
_SIDE = 12
_PACES: Mapping[str, str] = {
    "off_track": '<rect class="m-off_track{kind}" x="{left:g}" y="{top:g}" width="7.9" height="7.9"/>',
    "behind": '<path class="m-behind{kind}" d="M{x:g} {above:g}l4.6 4.6l-4.6 4.6l-4.6 -4.6z"/>',
    "on_track": '<circle class="m-on_track{kind}" cx="{x:g}" cy="{y:g}" r="4.3"/>',
    "ahead": '<path class="m-ahead{kind}" d="M{x:g} {above:g}l4.3 7.9h-8.6z"/>',
    "no_progress": '<circle class="m-none{kind}" cx="{x:g}" cy="{y:g}" r="3.6"/>',
}
_CHANGES: Mapping[str, str] = {
    "gone": '<rect class="mark-gone" x="{left:g}" y="{top:g}" width="8" height="8"/>'
    '<path class="mark-gone" d="M{left:g} {top:g}l8 8"/>',
    "lost": '<circle class="mark-lost" cx="{x:g}" cy="{y:g}" r="3.9"/>',
    "came": '<circle class="mark-came" cx="{x:g}" cy="{y:g}" r="4.3"/>',
    "stayed": '<circle class="mark-same" cx="{x:g}" cy="{y:g}" r="2.2"/>',
}


def stands_for(most: int) -> int:
    """Returns how many objectives one mark stands for, on a map whose fullest cell has so many."""
    ten = 1
    while True:
        for step in STEPS:
            if step * ten * MOST >= most:
                return step * ten
        ten *= 10


def marks(paces: Mapping[str, int], also: Mapping[str, int], each: int = 1) -> Markup:
    """The marks of a cell by pace, then pale ones of what stands elsewhere and leads there also. Each stands
    for so many objectives; every pace that occurs keeps one.
    """
    chosen = [
        (pace, kind)
        for counts, kind in ((paces, ""), (also, " again"))
        for pace in _PACES
        for _ in range(-(-counts[pace] // each))
    ]
    return _grid([_filled(_PACES[pace], *_place(place), kind) for place, (pace, kind) in enumerate(chosen)])


def _filled(mark: str, x: float, y: float, kind: str = "") -> str:
    """A mark around a middle."""
    return mark.format(kind=kind, x=x, y=y, left=x - 4, top=y - 4, above=y - 4.5)


def _place(place: int) -> tuple[int, int]:
    """The middle of a place, row by row."""
    row, column = divmod(place, IN_A_ROW)
    return column * _SIDE + _SIDE // 2, row * _SIDE + _SIDE // 2


def _grid(shapes: Sequence[str]) -> Markup:
    if not shapes:
        return Markup("")
    width = min(len(shapes), IN_A_ROW) * _SIDE
    height = -(-len(shapes) // IN_A_ROW) * _SIDE
    return svg(
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f"{''.join(shapes)}</svg>"
    )


def changed(counts: Mapping[str, int], each: int = 1) -> Markup:
    """The marks of what is gone from a cell, lost its way, came there, and stayed."""
    chosen = [kind for kind in _CHANGES for _ in range(-(-counts[kind] // each))]
    return _grid([_filled(_CHANGES[kind], *_place(place)) for place, kind in enumerate(chosen)])


def mark_of(change: str) -> Markup:
    """The mark of a change, beside its word."""
    return svg(f'<svg viewBox="0 0 11 11" aria-hidden="true">{_filled(_CHANGES[change], 5.5, 5.5)}</svg>')


def stack(paces: Mapping[str, int], width: float = 104, height: float = 12) -> Markup:
    """A bar of how many are of which pace, the neediest first."""
    whole = sum(paces.values())
    parts, x = [], 0.0
    for pace, count in paces.items():
        if count:
            share = width * count / whole
            parts.append(
                f'<rect class="m-{"none" if pace == "no_progress" else pace}" x="{x:.1f}" '
                f'width="{max(share - 0.6, 0.4):.1f}" height="{height:g}"/>'
            )
            x += share
    return svg(
        f'<svg class="stackbar" viewBox="0 0 {width:g} {height:g}" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True)
class Strand:
    """A link between two columns of cards, from the place of the parent to that of the child."""

    parent: int
    child: int
    weight: float
    done: float | None
    counts: bool


def gutter(strands: Iterable[Strand], places: int) -> Markup:
    """The lines between two columns: grey, as wide as they weigh, filled from the child's end as far as it is
    done; dotted and never filled where the link does not count.
    """
    drawn = []
    for each in strands:
        above, below = (CARD // 2 + STEP * place for place in (each.parent, each.child))
        width = f'stroke-width="{1.2 + 1.8 * min(max(each.weight, 0), 1):.1f}"'
        drawn.append(
            f'<path class="ln{"" if each.counts else " ln-s"}" '
            f'd="M0 {above}C27.5 {above} 22.5 {below} 50 {below}" {width}/>'
        )
        if each.counts and each.done:
            share = round(100 * min(max(each.done, 0), 1))
            drawn.append(
                f'<path class="ln-p" d="M50 {below}C22.5 {below} 27.5 {above} 0 {above}" pathLength="100" '
                f'stroke-dasharray="{share} 200" {width}/>'
            )
    height = max(places * STEP, STEP)
    size = f'width="50" height="{height}" viewBox="0 0 50 {height}"'
    return svg(f'<svg {size} aria-hidden="true">{"".join(drawn)}</svg>')
