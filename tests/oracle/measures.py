"""Class, paths, progress, pace and health, straight from the state of the fold.

The definitions are docs/design.md#measuring and docs/design.md#health.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import floor, lcm
from uuid import UUID

from tests.oracle.fold import World
from tests.oracle.objective import KeyResult, Objective
from tests.oracle.words import as_people_sort

PACES = ("off_track", "behind", "on_track", "ahead", None)
CLASSES = ("strategic", "aligned", "detached", "orphan")


def phase(world: World, objective: Objective) -> str | None:
    """Live, planned or overdue."""
    if not objective.standing:
        return None
    if world.policy["live"] == "within_period":
        if objective.starts_on is not None and world.as_of < objective.starts_on:
            return "planned"
        if objective.ends_on is not None and world.as_of > objective.ends_on:
            return "overdue"
    return "live"


def live(world: World, objective: Objective) -> bool:
    return phase(world, objective) == "live"


def class_of(world: World, objective: Objective) -> str | None:
    if not live(world, objective):
        return None
    if objective.level == "strategic":
        return "strategic"
    if leads_to_strategy(world, objective):
        return "aligned"
    return "detached" if objective.links else "orphan"


def leads_to_strategy(world: World, objective: Objective) -> bool:
    if not live(world, objective):
        return False
    return objective.level == "strategic" or any(
        leads_to_strategy(world, world.objectives[parent])
        for parent in objective.links
        if parent in world.objectives
    )


def paths(world: World, objective: Objective) -> list[list[Objective]]:
    """Each from the objective up to the first strategic one, in the order of titles on the way."""
    if not live(world, objective):
        return []
    if objective.level == "strategic":
        return [[objective]]
    parents = [world.objectives[parent] for parent in objective.links if parent in world.objectives]
    parents.sort(key=lambda parent: (as_people_sort(parent.title), str(parent.id)))
    return [[objective, *path] for parent in parents for path in paths(world, parent)]


def attainment(key_result: KeyResult, value: str | None) -> Fraction | None:
    """Not clamped; none without a reading, for `observe`, and where there is nothing to measure against."""
    if value is None or key_result.target is None or key_result.kind == "observe":
        return None
    target, reached = Fraction(key_result.target), Fraction(value)
    if key_result.kind == "maintain_at_least":
        return Fraction(reached >= target)
    if key_result.kind == "maintain_at_most":
        return Fraction(reached <= target)
    if key_result.baseline is None or Fraction(key_result.baseline) == target:
        return None
    baseline = Fraction(key_result.baseline)
    return (reached - baseline) / (target - baseline)


def current_attainment(objective: Objective, key_result_id: UUID) -> Fraction | None:
    readings = objective.readings(key_result_id)
    value = readings[-1][2].value if readings else None
    return attainment(objective.key_results[key_result_id], value)


def clamped(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def key_result_progress(objective: Objective, key_result_id: UUID) -> Fraction | None:
    if objective.key_results[key_result_id].kind == "observe":
        return None
    reached = current_attainment(objective, key_result_id)
    return Fraction(0) if reached is None else clamped(reached)


def children(world: World, objective: Objective) -> list[Objective]:
    return [child for child in world.objectives.values() if objective.id in child.links]


def counting(world: World, objective: Objective) -> list[Objective]:
    """The children whose progress counts in this objective's, provided they have any."""
    return [
        child
        for child in children(world, objective)
        if child.links[objective.id].kind == "contributes"
        and child.status in ("approved", "active", "closed")
    ]


def progress(world: World, objective: Objective) -> Fraction | None:
    weighed: list[tuple[Fraction, Fraction]] = []
    for id, key_result in objective.key_results.items():
        share = key_result_progress(objective, id)
        if share is not None:
            weighed.append((Fraction(key_result.weight), share))
    for child in counting(world, objective):
        share = progress(world, child)
        if share is not None:
            weighed.append((Fraction(child.links[objective.id].weight), share))
    return mean(weighed)


