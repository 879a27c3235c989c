"""Nobody lends themselves a right by issuing a token, since whoever issues it has it in their hands.

What a person issues is their own, with roles that they have; or that of a service, which does what their
roles let them do by themselves, and nothing that takes a second person. A token of anybody else would act as
them. So it is issued by the organisation's token or on the command line, which both set up the house.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from uuid import UUID

from domain.refusals import FieldError, Forbidden, InvalidValue
from web.access.roles import LIMITED, SERVICE
from web.access.table import OF_SERVICES_NEVER, TABLE
from web.access.tokens import Caller


@dataclass(frozen=True)
class Wanted:
    """A token that is asked for; `scopes` in the order in which they were given."""

    roles: frozenset[str]
    person_id: UUID | None
    units: frozenset[UUID]
    scopes: tuple[str, ...]


def check(issuer: Caller, wanted: Wanted) -> None:
    """Raises `InvalidValue` for a token that cannot be, and `Forbidden` for one that is not the issuer's to
    issue.
    """
    _check_form(wanted)
    if issuer.is_organisation:
        return
    if wanted.person_id is not None:
        _check_own(issuer, wanted)
    elif wanted.roles != {SERVICE}:
        raise Forbidden(
            "a token that belongs to nobody is that of a service, unless the organisation issues it"
        )
    else:
        _check_service(issuer, wanted.scopes)


def _check_form(wanted: Wanted) -> None:
    if SERVICE in wanted.roles:
        if wanted.roles != {SERVICE}:
            raise InvalidValue.at("/roles", "a service has no other role")
        if wanted.person_id is not None:
            raise InvalidValue.at("/person_id", "a service belongs to nobody")
    if (SERVICE in wanted.roles) != bool(wanted.scopes):
        raise InvalidValue.at(
            "/scopes", "are the operations of a service: it has some, and no other role has"
        )
    if wanted.units and not wanted.roles & LIMITED:
        raise InvalidValue.at("/units", f"limit the roles {' and '.join(sorted(LIMITED))}, and no other")
    wrong = [
        FieldError(f"/scopes/{place}", "is no operation that a service may have, nor all of a collection")
        for place, scope in enumerate(wanted.scopes)
        if not _operations(scope)
    ]
    if wrong:
        raise InvalidValue("; ".join(f"{each.pointer}: {each.detail}" for each in wrong), wrong)


def _check_own(issuer: Caller, wanted: Wanted) -> None:
    if wanted.person_id != issuer.person_id:
        raise Forbidden(
            "a token of somebody else would act as them in your hands; they sign in themselves, or the"
            " organisation issues it"
        )
    beyond = sorted(wanted.roles - issuer.powers)
    if beyond:
        raise Forbidden(
            f"you have not the role {' and '.join(beyond)} yourself, and would lend it to yourself"
        )
    if issuer.units and wanted.roles & LIMITED and not (wanted.units and wanted.units <= issuer.units):
        raise Forbidden("your role is limited to units, and so is what you issue: to some of the same")


def _check_service(issuer: Caller, scopes: Collection[str]) -> None:
    """A service has no units and is nobody: so it gets neither what is limited nor what takes two people."""
    roles = issuer.powers - LIMITED if issuer.units else issuer.powers
    for operation in (each for scope in scopes for each in _operations(scope)):
        row = TABLE[operation]
        if row.four_eyes or row.person or not row.roles & roles:
            raise Forbidden(
                f"a service may not have {operation} from you: no role of yours lets you do that by yourself,"
                " everywhere"
            )


def _operations(scope: str) -> list[str]:
    """The operations that a scope opens."""
    return [
        operation
        for operation in TABLE
        if fnmatchcase(operation, scope)
        and not any(fnmatchcase(operation, never) for never in OF_SERVICES_NEVER)
    ]
