"""Users are people. What a request says of one is brought about by one command, as of today."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response
from scim2_models import Context, Meta, PatchOp, Reference, ResponseParameters, SearchRequest
from scim2_models.resources.user import GroupMembership

from application.provisioning import Someone, Wanted
from domain.refusals import InvalidValue, NotFound
from projections.directory import accounts
from web.exports.lists import NOT_THERE
from web.scim.filters import check_comparable, comparable, looked_up
from web.scim.resources import Email, EnterpriseUser, FullUser, Manager, User
from web.scim.speaking import (
    act,
    answer,
    asked,
    body,
    entry,
    listed,
    location,
    named,
    shown,
    snapshot,
    spoken,
    window,
)
from web.wiring import services

PATH = "Users"


@spoken
def list_accounts() -> Response:
    search = SearchRequest[FullUser].model_validate(asked(), scim_ctx=Context.SEARCH_REQUEST)
    start, count = window(search)
    with snapshot() as seen:
        if search.filter is None:
            total = accounts.count(seen.connection, seen.moment)
            rows = accounts.people(seen.connection, seen.moment, {}, count, start - 1)
            page = [_user(Someone(**row)) for row in rows]
        else:
            equal, most = looked_up(search.filter), comparable(search.filter)
            rows = accounts.people(seen.connection, seen.moment, equal, most + 1)
            check_comparable(rows, most)
            found = [user for user in (_user(Someone(**row)) for row in rows) if search.filter.match(user)]
            total, page = len(found), found[start - 1 : start - 1 + count]
    return answer(listed(page, total, start, search), position=seen.position)


@spoken
def read_account(id: UUID) -> Response:
    parameters = ResponseParameters[FullUser].model_validate(asked())
    with snapshot() as seen:
        rows = accounts.people(seen.connection, seen.moment, {"id": str(id)}, 1)
    if not rows:
        raise NotFound(NOT_THERE)
    return answer(_user(Someone(**rows[0])).model_dump(**shown(parameters)), position=seen.position)


@spoken
def provision() -> Response:
    said = FullUser.model_validate(_completed(body()), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    nobody = Someone(
        id=UUID(int=0),
        user_name=None,
        account_id=None,
        name="",
        email=None,
        job_title=None,
        unit_id=entry(),
        manager_id=None,
        there=True,
    )
    found = services().use_cases.provisioning.newcomer(act(), nobody, lambda now: _said(said, now))
    return answer(_user(found).model_dump(**shown()), 201)


@spoken
def replace_account(id: UUID) -> Response:
    """Replaces what the body has; what it leaves out stays as it is, and null takes it away."""
    said = FullUser.model_validate(_completed(body()), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
    return _change(id, lambda now: _said(said, now))


@spoken
def change_account(id: UUID) -> Response:
    said = body()
    patch = PatchOp[FullUser].model_validate(said, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
    called = _says_display_name(said)

    def wanted(now: Someone) -> Someone:
        user = _user(now)
        patch.patch(user)
        if user.name is not None and not called:
            user.display_name = _made_of(user.name.model_dump())
        return _said(user, now)

    return _change(id, wanted)


@spoken
def delete_account(id: UUID) -> Response:
    services().use_cases.provisioning.change_person(
        act(), id, lambda now: replace(now, there=False, user_name=None), entry=entry
    )
    return Response(status=204)


def _change(id: UUID, wanted: Wanted) -> Response:
    found = services().use_cases.provisioning.change_person(act(), id, wanted, entry=entry)
    return answer(_user(found).model_dump(**shown()))


def _user(person: Someone) -> Any:
    address = location(PATH, person.id)
    user = FullUser(
        id=str(person.id),
        external_id=person.account_id,
        user_name=person.user_name,
        display_name=person.name,
        title=person.job_title,
        active=person.there,
        emails=[Email(value=person.email, type=Email.Type.work, primary=True)] if person.email else None,
        meta=Meta(resource_type="User", location=address),
    )
    if person.there and person.unit_id is not None:
        group = str(person.unit_id)
        user.groups = [GroupMembership(value=group, ref=Reference(location("Groups", group)), type="direct")]
    if person.manager_id is not None:
        manager = str(person.manager_id)
        user[EnterpriseUser] = EnterpriseUser(
            manager=Manager(value=manager, ref=Reference[User[Any]](location(PATH, manager)))
        )
    return user


def _said(user: Any, now: Someone) -> Someone:
    """The person as the resource has them; what it does not mention is as it is now."""
    said: dict[str, Any] = {"user_name": user.user_name, "name": user.display_name, "there": user.active}
    if "external_id" in user.model_fields_set:
        said["account_id"] = user.external_id or None
    if "title" in user.model_fields_set:
        said["job_title"] = user.title or None
    if "emails" in user.model_fields_set:
        said["email"] = _address(user.emails or [])
    if EnterpriseUser.__name__ in user.model_fields_set:
        extension = user[EnterpriseUser]
        said["manager_id"] = _manager(extension.manager if extension else None)
    return replace(now, **said)


def _address(emails: list[Email]) -> str | None:
    """The one that is primary, or else of work, or else the first."""
    chosen = sorted(emails, key=lambda each: (not each.primary, each.type != Email.Type.work))
    if not chosen:
        return None
    if not chosen[0].value:
        raise InvalidValue.at("/email", "an address needs a value")
    return chosen[0].value


def _manager(manager: Manager | None) -> UUID | None:
    if manager is None or not manager.value:
        return None
    try:
        return UUID(manager.value)
    except ValueError as error:
        raise InvalidValue.at("/manager_id", "must be the id of a user") from error


def _completed(said: dict[str, Any]) -> dict[str, Any]:
    """Adds what a provider may leave out: that somebody is active, and a display name where its parts are."""
    whole = dict(said)
    if named(whole, "active") is None:
        whole["active"] = True
    name = whole.get(named(whole, "name") or "")
    if not whole.get(named(whole, "displayName") or "") and isinstance(name, dict):
        whole.pop(named(whole, "displayName") or "", None)
        whole["displayName"] = _made_of(name)
    return whole


def _made_of(name: dict[str, Any]) -> str:
    """The display name that these parts amount to."""
    formatted, given, family = (
        name.get(named(name, part) or "") for part in ("formatted", "givenName", "familyName")
    )
    if formatted:
        return str(formatted)
    if given and family:
        return f"{given} {family}"
    raise InvalidValue.at("/name", "is needed: of the name only a part is said")


def _says_display_name(said: dict[str, Any]) -> bool:
    """Returns whether operations of a patch name the display name."""
    operations = said.get(named(said, "Operations") or "")
    for operation in operations if isinstance(operations, list) else []:
        path, value = (operation.get(named(operation, key) or "") for key in ("path", "value"))
        if str(path).lower().endswith("displayname"):
            return True
        if isinstance(value, dict) and any(key.lower().endswith("displayname") for key in value):
            return True
    return False
