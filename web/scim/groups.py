"""Groups are units, and their members the people who belong directly to them.

A person belongs to one unit: who becomes a member of another is transferred, and who is taken out goes to the
unit of newcomers.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Response
from scim2_models import Context, Meta, PatchOp, Reference, ResponseParameters, SearchRequest

from domain.claims import level
from domain.refusals import InvalidValue, NotFound
from projections.directory import accounts
from web.exports.lists import NOT_THERE
from web.freshness import ReadSnapshot
from web.scim.filters import check_comparable, comparable, looked_up
from web.scim.resources import Group, Member, User
from web.scim.speaking import (
    act,
    answer,
    asked,
    body,
    entry,
    listed,
    location,
    shown,
    snapshot,
    spoken,
    window,
)
from web.wiring import services

PATH = "Groups"


@spoken
def list_accounts() -> Response:
    search = SearchRequest[Group].model_validate(asked(), scim_ctx=Context.SEARCH_REQUEST)
    start, count = window(search)
    with snapshot() as seen:
        rows = accounts.groups(seen.connection, seen.moment)
        if search.filter is not None:
            equal = looked_up(search.filter)
            rows = [row for row in rows if _is_as(row, equal)]
            check_comparable(rows, comparable(search.filter))
            asks_members = "members" in str(search.filter).lower()
            groups = _groups(seen, rows, with_members=asks_members)
            rows = [row for row, group in zip(rows, groups, strict=True) if search.filter.match(group)]
        page = _groups(seen, rows[start - 1 : start - 1 + count])
    return answer(listed(page, len(rows), start, search), position=seen.position)


@spoken
def read_account(id: UUID) -> Response:
    parameters = ResponseParameters[Group].model_validate(asked())
    with snapshot() as seen:
        group = _one(seen, id)
    return answer(group.model_dump(**shown(parameters)), position=seen.position)


@spoken
def provision() -> Response:
    said = Group.model_validate(body(), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    members = _ids(said.members or [])
    id = services().use_cases.provisioning.new_group(
        act(),
        name=said.display_name or "",
        account_id=said.external_id,
        members=members,
        parent_id=entry(),
    )
    return _told(id, 201)


@spoken
def replace_account(id: UUID) -> Response:
    """Replaces what the body has; what it leaves out stays as it is, and null takes it away."""
    said = Group.model_validate(body(), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
    with snapshot() as seen:
        now = _one(seen, id)
    for name in ("external_id", "members"):
        if name not in said.model_fields_set:
            setattr(said, name, getattr(now, name))
    return _change(id, now, said)


@spoken
def change_account(id: UUID) -> Response:
    patch = PatchOp[Group].model_validate(body(), scim_ctx=Context.RESOURCE_PATCH_REQUEST)
    with snapshot() as seen:
        now = _one(seen, id)
    wanted = now.model_copy(deep=True)
    patch.patch(wanted)
    return _change(id, now, wanted)


@spoken
def delete_account(id: UUID) -> Response:
    services().use_cases.provisioning.delete_group(act(), id)
    return Response(status=204)


def _is_as(row: dict[str, Any], equal: Mapping[str, str]) -> bool:
    return all(level(str(row[name] or "")) == level(text) for name, text in equal.items() if name in row)


def _change(id: UUID, now: Group, wanted: Group) -> Response:
    before, after = _ids(now.members or []), _ids(wanted.members or [])
    services().use_cases.provisioning.change_group(
        act(),
        id,
        name=wanted.display_name or "",
        account_id=wanted.external_id,
        joining=[member for member in after if member not in before],
        leaving=[member for member in before if member not in after],
        entry=entry,
    )
    return _told(id)


def _told(id: UUID, status: int = 200) -> Response:
    with snapshot() as seen:
        return answer(_one(seen, id).model_dump(**shown()), status, seen.position)


def _one(seen: ReadSnapshot, id: UUID) -> Group:
    rows = accounts.groups(seen.connection, seen.moment, id)
    if not rows:
        raise NotFound(NOT_THERE)
    return _groups(seen, rows)[0]


def _groups(seen: ReadSnapshot, rows: list[dict[str, Any]], *, with_members: bool = True) -> list[Group]:
    members = accounts.members(
        seen.connection, seen.moment, [row["id"] for row in rows] if with_members else []
    )
    return [
        Group(
            id=str(row["id"]),
            external_id=row["account_id"],
            display_name=row["name"],
            members=[_member(id) for id in members.get(row["id"], ())] or None,
            meta=Meta(resource_type="Group", location=location(PATH, row["id"])),
        )
        for row in rows
    ]


def _member(id: UUID) -> Member:
    return Member(value=str(id), ref=Reference[User[Any]](location("Users", id)), type=Member.Type.user)


def _ids(members: Iterable[Member]) -> dict[UUID, None]:
    """The people, each once."""
    found: dict[UUID, None] = {}
    for member in members:
        if member.type not in (None, Member.Type.user):
            raise InvalidValue.at("/members", "a member is a user: units are put below each other elsewhere")
        try:
            found[UUID(member.value or "")] = None
        except ValueError as error:
            raise InvalidValue.at("/members", "must have the id of a user as its value") from error
    return found
