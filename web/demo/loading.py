"""Loads the made-up history: each step is a command, decided and recorded like any other, at its own time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid5

from application.act import Act
from application.carrying_over import NewAlignment
from application.objectives import NewKeyResult
from application.store import Command
from application.store.made_up import MadeUpStore
from domain.objective import Owner, Revision, Waiver
from domain.refusals import Refusal
from domain.review import Share
from web.demo.steps import NAMESPACE, Step
from web.wiring import Commands

# How the plain arguments of a step become those of the use case.
MADE: dict[str, Callable[[Any], object]] = {
    "owner": lambda given: Owner(**given),
    "key_results": lambda given: [NewKeyResult(**each) for each in given],
    "alignments": lambda given: [NewAlignment(**each) for each in given],
    "waivers": lambda given: [Waiver(**each) for each in given],
    "changes": lambda given: Revision(**given),
    "objectives": lambda given: [Share(**each) for each in given],
}


class StepRefused(Exception):
    """A step that the rules do not allow: a mistake in the story."""


def load(dsn: str, steps: Iterable[tuple[Step, datetime | None]]) -> Iterator[Step]:
    """Records the steps in an empty database, and gives each one that is done. The database says from then on
    that its log is made up.
    """
    with MadeUpStore(dsn) as store:
        commands = Commands.over(store)
        for number, (step, store.now) in enumerate(steps):
            if number == 0:  # the policies come first, as in every log
                commands.policies.adopt_built_in(step.told_on)
            _give(commands, step)
            yield step
        store.end()


def _give(commands: Commands, step: Step) -> None:
    arguments = {name: MADE[name](value) if name in MADE else value for name, value in step.arguments.items()}
    told = repr(step).encode()
    command = Command(id=uuid5(NAMESPACE, told.hex()), fingerprint=sha256(told).digest(), remember=False)
    act = Act(step.actor, command, effective_on=step.effective_on, reason=step.reason, today=step.told_on)
    subject = {"id": step.subject} if step.is_creation else {}
    given = () if step.is_creation else (step.subject,)
    try:
        getattr(getattr(commands, step.use_case), step.action)(act, *given, **subject, **arguments)
    except Refusal as refusal:
        raise StepRefused(
            f"{step.use_case} {step.action} on {step.effective_on}: {refusal.detail}"
        ) from refusal
