"""The drawings of ratings: how often each grade was given."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from web.console.drawings import svg

WIDTH, HIGHEST, BASE, BAR = 500.0, 96.0, 112.0, 34


def histogram(before: Mapping[str, int], after: Mapping[str, int], labels: Mapping[str, str]) -> Markup:
    """Bars of how often each grade was given, `before` in one hue, `after` in another, with `labels`."""
    grades, most = sorted(after, key=int), max([*before.values(), *after.values(), 1])
    drawn, step = [], WIDTH / max(len(grades), 1)
    for place, grade in enumerate(grades):
        middle = step * (place + 0.5)
        for kind, value, x in (("b", before.get(grade, 0), middle - 36), ("a", after[grade], middle + 1)):
            high, strong = HIGHEST * value / most, "v" if kind == "a" else ""
            drawn.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{BASE - high:.1f}" width="{BAR}" height="{high:.1f}" '
                f'rx="2"/><text class="{strong}" x="{x + BAR / 2:.1f}" y="{BASE - 5 - high:.1f}" '
                f'text-anchor="middle">{value}</text>'
            )
        drawn.append(f'<text x="{middle:.1f}" y="128" text-anchor="middle" class="v">{escape(grade)}</text>')
        for line, word in enumerate(labels.get(grade, "").split(" ", 1)):
            drawn.append(
                f'<text x="{middle:.1f}" y="{141 + 12 * line}" text-anchor="middle">{escape(word)}</text>'
            )
    said = f"as assessed: {_listed(before, grades)}; as they stand: {_listed(after, grades)}"
    return svg(
        f'<svg class="hist" viewBox="0 0 {WIDTH:.0f} 158" role="img" aria-label="Ratings '
        f'{escape(grades[0])} to {escape(grades[-1])} {said}">{"".join(drawn)}</svg>'
    )


def mini_histogram(counts: Mapping[str, int]) -> Markup:
    """The same in a row of a table, without words."""
    grades, most = sorted(counts, key=int), max([*counts.values(), 1])
    drawn = "".join(
        f'<rect class="a" x="{15 * place}" y="{16 - 15 * counts[each] / most:.1f}" width="12" '
        f'height="{15 * counts[each] / most:.1f}"/>'
        for place, each in enumerate(grades)
    )
    return svg(
        f'<svg class="hist mini" viewBox="0 0 {15 * len(grades)} 17" role="img" '
        f'aria-label="{_listed(counts, grades)}">{drawn}</svg>'
    )


def _listed(counts: Mapping[str, int], grades: list[str]) -> str:
    return ", ".join(str(counts.get(each, 0)) for each in grades)
