"""A plan's things are recognised: by the ids of its source, by those of this store, and in an export by the
names that they have here. What another source brought is not created again by mistake.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from application.plan.errors import WHOLE_FILE, Complaints, quoted
from application.plan.ids import is_own
from application.plan.reading import Plan
from application.plan.rows import AGGREGATES
from application.plan.session import FEEDBACK, KEY_RESULT, Known
from application.plan.work import Work
from domain.claims import level
from domain.external_id import Named
from domain.objective import Objective

SHOWN = 3  # of ids that are known already
KEY_RESULTS = "key_result"


def recognise(work: Work, plan: Plan, name: str, *, again: bool) -> dict[UUID, UUID]:
    """Loads all that exists and matters; answers key result or feedback -> objective, of those recorded.

    Complains, of the plan with this name, about what is known from another source, unless it is to be there
    `again`.
    """
    session, ids, named = work.session, work.ids, set(plan.named())
    things = {(kind, id) for kind, id in named if kind in AGGREGATES}
    own = {(kind, id) for kind, id in things if is_own(id)}
    session.prefetch(UUID(id) for _, id in own)
    for kind, id in own:
        if session.find(AGGREGATES[kind], UUID(id)) is not None:
            ids.know(kind, id, UUID(id))
    session.prefetch(ids.of(kind, id) for kind, id in things)
    unknown = {(kind, id) for kind, id in things if session.find(AGGREGATES[kind], ids.of(kind, id)) is None}
    if session.is_exported:
        known = session.named_here({id for _, id in named - (things - unknown)})
        _know_by_name(work, unknown, known)
    else:
        known = _know_corrected(work, named, unknown)
        unknown -= {(each.kind, each.name) for each in known}
        described = {(str(table.kind.OF), id) for table in plan.tables() for id in table.ids()}
        if not again:
            _refuse_known(session.named_here({id for _, id in unknown & described}), unknown & described,
                          name, work.complaints)  # fmt: skip
    objectives_of = _parts(work, plan, {id for kind, id in named if kind == KEY_RESULTS}, known)
    session.prefetch(objectives_of.values())
    session.prefetch_upward()
    if not session.is_exported:
        _refuse_corrected(work, ((kind, id) for kind, id in named if not is_own(id)), objectives_of, name)
    return objectives_of


def _know_by_name(work: Work, unknown: set[tuple[str, str]], known: list[Known]) -> None:
    uses = Counter((each.kind, each.name) for each in known)
    found = [each for each in known if (each.kind, each.name) in unknown and uses[each.kind, each.name] == 1]
    work.session.prefetch(each.id for each in found)
    for each in found:
        work.ids.know(each.kind, each.name, each.id)


def _know_corrected(work: Work, named: set[tuple[str, str]], unknown: set[tuple[str, str]]) -> list[Known]:
    """Those that the source brought under another id, which has been corrected to the one that it gives now.
    Searches the log for what the source brought only where something was corrected.
    """
    wanted = {(kind, id) for kind, id in named if (kind, id) in unknown or kind == KEY_RESULTS}
    corrected = work.session.corrected({id for _, id in wanted})
    found = [each for each in corrected if (each.kind, each.name) in wanted]
    if not found:
        return []
    ours = {each.id for each in work.session.brought()}
    found = [each for each in found if each.id in ours]
    work.session.prefetch(each.aggregate for each in found)
    for each in found:
        work.ids.know(each.kind, each.name, each.id)
    return found


def _refuse_corrected(
    work: Work, named: Iterable[tuple[str, str]], parts: Mapping[UUID, UUID], plan: str
) -> None:
    """Complains of ids that something had until it was given another one: whose row that is, is not known."""
    found = []
    for kind, id in sorted(named):
        here = work.ids.of(kind, id)
        there = work.session.find(AGGREGATES[kind], here) if kind in AGGREGATES else None
        if isinstance(there, Named):
            called = there.external_id
        elif kind == KEY_RESULTS and here in parts:
            called = work.session.get(Objective, parts[here]).key_results.slots[here].external_id.at(date.max)
        else:
            continue
        if called is None or level(called) != level(id):
            found.append(f"{kind} {quoted(id)} (now {quoted(called) if called else 'without one'})")
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        work.complaints.add(plan, 0, WHOLE_FILE, (
            f"has ids that were corrected here: {', '.join(found[:SHOWN])}{more}; give these rows the ids of "
            "now, and whatever else is meant by the old ones others"
        ))  # fmt: skip


def _refuse_known(found: list[Known], new: set[tuple[str, str]], name: str, complaints: Complaints) -> None:
    """One complaint, whatever their number: its cause is the name of the source."""
    known = {(each.kind, each.name): each for each in found if (each.kind, each.name) in new}
    if not known:
        return
    counts = Counter(kind for kind, _ in known)
    what = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(counts.items()))
    actors = sorted({each.actor for each in known.values()})
    some = ", ".join(quoted(id) for _, id in sorted(known)[:SHOWN])
    complaints.add(name, 0, WHOLE_FILE, (
        f"would create again what is known here by the same id: {what}, such as {some}, recorded by "
        f"{', '.join(actors[:SHOWN])}; name their source with --source to change them, or say --again"
    ))  # fmt: skip


def _parts(work: Work, plan: Plan, key_results: set[str], known: list[Known]) -> dict[UUID, UUID]:
    """Searches the log for those that may be there: none is without its objective."""
    session, ids = work.session, work.ids
    described, parts = plan.key_results.ids(), dict[UUID, UUID]()
    wanted = key_results if session.all(Objective) else key_results - described
    own = {id for id in wanted if is_own(id)}
    for id in session.objectives_of((UUID(id) for id in own), KEY_RESULT):
        ids.know(KEY_RESULTS, str(id), id)
    parts |= session.objectives_of((ids.key_result(id) for id in wanted), KEY_RESULT)
    uses = Counter(each.name for each in known if each.kind == KEY_RESULTS)
    for each in known:
        if each.kind == KEY_RESULTS and uses[each.name] == 1 and ids.key_result(each.name) not in parts:
            ids.know(KEY_RESULTS, each.name, each.id)
            parts[each.id] = each.aggregate
    if session.all(Objective):
        given = (ids.feedback(row.id) for row in plan.feedback if not is_own(row.id))
        parts |= session.objectives_of(given, FEEDBACK)
    return parts
