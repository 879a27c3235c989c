"""Commands on policies, and which rules a decision of a day goes by."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from application.act import Act
from application.session import Session, decide
from application.store import Answer, Command, Store
from application.use_cases import UseCases
from domain.checks import EARLIEST
from domain.policy import FIRST_ID, Policy, built_in, built_in_id, in_force
from domain.refusals import InvalidValue, UnknownReference
from domain.rules import VERSION_1, VERSION_2, Rules

FOLLOWED = "followed"
ACTOR = "system:throughline"


class Policies(UseCases[Policy]):
    def __init__(self, store: Store) -> None:
        super().__init__(store, Policy)

    def adopt(
        self,
        act: Act,
        *,
        name: str,
        zones: Mapping[str, Any] | None = None,
        paces: Mapping[str, Any] | None = None,
        confidence_bands: Mapping[str, Any] | None = None,
        live: str | None = None,
        stale: str | None = None,
        crossing: str | None = None,
        rounding: str | None = None,
        follows_id: UUID | None = None,
        id: UUID | None = None,
    ) -> Answer:
        """Puts rules in force from the effective date on: those of the version that they follow (left out,
        the one in force on that day) but for what is given.
        """
        given = {
            "name": name,
            "zones": zones,
            "paces": paces,
            "confidence_bands": confidence_bands,
            "live": live,
            "stale": stale,
            "crossing": crossing,
            "rounding": rounding,
        }

        def make(session: Session, new: UUID) -> Policy:
            there = recorded(session)
            if not there:
                raise InvalidValue("there is no policy yet that it could follow: run throughline migrate")
            before = in_force(there, act.by.effective_on) or there[0]
            if follows_id is not None:
                found = next((each for each in there if each.id == follows_id), None)
                if found is None:
                    raise UnknownReference.at("/follows_id", f"there is no policy {follows_id}")
                before = found
            return Policy.adopt(by=act.by, id=new, before=before, others=there, **given)

        return self._create(act, id, make)

    def adopt_built_in(self, today: date) -> None:
        """Records the versions that came with the service, unless they are there: the first in force ever
        since; the second too where nothing was recorded before, so that nobody ever saw other answers, and
        else from today on.
        """
        fresh = self._store.position() == 0
        for rules, day in ((VERSION_1, EARLIEST), (VERSION_2, EARLIEST if fresh else today)):
            id = built_in_id(rules.name)
            command = Command(uuid5(id, "adopted"), rules.name.encode(), remember=False)
            act = Act(ACTOR, command, effective_on=day, reason="came with the service", today=today)
            decide(self._store, act, id, partial(_adopt, act=act, rules=rules))


def _adopt(session: Session, *, act: Act, rules: Rules) -> None:
    there = recorded(session)
    if all(each.rules.name != rules.name for each in there):
        before = there[0] if there else None
        session.add(built_in(by=act.by, rules=rules, before=before))


def recorded(session: Session) -> list[Policy]:
    """Every policy there is, in the order of recording: each but the first follows another."""
    first = session.find(Policy, FIRST_ID)
    found = [] if first is None else [first]
    for each in found:
        found += session.mentioning(Policy, each.id, FOLLOWED)
    return sorted(found, key=session.position_of) if len(found) > 1 else found


def rules_on(session: Session, day: date) -> Rules:
    """The rules in force on the day."""
    policy = in_force(recorded(session), day)
    return VERSION_1 if policy is None else policy.rules
