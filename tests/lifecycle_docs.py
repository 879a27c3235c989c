"""docs/lifecycles.md, made from the tables that the domain decides by.

`python -m tests.lifecycle_docs` writes it; a test compares the file with what the code gives.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from domain import cycle
from domain.objective import lifecycle as objective
from domain.review import lifecycle as review

FILE = Path(__file__).parent.parent / "docs" / "lifecycles.md"
S = TypeVar("S")
Step = tuple[str, str, str]  # from, to, action

HEAD = """\
# Lifecycles

Made from the code by `python -m tests.lifecycle_docs`; do not edit. Every arrow is a command; any other
command in a state is refused with `forbidden-transition`, which names the state and what it allows. A
command whose effect already holds records nothing. Steps may be recorded late, but not before the step
before them, and never ahead.
"""
OBJECTIVE = """\
Resuming leads back to the status before the postponement, reinstating to that before the end, each with
an arrow for every status that it may have been. What was carried over is reinstated only while what it
went on as is cancelled. Approving what was amended leaves the status as it is. Once the cycle is closed
every command is refused with `cycle-sealed`.
"""
REVIEW = """\
Until it is shared it may be reassigned to another reviewer, with a reason; the status stays. An appeal
comes within the cycle's appeal days of the sharing. Reviewer, calibrator and the one who decides on an
appeal are three different people, and none of them is the person reviewed. Once the cycle is closed every
command is refused with `cycle-sealed`.
"""
CYCLE = """\
Closing needs every objective of the cycle closed, cancelled, postponed or carried over and every review
finalised or withdrawn, and seals all their events. While it is closed every command but the reopening
is refused with `cycle-sealed`. Reopening needs a reason; closing again seals again.
"""


def text() -> str:
    """The whole page."""
    parts = [
        HEAD,
        section("Objective", OBJECTIVE, "draft", objective_steps()),
        _anytime(),
        section("Review", REVIEW, "opened", review_steps()),
        section("Cycle", CYCLE, "preparation", cycle_steps()),
    ]
    return "\n".join(parts)


def section(title: str, words: str, first: str, steps: Iterable[Step]) -> str:
    """A heading, a diagram and what it does not show."""
    return f"## {title}\n\n```mermaid\n{diagram(first, steps)}\n```\n\n{words}"


def diagram(first: str, steps: Iterable[Step]) -> str:
    """A state diagram; several actions from one state to another share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for origin, goal, action in steps:
        if origin != goal or action == "calibrate":
            arrows.setdefault((origin, goal), []).append(action.replace("_", " "))
    lines = [f"    {origin} --> {goal}: {', '.join(actions)}" for (origin, goal), actions in arrows.items()]
    ends = sorted({goal for _, goal in arrows} - {origin for origin, _ in arrows})
    return "\n".join(
        ["stateDiagram-v2", f"    [*] --> {first}", *lines, *(f"    {end} --> [*]" for end in ends)]
    )


def objective_steps() -> Iterator[Step]:
    for action, moves in objective.STEPS.items():
        for origin in _in_order(moves, objective.Status):
            goals = objective.BACK[action][origin] if action in objective.BACK else {moves[origin]}
            for goal in _in_order(goals, objective.Status):
                yield origin, goal, action


def review_steps() -> Iterator[Step]:
    for action, moves in review.STEPS.items():
        for origin in _in_order(moves, review.Status):
            for goal in moves[origin]:
                yield origin, goal, action


def cycle_steps() -> Iterator[Step]:
    for action, move in cycle.STEPS.items():
        yield move.origin, move.goal, action


def _in_order(some: Iterable[S], all: Iterable[S]) -> list[S]:
    chosen = set(some)
    return [status for status in all if status in chosen]


def _anytime() -> str:
    """Which changes each status of an objective allows beside the steps."""
    rows = ["| status | also allows |", "| --- | --- |"]
    for status in objective.Status:
        names = [action.replace("_", " ") for action, where in objective.CHANGES.items() if status in where]
        rows.append(f"| {status} | {', '.join(names)} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
