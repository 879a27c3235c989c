"""An entry tells, beside its provenance, whom and what it is about, and what changed."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from domain.measure import kind_of
from domain.payload import number_of
from domain.progress import Aimed, is_easier
from projections.audit.fields import ABOUT, PERSONAL, Given, Said, full_name
from projections.audit.timeline import TouchedTimelines
from projections.audit.words import AMENDMENT, LOWERED, RAISED, is_id

Change = dict[str, Any]
_field = itemgetter("field")


class About(NamedTuple):
    """The title, unit and cycle of the subject on the day of the event, as known with it."""

    title: str | None
    unit_id: str | None
    cycle_id: str | None


def about(timeline: TouchedTimelines, given: Given) -> About:
    """Gives what the subject is called, and which unit and cycle it belongs to."""
    id, on, aggregate = given.id, given.on, given.aggregate
    own = given.subject.at(ABOUT, on)

    def of(other: str | None, name: str) -> Any:
        return None if other is None else timeline[other].at(ABOUT, on).get(name)

    if aggregate == "objective":
        unit_id = own.get("owner_unit_id") or of(own.get("owner_person_id"), "unit_id")
        return About(own.get("title"), unit_id, own.get("cycle_id"))
    if aggregate == "review":
        person, cycle = own.get("person_id"), own.get("cycle_id")
        names = [name for name in (of(person, "name"), of(cycle, "name")) if name]
        return About(", ".join(names) or None, of(person, "unit_id"), cycle)
    unit_id = {"person": own.get("unit_id"), "unit": id}.get(aggregate)
    return About(own.get("name"), unit_id, id if aggregate == "cycle" else None)


def changes(timeline: TouchedTimelines, given: Given, said: Said) -> tuple[list[Change], frozenset[str]]:
    """Every field that does not hold already what the event says, by name, as it was and as it becomes; until
    the day, if there is one, from which something else is known already. And the words, beside ids, that the
    names of these fields are made of.
    """
    personal = PERSONAL[given.aggregate]
    subject, on, words = given.subject, given.on, set()
    found: list[Change] = []
    for part, fields in said.items():
        kind, dot, id = part.partition(".")
        label = _label(timeline, given, kind, id) if dot else None
        new, aims = not subject.parts[part], _aim(given, part, fields)
        for name, after in fields.items():
            before, until = (None, None) if new else subject.held(part, name, on)
            if before == after:
                continue
            change = {"field": full_name(part, name), "before": before, "after": after}
            if until is not None:
                change["until"] = until.isoformat()
            called, within, other = name.partition(".")
            named = given.before(f"key_results.{other}", "title") if within else label
            if named is not None:
                change["label"] = named
            if name in personal:
                change["personal"] = True
            change |= aims.get(name, {})
            words.add(called)
            if dot:
                words.add(kind)
            found.append(change)
    found.sort(key=_field)
    return found, frozenset(words)


def judged(given: Given, changed: list[Change]) -> Iterator[str]:
    """Gives the words for what the changes amount to: a target that is easier or harder, an approved
    objective that is changed.
    """
    for judgement in (LOWERED, RAISED):
        if any(judgement in change for change in changed):
            yield judgement
    if given.data.get(AMENDMENT):
        yield AMENDMENT


def _aim(given: Given, part: str, said: dict[str, Any]) -> dict[str, Change]:
    """Gives, if the event makes a target easier or harder, the field by which it does, with how that is
    marked: the target, or, where that stays and is to be reached from the other side, the way of measuring.
    """
    way = "direction" if given.aggregate == "measure" else "kind"
    if "target" not in said:
        return {}
    names = (way, "baseline", "target")
    before, after = [given.before(part, name) for name in names], [said[name] for name in names]
    if before[2] is None:
        return {}
    then, now = _aimed(given, *before), _aimed(given, *after)
    if not (eased := is_easier(then, now)) and not is_easier(now, then):
        return {}
    kind = {"key_result_kind": after[0]} if way == "kind" else {}
    return {"target" if before[2] != after[2] else way: {LOWERED if eased else RAISED: True, **kind}}


def _aimed(given: Given, way: str, baseline: str | None, target: str | None) -> Aimed:
    start, goal = number_of(baseline), number_of(target)
    if given.aggregate == "measure" and start is not None and goal is not None:
        way = kind_of(way, start, goal)
    return way, start, goal


def _label(timeline: TouchedTimelines, given: Given, kind: str, id: str) -> str | None:
    """Gives the title on the day of the id in the name of a part: a key result, or the other objective."""
    label: str | None = None
    if kind == "alignments":
        label = timeline[id].at(ABOUT, given.on).get("title")
    elif kind == "key_results":
        label = given.data.get("title") or given.before(f"{kind}.{id}", "title")
    return label


def texts(given: Given, title: str | None, changed: list[Change]) -> list[str]:
    """Everything in an entry that can be found by its words."""
    found = [title or "", given.data["reason"] or "", given.event.topic]
    found += {change["label"]: None for change in changed if "label" in change}
    for change in changed:
        if "personal" not in change:
            _add_texts(found, change["before"])
            _add_texts(found, change["after"])
    return found


def _add_texts(found: list[str], value: Any) -> None:
    if isinstance(value, str):
        if not is_id(value):
            found.append(value)
    elif isinstance(value, dict):
        for name in sorted(value):
            _add_texts(found, value[name])
    elif isinstance(value, list):
        for each in value:
            _add_texts(found, each)
