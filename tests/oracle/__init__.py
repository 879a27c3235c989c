"""The definition of docs/design.md#time as executable Python: what every answer must be, from nothing but the
event log.

Slow and plain on purpose. It folds the whole log for one (as_of, known_at) and computes each answer from
the state it finds. It shares no code with the read models, so that agreeing with it means something.
"""

from tests.oracle.answers import Oracle
from tests.oracle.event import Event
from tests.oracle.fold import World, fold
from tests.oracle.performance_answers import PerformanceOracle

__all__ = ["Event", "Oracle", "PerformanceOracle", "World", "fold"]
