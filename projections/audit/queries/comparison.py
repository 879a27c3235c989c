"""Two states of one subject, from what its events said: what differs, and which events did it.

A state is the fold of the events recorded up to a position and effective by a day. So whatever differs owes
it to the events that say something about the field and count for one of the two states only.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from projections.audit.fields import full_name

Field: TypeAlias = tuple[str, str]
"""(part, name)"""

COMES_AND_GOES = ("key_results", "alignments")


class Statement(NamedTuple):
    """A line is what one event said of one part."""

    part: str
    effective_on: date
    position: int
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """The events that count: recorded up to `position`, effective by `as_of`."""

    as_of: date
    position: int

    def counts(self, line: Statement) -> bool:
        return line.position <= self.position and line.effective_on <= self.as_of

    def state(self, lines: Iterable[Statement]) -> dict[Field, Any]:
        """Every field that was ever said to be something, from lines in the order (day, position)."""
        return {
            (line.part, name): value
            for line in lines
            if self.counts(line)
            for name, value in line.said.items()
        }


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """`events`: the positions of those that did it."""

    before: Any
    after: Any
    events: list[int] = field(default_factory=list)


def differences(
    lines: Sequence[Statement], before: Side, after: Side, kinds: Collection[str] | None = None
) -> dict[Field, FieldDifference]:
    """The fields that are not the same, in order of name: of all, or of those in parts of these kinds. What
    is removed in both states, or not there yet, does not differ. `lines` come in the order (day, position).
    """
    earlier, later = before.state(lines), after.state(lines)
    found = {
        each: FieldDifference(earlier.get(each), later.get(each))
        for each in sorted({*earlier, *later}, key=lambda each: full_name(*each))
        if earlier.get(each) != later.get(each)
        and (kinds is None or kind_of(each) in kinds)
        and (_is_there(each, earlier) or _is_there(each, later))
    }
    for line in sorted(lines, key=attrgetter("position")):
        if before.counts(line) != after.counts(line):
            for name in line.said:
                if (line.part, name) in found:
                    found[line.part, name].events.append(line.position)
    return found


def kind_of(about: Field) -> str:
    """The kind of the part that the field is in, such as `key_results`."""
    return about[0].partition(".")[0]


def label_of(about: Field, states: Iterable[Mapping[Field, Any]]) -> str | None:
    """The title of the key result that the field is about, in the first of the states that has it."""
    part, name = about
    if part.startswith("check_ins.") and name.startswith("readings."):
        part = f"key_results.{name.removeprefix('readings.')}"
    if not part.startswith("key_results."):
        return None
    return next((state[part, "title"] for state in states if (part, "title") in state), None)


def _is_there(about: Field, state: Mapping[Field, Any]) -> bool:
    """Returns whether what the field is about is present, if it is of a kind that comes and goes."""
    return kind_of(about) not in COMES_AND_GOES or bool(state.get((about[0], "present")))
