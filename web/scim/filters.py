"""Filters are compared with resources one by one, which takes long: so few are compared as can be."""

from collections.abc import Mapping, Sequence
from typing import Any

from scim2_models import ScimFilter
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    ValuePath,
)

from domain.refusals import InvalidValue
from web.ops.bounds import SCIM_SEARCHED
from web.scim.resources import Group, User

LOOKED_UP: Mapping[tuple[str, str | None], str] = {
    ("username", None): "user_name",
    ("externalid", None): "account_id",
    ("id", None): "id",
    ("displayname", None): "name",
    ("emails", None): "email",
    ("emails", "value"): "email",
}
"""Attributes by which resources are found without comparing all."""
OWN = {str(each.__schema__).lower() for each in (User, Group)}


def looked_up(wanted: ScimFilter[Any]) -> dict[str, str]:
    """The values, whatever their case, that all who meet the filter have."""
    return _looked_up(wanted.ast)


def comparable(wanted: ScimFilter[Any]) -> int:
    """The number of resources with which the filter may be compared."""
    return SCIM_SEARCHED // max(1, 10 * str(wanted).count("["))


def check_comparable(rows: Sequence[Any], most: int) -> None:
    """Raises `InvalidValue` if these are more."""
    if len(rows) > most:
        raise InvalidValue(
            f"more than {most:,} resources would be compared: look (eq) for a userName, externalId, id, "
            "displayName or address",
            scim_type="tooMany",
        )


def _looked_up(node: FilterNode, within: str | None = None) -> dict[str, str]:
    """Gives the values in which all must be equal who meet the filter, of the attributes that are looked up;
    `within` is the attribute of which it selects a value.
    """
    if isinstance(node, LogicalExpr) and node.op is LogicalOperator.and_:
        return {name: text for term in node.terms for name, text in _looked_up(term, within).items()}
    if isinstance(node, ValuePath) and _is_own(node.attr_path):
        return _looked_up(node.val_filter, node.attr_path.attr)
    if isinstance(node, Comparison) and node.op is CompareOperator.eq and _is_own(node.attr_path):
        path = node.attr_path
        place = (path.attr, path.sub_attr) if within is None else (within, path.attr)
        name = LOOKED_UP.get((place[0].lower(), place[1] and place[1].lower()))
        return {name: node.value} if name and isinstance(node.value, str) else {}
    return {}


def _is_own(path: AttrPath) -> bool:
    return path.uri is None or path.uri.lower() == str(User.__schema__).lower()
