"""The id that another system gives a thing is corrected in the same way whatever it is."""

from typing import TypeVar
from uuid import UUID

from application.act import Act
from application.claims import check_claims
from application.session import Session
from application.store import Answer
from application.use_cases import UseCases
from domain.cycle import Cycle
from domain.external_id import Named

N = TypeVar("N", bound=Named)


class NamedUseCases(UseCases[N]):
    """Commands on what may have a name in another system."""

    def correct_external_id(self, act: Act, id: UUID, *, external_id: str | None) -> Answer:
        """`AlreadyExists` if another has it already."""

        def change(session: Session, named: N) -> None:
            if isinstance(named, Cycle):
                named.check_not_sealed()
            named.correct_external_id(by=act.by, external_id=external_id)
            check_claims(session, named)

        return self._change(act, id, change)