def mean(weighed: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    """By weight; of shares cut to 40 decimals where their common denominator has more than 4,096 bits."""
    if lcm(*(weight.denominator * share.denominator for weight, share in weighed)) >= 2**4096:
        weighed = [(weight, Fraction(floor(share * 10**40), 10**40)) for weight, share in weighed]
    total = sum((weight for weight, _ in weighed), Fraction(0))
    return sum((weight * share for weight, share in weighed), Fraction(0)) / total if total else None


def elapsed(world: World, objective: Objective) -> Fraction | None:
    starts_on, ends_on = objective.starts_on, objective.ends_on
    if (
        starts_on is None
        or ends_on is None
        or not live(world, objective)
        or progress(world, objective) is None
    ):
        return None
    if starts_on == ends_on:
        return Fraction(world.as_of >= starts_on)
    return clamped(Fraction((world.as_of - starts_on).days, (ends_on - starts_on).days))


def pace(world: World, objective: Objective) -> str | None:
    share, gone = progress(world, objective), elapsed(world, objective)
    if share is None or gone is None:
        return None
    return _word(share - gone, world.policy["paces"], "off_track")


def zone(world: World, score: str | None) -> str | None:
    return None if score is None else _word(Fraction(score), world.policy["zones"], "fail")


def band(world: World, confidence: int | None) -> str | None:
    if confidence is None:
        return None
    return _word(Fraction(confidence), world.policy["confidence_bands"], "low")


def _word(value: Fraction, thresholds: Mapping[str, str], lowest: str) -> str:
    reached = [word for word, least in thresholds.items() if value >= Fraction(least)]
    return max(reached, key=lambda word: Fraction(thresholds[word]), default=lowest)


def stale(world: World, objective: Objective) -> bool:
    if not live(world, objective):
        return False
    cycle = world.cycles.get(objective.cycle_id)
    cadence = cycle.cadence_days if cycle else 30
    signs: list[date | None] = [objective.last_check_in_on, objective.last_reaffirmed_on]
    if world.policy["stale"] == "from_first_day":
        signs.append(objective.starts_on)
    return not any(sign is not None and (world.as_of - sign).days <= cadence for sign in signs)


def unit_of(world: World, objective: Objective) -> UUID | None:
    if objective.owner_person_id is None:
        return objective.owner_unit_id
    person = world.people.get(objective.owner_person_id)
    return person.unit_id if person else None


def units_below(world: World, unit_id: UUID) -> set[UUID]:
    """The unit itself and every unit below it."""
    found: set[UUID] = set()
    new = {unit_id}
    while new:
        found |= new
        new = {id for id, unit in world.units.items() if unit.parent_id in found} - found
    return found


def health(world: World, objectives: Iterable[Objective]) -> dict[str, object]:
    objectives = list(objectives)
    alive = [objective for objective in objectives if live(world, objective)]
    counts = {name: sum(class_of(world, each) == name for each in alive) for name in CLASSES}
    to_cover = counts["aligned"] + counts["detached"] + counts["orphan"]
    links = [
        (child, world.objectives[parent])
        for child in alive
        for parent in child.links
        if parent in world.objectives
    ]
    links = [(child, parent) for child, parent in links if live(world, parent)]
    crossing = sum(crosses(world, child, parent) for child, parent in links)
    beside = ("planned", "overdue") if world.policy["live"] == "within_period" else ()
    phases = [phase(world, objective) for objective in objectives]
    shares = [progress(world, objective) for objective in alive]
    paces = [pace(world, objective) for objective in alive]
    return {
        **counts,
        "live": len(alive),
        **{name: phases.count(name) for name in beside},
        "coverage": rounded(world, Fraction(counts["aligned"], to_cover)) if to_cover else None,
        "silo_index": rounded(world, 1 - Fraction(crossing, len(links))) if links else None,
        "stale": sum(stale(world, objective) for objective in alive),
        "links": len(links),
        "links_crossing": crossing,
        "progress": rounded(world, mean([(Fraction(1), share) for share in shares if share is not None])),
        "paces": {word or "no_progress": paces.count(word) for word in PACES},
    }


def crosses(world: World, child: Objective, parent: Objective) -> bool:
    below, above = unit_of(world, child), unit_of(world, parent)
    if below == above:
        return False
    if world.policy["crossing"] == "between_units" or below is None or above is None:
        return True
    return below not in units_below(world, above) and above not in units_below(world, below)


def rounded(world: World, share: Fraction | None) -> float | None:
    """To 6 places, half to even or cut."""
    if share is None:
        return None
    return float(round(share, 6) if world.policy["rounding"] == "half_even" else floor(share * 10**6) / 10**6)
