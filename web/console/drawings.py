"""The drawings: functions of data that give SVG, with a sentence for whoever does not see them.

Positions are attributes, colours are classes: the policy of the pages takes no style in an element.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from math import isqrt
from re import DOTALL, search, sub

from markupsafe import Markup, escape

from web.console import wording

_ICONS = files("web.console") / "icons"
_SHAPES = {
    "off_track": '<rect class="m-off_track" x="1.1" y="1.1" width="8.7" height="8.7"/>',
    "behind": '<path class="m-behind" d="M5.5 0.4l5.1 5.1l-5.1 5.1l-5.1 -5.1z"/>',
    "on_track": '<circle class="m-on_track" cx="5.5" cy="5.5" r="4.8"/>',
    "ahead": '<path class="m-ahead" d="M5.5 0.8l4.8 8.7h-9.5z"/>',
    None: '<circle class="m-none" cx="5.5" cy="5.5" r="4"/>',
}
HIGHEST, BASE = 21.0, 24.0


@cache
def icon(name: str, size: str = "") -> Markup:
    """A picture beside a word, which says the same."""
    drawn = search(r"<svg[^>]*>(.*)</svg>", (_ICONS / f"{name}.svg").read_text("utf-8"), DOTALL)
    inner = sub(r"\s+", " ", drawn[1]).strip() if drawn else ""
    return svg(
        f'<svg class="i {size}" viewBox="0 0 24 24" aria-hidden="true">{inner}</svg>'.replace(' "', '"')
    )


@cache
def shape(pace: str | None) -> Markup:
    """The mark of a pace: a square, a rhomb, a circle, a triangle, a ring."""
    return svg(f'<svg viewBox="0 0 11 11" aria-hidden="true">{_SHAPES[pace]}</svg>')


def progress(done: float | None, elapsed: float | None = None) -> Markup:
    """A bar, filled as far as it is done, with a tick where even progress would be."""
    said = "no progress yet" if done is None else f"{wording.percent(done)} done"
    tick = ""
    if elapsed is not None:
        said += f", {wording.percent(elapsed)} of the time has passed"
        tick = f'<rect class="tick" x="{_held(elapsed) * 98.8:.1f}" y="-1" width="1.2" height="12"/>'
    return svg(
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{said}">'
        f'<rect class="track" width="100" height="10" rx="2"/>'
        f'<rect class="fill f-none" width="{_held(done or 0) * 100:.1f}" height="10" rx="2"/>{tick}</svg>'
    )


def spark(values: Sequence[float | None]) -> Markup:
    """A line of values, the last one marked; nothing for fewer than two."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return Markup("")
    low, high = min(value for _, value in known), max(value for _, value in known)
    width = max(len(values) - 1, 1)
    spots = [(4 + 100 * place / width, 29 - 24 * _share(value, low, high)) for place, value in known]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    (first, _), (last, y) = spots[0], spots[-1]
    return svg(
        f'<svg class="spark" viewBox="0 0 108 34" aria-hidden="true"><path class="area" '
        f'd="M{first:.1f} 32L{line}L{last:.1f} 32Z"/><path d="M{line}"/>'
        f'<circle cx="{last:.1f}" cy="{y:.1f}" r="2.6"/></svg>'
    )


def bar_of_month(changes: int, most: int, late: int = 0) -> Markup:
    """A bar of the ruler, by the square root of its number; its late part is a bar of its own."""
    heights = [HIGHEST * isqrt(each * 10_000) / max(isqrt(most * 10_000), 1) for each in (changes, late)]
    drawn = "".join(
        f'<rect x="3" y="{BASE - height:.1f}" width="14" height="{height:.1f}"/>'
        for height, each in zip(heights, (changes, late), strict=True)
        if each or not late
    )
    return svg(f'<svg viewBox="0 0 20 24" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>')


def parts(items: Iterable[tuple[float, float | None]]) -> Markup:
    """The bar of why it is so: each part as wide as it weighs, filled as far as it is done."""
    found = [(weight, done) for weight, done in items if weight > 0]
    whole = sum(weight for weight, _ in found)
    drawn, x = [], 0.0
    for weight, done in found:
        width = 100 * weight / whole
        high = 26 * _held(done or 0)
        inner = max(width - 0.5, 0.2)
        drawn.append(
            f'<rect class="track" x="{x:.2f}" y="0" width="{inner:.2f}" height="26"/>'
            f'<rect class="fill" x="{x:.2f}" y="{26 - high:.2f}" width="{inner:.2f}" height="{high:.2f}"/>'
        )
        x += width
    return svg(
        '<svg class="parts" viewBox="0 0 100 26" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(drawn)}</svg>"
    )


def two_times(changes: Sequence[tuple[int, int, bool]], first: int, last: int, said: str) -> Markup:
    """Each change a line from the day since which it holds to the day on which it was recorded, both as day
    numbers; slanted is late.
    """
    span = max(last - first, 1)

    def x(day: int) -> float:
        return 8 + 322 * _held((day - first) / span)

    lines, dots = [], []
    for holds, recorded, late in changes:
        kind = "tail" if late else "ax"
        lines.append(f'<line class="{kind}" x1="{x(holds):.1f}" y1="22" x2="{x(recorded):.1f}" y2="62"/>')
        mark = "ev-late" if late else "ev-on"
        dots.append(f'<circle class="{mark}" cx="{x(holds):.1f}" cy="22" r="3.4"/>')
        dots.append(f'<circle class="{mark}" cx="{x(recorded):.1f}" cy="62" r="2.4"/>')
    return svg(
        f'<svg viewBox="0 0 430 84" role="img" aria-label="{escape(said)}">'
        '<text x="422" y="25" text-anchor="end">holds since</text>'
        f'<text x="422" y="65" text-anchor="end">recorded</text>{"".join(lines)}{"".join(dots)}</svg>'
    )


def readings(
    spots: Sequence[tuple[int, float]],
    first: int,
    last: int,
    target: float | None,
    baseline: float | None,
    said: str,
) -> Markup:
    """The readings of a key result over its period (day numbers); the target dashed, even progress grey."""
    values = [value for _, value in spots] + [each for each in (target, baseline) if each is not None]
    if not values:
        return Markup("")
    low, high, span = min(values), max(values), max(last - first, 1)

    def y(value: float) -> float:
        return 51 - 40 * _share(value, low, high)

    def x(day: int) -> float:
        return 4 + 194 * _held((day - first) / span)

    drawn = []
    if target is not None:
        drawn.append(f'<line class="goal" x1="4" x2="198" y1="{y(target):.1f}" y2="{y(target):.1f}"/>')
        drawn.append(f'<text x="202" y="{y(target) + 3.5:.1f}">{wording.number(target)}</text>')
        if baseline is not None:
            drawn.append(f'<line class="exp" x1="4" y1="{y(baseline):.1f}" x2="198" y2="{y(target):.1f}"/>')
    if spots:
        line = "L".join(f"{x(day):.1f} {y(value):.1f}" for day, value in spots)
        drawn.append(f'<path d="M{line}"/>')
        drawn += [
            f'<circle class="r" cx="{x(day):.1f}" cy="{y(value):.1f}" r="2.6"/>' for day, value in spots
        ]
    return svg(
        f'<svg class="krc" viewBox="0 0 232 64" role="img" aria-label="{escape(said)}">{"".join(drawn)}</svg>'
    )


def svg(given: str) -> Markup:
    return Markup(given)  # noqa: S704 # nosec B704 - every word of it is made here or escaped


def _held(share: float) -> float:
    return min(max(float(share), 0.0), 1.0)


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5
