"""Names of units and people, joined from the directory to answers that only know ids."""

from collections.abc import Collection, Iterable
from typing import Any

from web.access import tokens
from web.freshness import ReadSnapshot
from web.schemas.fields import ID as FORM


def with_names(snapshot: ReadSnapshot, items: Iterable[dict[str, Any]]) -> None:
    """Adds `name` to the owner of every objective, in one query for all; None if nobody of that id is
    there.
    """
    owners = [item["owner"] for item in items if item["owner"]]
    names = snapshot.directory.names(snapshot.moment, [_id(owner) for owner in owners]) if owners else {}
    for owner in owners:
        owner["name"] = names.get(_id(owner))


def with_names_of_groups(snapshot: ReadSnapshot, groups: Iterable[dict[str, Any]]) -> None:
    """Adds `name` to every group whose key is an id; None to the others."""
    ids = {group["key"] for group in groups if group["key"] and FORM.fullmatch(group["key"])}
    names = snapshot.directory.names(snapshot.moment, ids) if ids else {}
    for group in groups:
        group["name"] = names.get(group["key"])


def with_names_of_actors(snapshot: ReadSnapshot, items: Iterable[dict[str, Any]]) -> None:
    """Adds `actor_name` to everything that names an `actor`: what the person is called at the moment, or the
    token; None where that is not known.
    """
    told = list(items)
    names = names_of_actors(snapshot, {item["actor"] for item in told})
    for item in told:
        item["actor_name"] = names.get(item["actor"])


def names_of_actors(snapshot: ReadSnapshot, actors: Collection[str]) -> dict[str, str]:
    """The names of those of these actors that are known at the moment, by actor."""
    people, issued = _ids_after("person:", actors), _ids_after("token:", actors)
    called = snapshot.directory.names(snapshot.moment, people) if people else {}
    names = {f"person:{id}": name for id, name in called.items()}
    called = tokens.names(snapshot.connection, issued) if issued else {}
    return names | {f"token:{id}": name for id, name in called.items()}


def _ids_after(kind: str, actors: Iterable[str]) -> list[str]:
    ids = (actor.removeprefix(kind) for actor in actors if actor.startswith(kind))
    return [id for id in ids if FORM.fullmatch(id)]


def _id(owner: dict[str, Any]) -> str:
    id: str = owner.get("unit_id") or owner["person_id"]
    return id
