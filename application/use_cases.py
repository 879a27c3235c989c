"""The use cases of all aggregates have this in common: load, let the aggregate decide, save."""

from collections.abc import Callable, Iterable
from typing import Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID

from application.act import Act
from application.claims import check_claims
from application.ids import new_id
from application.session import Session, decide
from application.store import Answer, Store
from domain.aggregate import Aggregate
from domain.cascade import Upward, find_loop
from domain.cycle import Cycle
from domain.objective import Objective
from domain.provenance import Provenance
from domain.refusals import AlignmentLoop, AlreadyExists
from domain.review import Review
from domain.window import Window

A = TypeVar("A", bound=Aggregate)
B = TypeVar("B", bound=Objective | Review)
P = ParamSpec("P")


class UseCases(Generic[A]):
    """Commands on one kind of aggregate. Each raises refusals of the domain, `StaleVersion` and `TooBusy`."""

    def __init__(self, store: Store, kind: type[A]) -> None:
        self._store = store
        self._kind = kind

    def _create(self, act: Act, id: UUID | None, make: Callable[[Session, UUID], A]) -> Answer:
        """Records what `make` returns under `id`, or under a new id; `AlreadyExists` if the id is taken, or
        what it claims.
        """
        chosen = id or new_id()

        def decision(session: Session) -> None:
            if id is not None and session.prefetch([id]):
                raise AlreadyExists(f"there is already something with the id {id}")
            made = make(session, chosen)
            check_claims(session, made)
            session.add(made)

        return decide(self._store, act, chosen, decision)

    def _change(self, act: Act, id: UUID, change: Callable[[Session, A], None]) -> Answer:
        """Lets `change` decide on the aggregate as the caller saw it; `AlreadyExists` if another has what it
        claims by that.
        """

        def decision(session: Session) -> None:
            aggregate = session.subject(self._kind, id, act)
            change(session, aggregate)
            check_claims(session, aggregate)

        return decide(self._store, act, id, decision)


def passed_on(
    method: Callable[Concatenate[A, Provenance, P], None],
) -> Callable[Concatenate[UseCases[A], Act, UUID, P], Answer]:
    """Makes a use case of an aggregate's own command, where nothing is decided beside it: it takes the act,
    the id of the aggregate, and the arguments of the command.
    """

    def use_case(self: UseCases[A], act: Act, id: UUID, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        return self._change(act, id, lambda _, aggregate: method(aggregate, act.by, *args, **kwargs))

    use_case.__name__, use_case.__doc__ = method.__name__, method.__doc__
    vars(use_case)["__wrapped__"] = method
    return use_case


class InCycle(UseCases[B]):
    """Commands on what is in a cycle: every one of them is refused once that is sealed."""

    def _change(self, act: Act, id: UUID, change: Callable[[Session, B], None]) -> Answer:
        def in_open_cycle(session: Session, aggregate: B) -> None:
            open_cycle(session, aggregate.cycle_id)
            change(session, aggregate)

        return super()._change(act, id, in_open_cycle)


def open_cycle(session: Session, id: UUID, pointer: str | None = None) -> Cycle:
    """The cycle, `CycleSealed` if it is closed. It counts as read, so that a closing at the same time either
    comes first and refuses the command, or seals what the command recorded. With a `pointer` the body names
    it, and an unknown one is an `UnknownReference`.
    """
    cycle = session.get(Cycle, id) if pointer is None else session.referred(Cycle, id, pointer)
    cycle.check_not_sealed()
    return cycle


def refuse_loop(
    links_of: Callable[[UUID], Iterable[Upward]], subject: UUID, parent: UUID | None, window: Window
) -> None:
    """`AlignmentLoop` if on any day of the window a way leads from `parent` up to `subject`."""
    loop = None if parent is None else find_loop(links_of, parent, subject, window)
    if loop is not None:
        raise AlignmentLoop.along(loop.path, loop.window.start, loop.window.end)
