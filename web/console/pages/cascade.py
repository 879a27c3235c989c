"""The cascade of one goal, in columns by level: what is opened, and below it those most in need."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from flask import redirect, request
from werkzeug import Response as BaseResponse

from web.console import asking
from web.console.drawings_map import Strand, gutter, stack
from web.console.frame import page
from web.console.pages.map_views import LEVELS, narrowed, views
from web.console.viewing import View
from web.console.wording import counted, number, pace, percent

COLUMNS = {"strategic": "Strategy", **LEVELS}
CHILDREN = 12
"""So many of what is below an opened card are shown at first."""
COUNTING = "contributes"


@dataclass(frozen=True)
class Card:
    """An objective in its column: `to` opens or folds it, `unseen` parents have no line, `more` children are
    left out.
    """

    node: Mapping[str, Any]
    is_open: bool
    to: str | None
    under: Sequence[str]
    unseen: int
    more: int


def cascade(seen: View, root: str) -> BaseResponse:
    """The goals, the opened one with what is below it, and below that what is opened there."""
    narrow = {name: value for name, value in narrowed().items() if name == "cycle"}
    opened = [id for id in request.args.get("open", "").split(",") if id and id != root]
    children = request.args.get("children") or CHILDREN
    found = asking.get(
        "/alignment/branch", open_=",".join([root, *opened]), children=children, **seen.moment, **narrow
    )
    nodes = {each["id"]: each for each in found["nodes"]}
    it = nodes.get(root)
    if it is None or it.get("withheld"):
        return redirect(seen.url(f"/objectives/{quote(root)}"))
    kept = {"root": root, **narrow} | ({"open": ",".join(opened)} if opened else {})
    if request.args.get("children"):
        kept["children"] = request.args["children"]
    columns = {level: [each for each in found["nodes"] if each["level"] == level] for level in COLUMNS}
    drawn = list(_drawn(columns, found["links"]))
    shown = _Shown(seen, root, opened, kept, nodes, drawn)
    cards = {level: [shown.card(each) for each in column] for level, column in columns.items()}
    return page(
        "cascade.html",
        timed=True,
        kept=kept,
        policy=found["policy"],
        it=it,
        heading=heading(it),
        lede=lede(it, seen),
        columns=cards,
        words=COLUMNS,
        gutters=_gutters(columns, drawn),
        stack=stack,
        all_of=lambda card: seen.url("/map", **{**kept, "children": card.node["children"]}),
        **views(narrow, seen, root),
    )


def heading(it: Mapping[str, Any]) -> str:
    """Says how far the objective is, after its title."""
    if it["progress"] is None:
        return "no progress yet"
    return f"{percent(it['progress'])} done" + (f", {pace(it['pace'])}" if it["pace"] else "")


def lede(it: Mapping[str, Any], seen: View) -> str:
    """The sentence about all that is below it."""
    past = seen.as_of < seen.today
    if not it["below"]:
        return f"Nothing {'led' if past else 'leads'} to it."
    lead = "led" if past else "leads" if it["below"] == 1 else "lead"
    paces = it["below_paces"]
    late, well = paces["off_track"] + paces["behind"], paces["on_track"] + paces["ahead"]
    time = f"With {percent(it['elapsed'])} of its time gone, " if it["elapsed"] is not None else ""
    said = f"{number(late)} of these {'were' if past else 'are'} behind or off track"
    return (
        f"{counted(it['below'], 'objective')} {lead} to it. {time}{said}, {number(well)} on track or ahead."
    )


@dataclass(frozen=True)
class _Link:
    """A link between two columns that stand side by side."""

    parent: str
    child: str
    given: Mapping[str, Any]


Columns: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""The objectives by level."""


def _drawn(columns: Columns, links: Iterable[Mapping[str, Any]]) -> Iterable[_Link]:
    order = list(columns)
    place = {each["id"]: order.index(level) for level, column in columns.items() for each in column}
    for link in links:
        if place[link["from"]] == place[link["to"]] + 1:
            yield _Link(link["to"], link["from"], link)


def _gutters(columns: Columns, drawn: Iterable[_Link]) -> dict[str, Any]:
    """The lines before each column but the first."""
    order = list(columns)
    rows = {level: {each["id"]: row for row, each in enumerate(column)} for level, column in columns.items()}
    progress = {each["id"]: each["progress"] for column in columns.values() for each in column}
    strands: dict[str, list[Strand]] = defaultdict(list)
    for link in drawn:
        level = next(each for each in order if link.child in rows[each])
        above = order[order.index(level) - 1]
        strands[level].append(
            Strand(
                rows[above][link.parent],
                rows[level][link.child],
                float(link.given["weight"] or 0),
                progress[link.child],
                link.given["kind"] == COUNTING,
            )
        )
    most = max(len(column) for column in columns.values())
    return {level: gutter(strands[level], most) for level in order[1:]}


@dataclass(frozen=True)
class _Shown:
    """The picture: what is opened in it, and the parameters of its address."""

    seen: View
    root: str
    opened: Sequence[str]
    kept: Mapping[str, str]
    nodes: Mapping[str, Mapping[str, Any]]
    drawn: Sequence[_Link]

    def to(self, node: Mapping[str, Any]) -> str | None:
        """Leads to the picture in which this one is opened, or folded; None where nothing is below it."""
        id, cycle = node["id"], self.kept.get("cycle")
        if not node["children"] or node.get("withheld"):
            return None
        if id == self.root:
            return self.seen.url("/map", cycle=cycle)
        if node["level"] == "strategic":
            return self.seen.url("/map", root=id, cycle=cycle)
        is_open = id in self.opened
        rest = _without(id, self.opened, self.drawn) if is_open else [*self.opened, id]
        return self.seen.url("/map", **{**self.kept, "open": ",".join(rest) or None})

    def card(self, node: Mapping[str, Any]) -> Card:
        """The card of an objective."""
        id = node["id"]
        above = [link.parent for link in self.drawn if link.child == id]
        return Card(
            node=node,
            is_open=id == self.root or id in self.opened,
            to=self.to(node),
            under=[self.nodes[parent]["title"] or "a private objective" for parent in above],
            unseen=node["parents"] - len(above),
            more=node["children_left_out"] or 0,
        )


def _without(id: str, opened: Iterable[str], drawn: Iterable[_Link]) -> list[str]:
    """Keeps open, when this is folded, all but it and what hangs on it alone."""
    links, closed = list(drawn), {id}
    for each in opened:
        above = {link.parent for link in links if link.child == each}
        if above and above <= closed:
            closed.add(each)
    return [each for each in opened if each not in closed]
