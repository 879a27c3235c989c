"""Units and those above them."""

from collections.abc import Mapping


def upward(unit_id: str, parents: Mapping[str, str | None]) -> list[str]:
    """The unit and those above it, as far as they exist: `parents` has the units there are."""
    found = [unit_id]
    while (parent := parents.get(found[-1])) and parent not in found:
        found.append(parent)
    return found
