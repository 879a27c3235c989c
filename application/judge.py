"""A decision judges itself whether its command is the caller's to give, from the aggregates it reads."""

from typing import Any

from domain.objective import Objective


class Judge:
    """Lets everything pass: for whoever acts below the access table, such as an import. Others override,
    and are given the session of the decision.
    """

    def allow(self, session: Any) -> None:
        """Raises `Forbidden`, or `NotFound` where the subject does not exist for the caller."""

    def sees(self, session: Any, objective: Objective) -> bool:  # noqa: ARG002 - others look at them
        """Returns whether an objective that the command names exists for the caller."""
        return True


EVERYTHING_PASSES = Judge()
