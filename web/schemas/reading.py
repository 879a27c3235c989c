"""JSON bodies, read strictly: what two readers could understand differently is refused.

Numbers with a fraction or an exponent become `Decimal`, never a binary float. Refused as malformed: NaN and
Infinity, a name twice in one object, more than 20 levels, bytes that are not UTF-8.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from marshmallow import Schema, ValidationError

from domain.refusals import FieldError, InvalidValue, Malformed

MOST_LEVELS = 20
LONGEST_WHOLE = 40  # characters that become an int, which is slow for long ones
SHOWN_CHARACTERS = 100
# Control characters other than tab, line feed and carriage return; and lone surrogates, which are not text
# at all.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def malformed(detail: str) -> NoReturn:
    raise Malformed(detail)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        malformed(f"the body names {shown(twice)} twice in one object")
    return made


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal has: the field then refuses it as not finite
        return Decimal("Infinity")


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_WHOLE else Decimal(text)


def _constant(text: str) -> NoReturn:
    malformed(f"{text} is not JSON")


def parse(body: bytes) -> Any:
    """The value that the bytes say; raises `Malformed`, or `InvalidValue` for characters that are not
    text.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        malformed("the body is not UTF-8")
    except json.JSONDecodeError as error:
        malformed(f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    except RecursionError:
        malformed(f"the body nests more than {MOST_LEVELS} levels deep")
    refuse_what_is_no_text(value)
    return value


def refuse_what_is_no_text(value: Any) -> None:
    """Raises `InvalidValue` naming every text that holds what no text may hold."""
    errors: list[FieldError] = []
    _inspect(value, "", 0, errors)
    if errors:
        raise InvalidValue("the body has characters that are not text", errors)


def _inspect(value: Any, pointer: str, level: int, errors: list[FieldError]) -> None:
    if isinstance(value, str):
        if NOT_TEXT.search(value):
            errors.append(FieldError(pointer, "has control characters or unpaired surrogates"))
        return
    if not isinstance(value, dict | list):
        return
    if level == MOST_LEVELS:
        malformed(f"the body nests more than {MOST_LEVELS} levels deep")
    named = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in named:
        below = f"{pointer}/{escaped(name)}"
        if isinstance(name, str) and NOT_TEXT.search(name):
            errors.append(FieldError(below, "has a name with control characters or unpaired surrogates"))
        _inspect(item, below, level + 1, errors)


def shown(text: str) -> str:
    """The text, safe and short enough to be repeated in a problem."""
    return NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)[:SHOWN_CHARACTERS]


def escaped(name: str | int) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return shown(str(name)).replace("~", "~0").replace("/", "~1")


def load(schema: Schema, body: Any) -> dict[str, Any]:
    """The fields of a command body; raises `InvalidValue` with one error per field that is wrong."""
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        errors = pointers(error.messages, "")
        raise InvalidValue(sentence(errors), errors) from error
    return loaded


def sentence(errors: list[FieldError]) -> str:
    """The first error, and how many there are beside it."""
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{errors[0].pointer or 'the body'}: {errors[0].detail}{more}"


def pointers(messages: Any, pointer: str) -> list[FieldError]:
    """Marshmallow's tree of messages, each with the JSON pointer of its field."""
    if isinstance(messages, dict):
        return [
            found
            for name, below in messages.items()
            for found in pointers(below, pointer if name == "_schema" else f"{pointer}/{escaped(name)}")
        ]
    said = messages if isinstance(messages, list) else [messages]
    return [FieldError(pointer, str(one)) for one in said]
