"""The resources that the service knows, as SCIM describes them, and what it says of itself.

An attribute that is not here is taken and not kept. `name` is written and never read: of it the display name
is made where no other is given.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator
from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    ExtensibleStringEnum,
    Extension,
    Filter,
    GroupMembership,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    Returned,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from web.ops.bounds import SCIM_RESOURCES

PAGE = 100
"""Resources of one page, unless another number is asked for."""


class Name(ComplexAttribute):
    formatted: Annotated[str | None, Mutability.write_only, Returned.never] = None
    family_name: Annotated[str | None, Mutability.write_only, Returned.never] = None
    given_name: Annotated[str | None, Mutability.write_only, Returned.never] = None


class Email(ComplexAttribute):
    class Type(ExtensibleStringEnum):
        work = "work"

    value: Annotated[str | None, Required.true] = None
    type: Type | None = None
    primary: bool | None = None


class User(Resource[AnyExtension]):
    """A person of the organisation."""

    __schema__: ClassVar[URN | None] = URN("urn:ietf:params:scim:schemas:core:2.0:User")
    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    display_name: Annotated[str | None, Required.true] = None
    name: Annotated[Name | None, Mutability.write_only, Returned.never] = None
    title: str | None = None
    active: Annotated[bool | None, Required.true] = None
    emails: list[Email] | None = None
    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None


class Manager(ComplexAttribute):
    value: Annotated[str | None, Required.true, CaseExact.true] = None
    ref: Reference[User[Any]] | None = Field(None, serialization_alias="$ref", validation_alias="$ref")

    @model_validator(mode="before")
    @classmethod
    def _of_id(cls, said: Any) -> Any:
        """Some providers say nothing but the id."""
        return {"value": said} if isinstance(said, str) else said


class EnterpriseUser(Extension):
    """The manager to whom a person reports."""

    __schema__: ClassVar[URN | None] = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")
    manager: Manager | None = None


class Member(ComplexAttribute):
    class Type(ExtensibleStringEnum):
        user = "User"

    value: Annotated[str | None, Mutability.immutable, Required.true, CaseExact.true] = None
    ref: Annotated[Reference[User[Any]] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    type: Annotated[Type | None, Mutability.immutable] = None


class Group(Resource[Any]):
    """A unit of the organisation, and the people who belong directly to it."""

    __schema__: ClassVar[URN | None] = URN("urn:ietf:params:scim:schemas:core:2.0:Group")
    display_name: Annotated[str | None, Required.true] = None
    members: list[Member] | None = None


FullUser = User[EnterpriseUser]
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
"""Providers say more than is kept here, and say it in their own way."""
CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=SCIM_RESOURCES),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Bearer token",
            description="A token that the service has issued, in the Authorization header.",
            primary=True,
        )
    ],
)
PROVIDER = ScimProvider(
    models=[User, EnterpriseUser, Group],
    resource_types=[ResourceType.from_resource(FullUser), ResourceType.from_resource(Group)],
    config=CONFIG,
    policy=POLICY,
)
