"""What the folds share."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from projections.alignment.tables import Rows
from projections.bitemporal import Beliefs, Key
from projections.events import Recorded

Fold: TypeAlias = Callable[[Rows, Recorded], None]


def change(beliefs: Beliefs, event: Recorded, **patch: object) -> None:
    """Set fields of the event's own aggregate from its day on."""
    beliefs.set((event.originator_id,), event.effective_on, event.recorded_at, patch)


def change_regardless(beliefs: Beliefs, key: Key, event: Recorded, patch: Mapping[str, object]) -> None:
    """Set fields from the event's day on, whatever was written for later days.

    A fact dated at the first day of a segment always overrides what the segment holds.
    """
    beliefs.set(key, event.effective_on, event.recorded_at, patch)
    for first_day, _, _ in beliefs.spans(key):
        if first_day > event.effective_on:
            beliefs.set(key, first_day, event.recorded_at, patch)
