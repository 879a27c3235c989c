"""Loads the made-up history: every step is a command, decided and recorded like any other."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from hashlib import sha256
from multiprocessing import get_context
from threading import Event
from typing import Any, Self
from uuid import UUID, uuid5

from application.act import Act
from application.carrying_over import NewAlignment
from application.objectives import NewKeyResult
from application.store import Answer, Command, Store
from domain.objective import Owner, Revision, Waiver
from domain.refusals import Refusal
from domain.review import Share
from web.demo.steps import NAMESPACE, Step
from web.ops.serve.parent import die_with
from web.wiring import Commands

CHUNKS = 8  # into which a stage is cut, to be handed out to the processes
STAGE = 150  # steps; the next day begins a new stage once one has as many

# How the plain arguments of a step become those of the use case.
MADE: dict[str, Callable[[Any], object]] = {
    "owner": lambda given: Owner(**given),
    "key_results": lambda given: [NewKeyResult(**each) for each in given],
    "alignments": lambda given: [NewAlignment(**each) for each in given],
    "waivers": lambda given: [Waiver(**each) for each in given],
    "changes": lambda given: Revision(**given),
    "objectives": lambda given: [Share(**each) for each in given],
}


class Stopped(Exception):
    """The loading was told to end."""


class StepRefused(Exception):
    """A step that the rules do not allow: a mistake in the story."""


class Loader:
    """Processes that record steps, each with a store of its own. They end with this, and with this process.

    `advance` is called with how many steps were done.
    """

    def __init__(self, dsn: str, processes: int, advance: Callable[[int], None]) -> None:
        self._advance = advance
        self._pool = ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(dsn, os.getpid())
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def load(self, steps: Sequence[Step], stop: Event) -> datetime:
        """Records the steps; the instant at which the last was recorded. Raises `Stopped` and `StepRefused`.

        Steps of one aggregate stay in order, and a step follows every step that it names. Otherwise several
        are under way at once.
        """
        recorded: list[datetime] = []
        for stage in stages(steps):
            for done, recorded_at in self._pool.map(_tell, stage, chunksize=1 + len(stage) // CHUNKS):
                recorded.append(recorded_at)
                self._advance(done)
                if stop.is_set():
                    raise Stopped
        return max(recorded)


def stages(steps: Iterable[Step]) -> Iterator[list[list[Step]]]:
    """Stages that follow each other, each of tracks that may run side by side: one aggregate's steps."""
    stage = _Stage()
    for step in steps:
        if stage.last is not None and stage.ends_before(step, stage.last):
            yield list(stage.tracks.values())
            stage = _Stage()
        stage.add(step)
    if stage.tracks:
        yield list(stage.tracks.values())


class _Stage:
    def __init__(self) -> None:
        self.tracks: dict[UUID, list[Step]] = {}
        self.last: Step | None = None
        self._made: set[UUID] = set()
        self._ended = False  # whether an objective was closed in it
        self._size = 0

    def add(self, step: Step) -> None:
        self.tracks.setdefault(step.subject, []).append(step)
        self.last = step
        self._made |= {made for made in (step.subject if step.is_creation else None, step.makes) if made}
        self._ended = self._ended or step.action == "close"
        self._size += 1

    def ends_before(self, step: Step, last: Step) -> bool:
        """For what the step names or is about, for everybody to have left a unit, for what a rating rests on,
        for what turns for a whole cycle, or because it is large enough.
        """
        named = {*step.references()} - {step.subject}
        if step.subject in self._made and step.subject not in self.tracks:
            return True
        if not self._made.isdisjoint(named) or step.action == "dissolve":
            return True
        if step.action == "assess" and self._ended:
            return True
        if _turns(step) or _turns(last):
            return True
        return self._size >= STAGE and step.told_on != last.told_on


def _turns(step: Step) -> bool:
    """Returns whether it seals a cycle or opens it again: nothing in it may happen at the same time."""
    return step.use_case == "cycles" and step.action in ("close", "reopen")


_use_cases: list[Commands] = []  # of this process, once it has begun


def _begin(dsn: str, parent: int) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # the parent decides when to end
    die_with(parent, by=signal.SIGKILL)
    _use_cases.append(Commands.over(Store(dsn, pool_size=1)))


def _tell(track: Sequence[Step]) -> tuple[int, datetime]:
    answers = [_command(_use_cases[0], step) for step in track]
    last = answers[-1].recorded_at
    if last is None:
        raise StepRefused(f"{track[0]} recorded nothing in an empty store")
    return len(track), last


def _command(use_cases: Commands, step: Step) -> Answer:
    arguments = {name: MADE[name](value) if name in MADE else value for name, value in step.arguments.items()}
    told = repr(step).encode()
    command = Command(id=uuid5(NAMESPACE, told.hex()), fingerprint=sha256(told).digest(), remember=False)
    act = Act(actor=step.actor, command=command, effective_on=step.effective_on, reason=step.reason)
    if step.is_creation:
        arguments["id"] = step.subject
    subject = () if step.is_creation else (step.subject,)
    try:
        answer: Answer = getattr(getattr(use_cases, step.use_case), step.action)(act, *subject, **arguments)
    except Refusal as refusal:
        raise StepRefused(
            f"{step.use_case} {step.action} on {step.effective_on}: {refusal.detail}"
        ) from refusal
    return answer
