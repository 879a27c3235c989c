"""The id that another system gives a thing is corrected in the same way whatever it is."""

from typing import TypeVar
from uuid import UUID

from application.act import Act
from application.session import Session
from application.store import Answer
from application.use_cases import UseCases
from domain.cycle import Cycle
from domain.external_id import Named

N = TypeVar("N", bound=Named)


class NamedUseCases(UseCases[N]):
    """Commands on what may have a name in another system."""

    def correct_external_id(self, act: Act, id: UUID, *, external_id: str | None) -> Answer:
        """Another one, or none; not of what is sealed."""

        def change(_: Session, named: N) -> None:
            if isinstance(named, Cycle):
                named.check_not_sealed()
            named.correct_external_id(by=act.by, external_id=external_id)

        return self._change(act, id, change)
