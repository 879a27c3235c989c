"""Names of units and people, joined from the directory to answers that only know ids."""

from collections.abc import Iterable
from typing import Any

from web.freshness import Sight


def with_names(sight: Sight, items: Iterable[dict[str, Any]]) -> None:
    """Adds `name` to the owner of every objective, in one query for all; None if nobody of that id is
    there.
    """
    owners = [item["owner"] for item in items if item["owner"]]
    names = sight.directory.names(sight.moment, [_id(owner) for owner in owners]) if owners else {}
    for owner in owners:
        owner["name"] = names.get(_id(owner))


def _id(owner: dict[str, Any]) -> str:
    id: str = owner.get("unit_id") or owner["person_id"]
    return id
