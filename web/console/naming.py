"""Names and ids: a page shows names, and takes a name where the API takes an id."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from web.console import asking
from web.console.viewing import View
from web.console.wording import listed
from web.schemas.queries import MOST_LISTED

MOST_NAMED, MOST_SHOWN = 30, 5
FEW = 3
"""More units than these are looked for in the list of units."""


class Unclear(Exception):
    """Names were typed that are nobody's, or several's; `errors` are by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def names_of(wanted: Iterable[tuple[str, str]], seen: View) -> dict[str, str]:
    """The names of things by their ids, as far as the reader may know them; each is wanted as (list, id).
    Several units are asked for at once; the rest, up to a bound, one by one.
    """
    wanted = set(wanted)
    found = {}
    if sum(kind == "units" for kind, _ in wanted) > FEW:
        units = asking.tried("/units", **seen.moment, sort="name", limit=MOST_LISTED)
        if not units.is_refused:
            ids = {id for _, id in wanted}
            found = {each["id"]: each["name"] for each in units.body["items"] if each["id"] in ids}
    for kind, id in sorted(each for each in wanted if each[1] not in found)[:MOST_NAMED]:
        said = asking.tried(f"/{kind}/{id}", **seen.moment)
        if not said.is_refused:
            found[id] = said.body.get("name") or said.body.get("title") or "private"
    return found


def id_of(kind: str | None, typed: str) -> str:
    """The id of what is called so, or the id that was typed. Raises LookupError, in words."""
    if kind is None or _is_id(typed):
        return typed
    said = asking.tried(f"/{kind}", q=typed, limit=50)
    found = [] if said.is_refused else said.body["items"]
    named = [(each.get("name") or each.get("title") or "", each["id"]) for each in found]
    exact = [id for name, id in named if name.casefold() == typed.casefold()]
    if len(exact) == 1 or (len(named) == 1 and not exact):
        return str(exact[0] if exact else named[0][1])
    if not named:
        raise LookupError(f"“{typed}” is not found here. Write the name as it is known, or its id.")
    if len(exact) > 1:
        raise LookupError(f"{len(exact)} are called “{typed}”. Take the id from the page of the right one.")
    others = listed(f"“{name}”" for name, _ in named[:MOST_SHOWN])
    more = " or others" if len(named) > MOST_SHOWN else ""
    raise LookupError(f"“{typed}” is not exact enough. It could be {others}{more}.")


def _is_id(typed: str) -> bool:
    try:
        UUID(typed)
    except ValueError:
        return False
    return len(typed) == 36
