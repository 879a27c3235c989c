"""Alignments of a plan: linked when new, changed where a cell has changed, taken away where a row is gone."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from application.alignment_checks import link_up
from application.plan.loops import Claim, closing_loops
from application.plan.reading import ReadTable
from application.plan.rows import AlignmentRow
from application.plan.work import Work
from domain.cascade import Loop, UpLink
from domain.decimals import canonical
from domain.objective import Objective


def decide_alignments(work: Work, rows: ReadTable[AlignmentRow]) -> None:
    by_objective: dict[str, list[AlignmentRow]] = defaultdict(list)
    for row in rows:
        by_objective[row.objective].append(row)
    doubted = rows.doubted("objective_id")
    stated: dict[UUID, list[UpLink]] = defaultdict(list)
    claims = []
    for child_id, group in by_objective.items():
        child = work.session.find(Objective, work.ids.objective(child_id))
        if child is None:
            continue  # its own row has been complained about
        if not doubted(child_id):
            _take_away(work, child, group)
        for row in group:
            parent = work.session.find(Objective, work.ids.objective(row.aligned_to))
            if parent is not None:
                day = _day(work, row, child, parent)
                stated[child.id].append(UpLink(parent.id, day, None))
                claims.append(Claim(row, child.id, parent.id))
                with work.changing(row, child):
                    _align(work, row, child, parent, day)
        work.session.note(child)
    _check_loops(work, stated, sorted(claims, key=lambda claim: claim.row.line))


def _day(work: Work, row: AlignmentRow, child: Objective, parent: Objective) -> date:
    """The row's date; without one, a link of a new objective holds from its first day, else from today."""
    if row.effective_on is not None:
        return row.effective_on
    return max(child.first_day, parent.first_day) if work.session.is_new(child.id) else work.today


def _align(work: Work, row: AlignmentRow, child: Objective, parent: Objective, day: date) -> None:
    said = work.session.said(child.id).links.get(str(parent.id))
    by = work.by(day, row.reason)
    if said is None:
        pass
    elif (said.kind, said.weight) == (row.kind, canonical(row.weight)):
        if row.effective_on is None or row.effective_on.isoformat() in said.days:
            return
        if said.effective_on < row.effective_on.isoformat():  # it began later than was said
            child.remove_alignment(
                by=work.by(date.fromisoformat(said.effective_on), row.reason), parent_id=parent.id
            )
    else:
        by = work.by(work.given(row.effective_on, said.days) or work.today, row.reason)
        if said.kind == row.kind:
            child.change_alignment_weight(by=by, parent_id=parent.id, weight=row.weight)
            return
    link_up(work.session, by, child, parent, row.kind, row.weight)


def _take_away(work: Work, child: Objective, group: list[AlignmentRow]) -> None:
    """Links that imports of this source made and that the file, while it has the objective, has no more."""
    said = work.session.said(child.id).links
    there = {str(work.ids.objective(row.aligned_to)): row for row in group}
    new = [row for id, row in there.items() if id not in said]
    day = max((row.effective_on or work.today for row in new), default=work.today)
    reason = new[-1].reason if new else None
    for parent_id, link in said.items():
        if parent_id not in there:
            since = date.fromisoformat(link.effective_on)
            with work.changing(group[0], child):
                child.remove_alignment(by=work.by(max(day, since), reason), parent_id=UUID(parent_id))


def _check_loops(work: Work, stated: dict[UUID, list[UpLink]], claims: list[Claim[AlignmentRow]]) -> None:
    """Over every link there is, and also those that were refused for another reason."""
    links: dict[UUID, list[UpLink]] = {
        objective.id: [UpLink(link.parent_id, link.start, link.end) for link in objective.links_up()]
        for objective in work.session.all(Objective)
    }
    for child_id, refused in stated.items():
        made = {link.parent_id for link in links[child_id]}
        links[child_id] += [link for link in refused if link.parent_id not in made]
    for row, loop in closing_loops(links, claims):
        work.complain(row, "aligned_to_id", f"closes a loop from {loop.window.start} on: {_path(work, loop)}")


def _path(work: Work, loop: Loop) -> str:
    found = (work.session.find(Objective, id) for id in loop.path)
    return " > ".join(objective.external_id or str(objective.id) for objective in found if objective)
