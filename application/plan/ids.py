"""The ids of a source, turned into ids of this store."""

import re
from datetime import date
from uuid import UUID, uuid5

# Storage: changing either of these makes every import record everything once more.
PLAN_FOLDERS = UUID("6f0f3b1e-4f0a-5a57-9d0b-6a3d1c1f8e52")
CHECK_IN = "check_in"
READING = "reading"
OWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def is_own(id: str) -> bool:
    """Returns whether it is an id of this store, as an export writes it."""
    return OWN.fullmatch(id) is not None


class Identities:
    """The same id for the same thing of a source, for ever: UUIDv5 of the source, the kind and its id; unless
    it is known to be another one.
    """

    def __init__(self, source: str | UUID) -> None:
        """`source` by its name, or by what that amounts to."""
        self.source = source if isinstance(source, UUID) else uuid5(PLAN_FOLDERS, source)
        self._known: dict[tuple[str, str], UUID] = {}

    def know(self, kind: str, id: str, known: UUID) -> None:
        """Says that this store has what the source calls so under another id."""
        self._known[kind, id] = known

    def differs(self, kind: str, id: str) -> bool:
        """Returns whether what the source calls so is known here under another id than its name gives."""
        return self.of(kind, id) != uuid5(self.source, f"{kind}:{id}")

    def of(self, kind: str, id: str) -> UUID:
        if (kind, id) not in self._known:
            self._known[kind, id] = uuid5(self.source, f"{kind}:{id}")
        return self._known[kind, id]

    def unit(self, id: str) -> UUID:
        return self.of("unit", id)

    def person(self, id: str) -> UUID:
        return self.of("person", id)

    def cycle(self, id: str) -> UUID:
        return self.of("cycle", id)

    def objective(self, id: str) -> UUID:
        return self.of("objective", id)

    def key_result(self, id: str) -> UUID:
        return self.of("key_result", id)

    def check_in(self, key_result: str, on: date) -> UUID:
        """A source has one reading of a key result a day."""
        return self.of(CHECK_IN, f"{key_result}:{on}")

    def review(self, id: str) -> UUID:
        return self.of("review", id)

    def feedback(self, id: str) -> UUID:
        """Feedback does not keep the name that a source has for it, so an export names it by its id here;
        that stays what it is.
        """
        return UUID(id) if is_own(id) else self.of("feedback", id)

    def measure(self, id: str) -> UUID:
        return self.of("measure", id)

    def reading(self, measure: str, on: date) -> UUID:
        """A source has one reading of a measure a day."""
        return self.of(READING, f"{measure}:{on}")
