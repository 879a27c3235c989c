"""The kinds of value that bodies and queries are made of, each strict, each with its JSON Schema.

What a field refuses is a value of another type (no string for a number, no boolean for one), a text with
control characters, too long or blank, a date that is not in the calendar, a number that is not a plain
decimal.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from typing_extensions import override

from domain import decimals
from domain.checks import EARLIEST, HEAVIEST, LATEST
from domain.decimals import MOST_DECIMALS, MOST_WHOLE

LINE = 500
TEXT = 10_000
MANY = 200
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
ID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.ASCII)
DECIMAL_PATTERN = rf"^-?[0-9]{{1,{MOST_WHOLE}}}(\.[0-9]{{1,{MOST_DECIMALS}}})?$"
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
A_DAY = "must be a date, written YYYY-MM-DD"
AN_INSTANT = "must be an instant with its offset, such as 2026-03-31T09:15:00.000000Z"
AN_ID = "must be a UUID"
A_DECIMAL = 'must be a decimal number, such as "12.5"'
NOT_ONE_LINE = re.compile("[\t\n\r\u2028\u2029]")
# What `NOT_TEXT` of web/schemas/reading.py refuses in every string of a body, told to readers of the
# OpenAPI document.
TEXT_PATTERN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
LINE_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"


class Shape(Schema):
    """A body or a query in which nothing unknown is passed over."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own declaration, and never changed
        "unknown": "is not a field of this request",
        "type": "must be an object",
    }


class DayField(fields.Field[date]):
    """A day from 1900-01-01 to 2200-12-31, written YYYY-MM-DD: any other is a typing error."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            raise ValidationError(A_DAY)
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(A_DAY) from error
        if not EARLIEST <= day <= LATEST:
            raise ValidationError(f"must be a day from {EARLIEST} to {LATEST}")
        return day


class InstantField(fields.Field[datetime]):
    """An instant by RFC 3339 with its offset, as aware UTC."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not INSTANT.fullmatch(value):
            raise ValidationError(AN_INSTANT)
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError(AN_INSTANT) from error


class Id(fields.Field[UUID]):
    """A UUID with its hyphens."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        if not isinstance(value, str) or not ID.fullmatch(value):
            raise ValidationError(AN_ID)
        return UUID(value)


class Exact(fields.Field[Decimal]):
    """A decimal, as a JSON string or number; never a binary float on the way."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise ValidationError(A_DECIMAL)
        if isinstance(value, str) and not DECIMAL.fullmatch(value):
            raise ValidationError(A_DECIMAL)
        try:
            return decimals.parse(value)
        except decimals.NotADecimal as refused:
            raise ValidationError(str(refused)) from refused


class Flag(fields.Field[bool]):
    """true or false, and nothing that stands for them."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


def day(**options: Any) -> DayField:
    return DayField(metadata={"type": "string", "format": "date", **options.pop("metadata", {})}, **options)


def instant(**options: Any) -> InstantField:
    return InstantField(metadata={"type": "string", "format": "date-time"}, **options)


def identity(**options: Any) -> Id:
    return Id(metadata={"type": "string", "format": "uuid", **options.pop("metadata", {})}, **options)


def flag(**options: Any) -> Flag:
    return Flag(metadata={"type": "boolean"}, **options)


def exact(**options: Any) -> Exact:
    form = {"type": ["string", "number"], "pattern": DECIMAL_PATTERN, **options.pop("metadata", {})}
    return Exact(metadata=form, **options)


def weight(**options: Any) -> Exact:
    """A decimal above 0, and no heavier than the domain takes."""
    bounds = {"exclusiveMinimum": 0, "maximum": int(HEAVIEST)}
    return exact(metadata={**bounds, **options.pop("metadata", {})}, **options)


def share(**options: Any) -> Exact:
    """A decimal from 0 to 1."""
    return exact(metadata={"minimum": 0, "maximum": 1}, **options)


def line(most: int = LINE, **options: Any) -> fields.String:
    """A text of one line, not blank."""
    return _text([_one_line, _not_blank], LINE_PATTERN, most, options)


def text(most: int = TEXT, **options: Any) -> fields.String:
    """A text of any number of lines, not blank."""
    return _text([_not_blank], TEXT_PATTERN, most, options)


def _text(rules: list[Any], pattern: str, most: int, options: dict[str, Any]) -> fields.String:
    length = validate.Length(min=1, max=most, error=f"must have 1 to {most} characters")
    return fields.String(validate=[length, *rules], metadata={"pattern": pattern}, **options)


def _one_line(value: str) -> None:
    if NOT_ONE_LINE.search(value):
        raise ValidationError("must be one line")


def _not_blank(value: str) -> None:
    if value and not value.strip():  # an empty one has the wrong length already
        raise ValidationError("must not be blank")


def whole(least: int, most: int, **options: Any) -> fields.Integer:
    span = f"must be a whole number from {least} to {most}"
    return fields.Integer(
        strict=True,
        validate=validate.Range(least, most, error=span),
        error_messages={"invalid": span},
        **options,
    )


def choice(*names: str, **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(names, error=f"must be one of {', '.join(names)}"), **options
    )


def many(of: Any, most: int = MANY, **options: Any) -> fields.List[Any]:
    """A list of at most `most` items."""
    return fields.List(
        of, validate=validate.Length(max=most, error=f"must have at most {most} items"), **options
    )
