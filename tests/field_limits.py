"""docs/limits.md, made from the bodies of commands, whose bounds are the constants of the domain.

`python -m tests.field_limits` writes it; a test compares the file with what the code gives.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import fields, validate

import web.schemas
from application.session import MOST_EVENTS
from domain.checks import EARLIEST, HEAVIEST, LATEST
from domain.decimals import LONGEST_TEXT, MOST_DECIMALS, MOST_DIGITS, MOST_WHOLE
from domain.progress import EXACT_BITS
from domain.room import MOST
from projections.alignment.queries.cascade import PATHS_SHOWN, STEPS_SHOWN
from projections.alignment.queries.series import MOST_PACED_DAYS
from web.api.board_pack import MOST_CAUSES, MOST_CYCLES, MOST_MEASURES
from web.console import kept
from web.console.fields import MOST_ROWS
from web.ops import bounds
from web.ops.settings import Settings
from web.schemas.batch import MOST_COMMANDS
from web.schemas.bodies import Body
from web.schemas.fields import DayField, Exact, Flag, Id, Shape
from web.signin.routes import LONGEST_NEXT

ROOM = ",\n  ".join(f"{most:,} {what}" for what, most in MOST.items())
FILE = Path(__file__).parent.parent / "docs" / "limits.md"
HEAD = f"""\
# Limits

Made from the code by `python -m tests.field_limits`; do not edit. Every bound is a constant of the domain,
which bodies, the import and the aggregates share; the OpenAPI document has it at its field. A refusal names
the field and the limit that was broken.

- **Numbers** are kept exactly as they are given: at most {MOST_DIGITS} digits, leading and trailing zeros
  aside, at most {MOST_DECIMALS} of them after the point, and at most {MOST_WHOLE} before it; written with at
  most {LONGEST_TEXT} characters, over HTTP as a JSON number or as a string without an exponent. So
  `33.333333333333336` is taken, and so are published readings of 17 digits.
- **Weights** are above 0 and at most {int(HEAVIEST):,}. Those of a review sum to exactly 100.
- **Texts** are counted in characters, without the white space around them. A text of one line has neither
  line breaks nor tabs; none has other control characters.
- **Dates** are written YYYY-MM-DD, from {EARLIEST} to {LATEST}. A fact holds from the first day of
  what it is about to one year ahead, a step and a reading at most today ([design](design.md#time)).
- **Bodies**: [what a body may be](problems.md#what-a-body-may-be).
- **How many there may be**, before one more is refused with `limit-reached`:
  {ROOM}.
  What was removed counts, too. Steps of a lifecycle are not bounded, so that everything can be brought to
  its end.

| field | limit |
| --- | --- |
"""


SET, RATE = Settings(), bounds.LEAST_BYTES_PER_SECOND // bounds.KIB
BOUNDS = (
    (
        "connections of a process",
        f"`THROUGHLINE_CONNECTIONS` ({SET.connections:,})",
        "the one that waits longest for its client is closed",
    ),
    (
        "the head of a request",
        f"`THROUGHLINE_CLIENT_SECONDS` ({SET.client_seconds}), {bounds.HEAD_BYTES // bounds.KIB} KiB",
        "closed; 431",
    ),
    ("a connection without a request", f"{bounds.IDLE_SECONDS:g} seconds", "closed"),
    ("a body", f"the same seconds, and one more for each {RATE} KiB that have come", "408"),
    (
        "an answer that is read slowly",
        f"{RATE} KiB a second, as a mean over the same seconds",
        "closed; an export is noted as broken off",
    ),
    (
        "answers of a process that nobody has read yet",
        f"{bounds.UNREAD_BYTES // bounds.MIB} MiB",
        "the oldest is closed",
    ),
    (
        "answers that the console keeps, of a process",
        f"{kept.MOST_BYTES // bounds.MIB} MiB, {kept.LARGEST_BYTES // bounds.MIB} MiB each",
        "those used longest ago go; they are found again",
    ),
    (
        "rows of a form; the length of a link that leads on after signing in",
        f"{MOST_ROWS}; {LONGEST_NEXT:,} characters",
        "not read; 422",
    ),
    (
        "requests of a caller",
        f"`THROUGHLINE_REQUESTS_PER_SECOND` ({SET.requests_per_second:,}), saved up to {SET.request_burst:,}",
        "429 with `Retry-After`",
    ),
    ("an answer", f"{bounds.ANSWER_SECONDS:g} seconds; {bounds.ANSWER_BYTES // bounds.MIB} MiB", "503; 422"),
    (
        "a statement of the database; a lock",
        f"{bounds.STATEMENT_SECONDS}; {bounds.LOCK_SECONDS} seconds; of imports and exports an hour",
        "503",
    ),
    (
        "commands of one request",
        f"{MOST_COMMANDS:,}; {bounds.REFUSALS} that are refused; {bounds.EVENTS:,} events",
        "422; the rest is not tried, 429",
    ),
    ("events of one command", f"{MOST_EVENTS:,}", "422"),
    (
        "users or groups of a page for an identity provider; those with whom its filter is compared",
        f"{bounds.SCIM_RESOURCES}; {bounds.SCIM_SEARCHED:,}, a tenth for each `[`",
        "the page is shorter; 400 `tooMany`",
    ),
    (
        "its filter; its patch",
        f"{bounds.SCIM_FILTER:,} characters; {bounds.SCIM_OPERATIONS} operations",
        "400 `invalidFilter`; 413",
    ),
    (
        "days of a series with paces; causes, measures and cycles of a board pack",
        f"{MOST_PACED_DAYS}; {MOST_CAUSES}, {MOST_MEASURES}, {MOST_CYCLES}",
        "422; it says how many more there are",
    ),
    (
        "paths of an answer",
        f"{PATHS_SHOWN:,} of an objective; {STEPS_SHOWN:,} objectives on all of them",
        "`truncated`",
    ),
    (
        "bits of the denominator of an exact figure",
        f"{EXACT_BITS:,}",
        "shares are cut to 40 decimals",
    ),
)
TAIL = """
## What one caller may take from the others

A bound that is met is answered with a problem that names it ([problems](problems.md)), and counted as
`throughline_refused`. Those of a process stand in `web/ops/bounds.py`; the settings are among the
[commands and settings](settings.md).

| what | bound | beyond it |
| --- | --- | --- |
{bounds}

A caller is the person, or the name of the token, once known; else the address. Who has too many requests at
a place waits for a turn of theirs, behind nobody else's; nobody has all of a place, and `/livez` has one of
its own.

| place | at once | of one caller | waiting of one caller |
| --- | --- | --- | --- |
{places}
""".format(
    bounds="\n".join(f"| {' | '.join(row)} |" for row in BOUNDS),
    places="\n".join(
        f"| {name} | {size.at_once} | {size.of_one} | {size.queued} |"
        for name, size in bounds.places(SET.pool_size).items()
    ),
)


def text() -> str:
    """The whole page."""
    rows: dict[str, dict[str, list[str]]] = {}
    for body, name, limit in sorted(limits(), key=lambda each: (each[1], each[0])):
        rows.setdefault(name, {}).setdefault(limit, []).append(body.removesuffix("Schema"))
    lines = [
        f"| `{name}`" + (f" of {', '.join(bodies)}" if len(found) > 1 else "") + f" | {limit} |"
        for name, found in rows.items()
        for limit, bodies in found.items()
    ]
    return HEAD + "\n".join(lines) + "\n" + TAIL


def limits() -> Iterator[tuple[str, str, str]]:
    """The body, field and limit of everything that a command takes."""
    for shape in shapes():
        for name, field in shape().fields.items():
            if name in Body().fields and shape is not Body:
                continue
            if (limit := limit_of(field)) is not None:
                yield ("every command" if shape is Body else shape.__name__), name, limit


def shapes() -> list[type[Shape]]:
    """The bodies of commands, and the shapes inside them."""
    for module in pkgutil.iter_modules(web.schemas.__path__, "web.schemas."):
        importlib.import_module(module.name)
    found: dict[type[Shape], None] = {}
    waiting: list[type[Shape]] = [Body, *_below(Body)]
    while waiting:
        shape = waiting.pop(0)
        if shape not in found and shape.__module__.startswith("web."):
            found[shape] = None
            waiting += [inner for field in shape().fields.values() for inner in _inside(field)]
    return list(found)


def limit_of(field: fields.Field[Any]) -> str | None:
    """None where there is nothing to say beside the kind of the field."""
    if isinstance(field, Exact):
        bounds = field.metadata
        if "exclusiveMinimum" in bounds:
            return f"a number above 0 and at most {bounds['maximum']:,}"
        span = f" from {bounds['minimum']} to {bounds['maximum']}" if "minimum" in bounds else ""
        return f"a number{span}"
    if isinstance(field, DayField):
        return "a date"
    if isinstance(field, fields.Nested | Id | Flag):
        return None
    validators = [each for each in field.validators if isinstance(each, validate.Validator)]
    return next((said for each in validators if (said := _said(field, each)) is not None), None)


def _said(field: fields.Field[Any], validator: validate.Validator) -> str | None:
    if isinstance(validator, validate.Range):
        return f"a whole number from {validator.min} to {validator.max}"
    if isinstance(validator, validate.OneOf):
        return f"one of {', '.join(validator.choices)}"
    if isinstance(validator, validate.Length):
        if isinstance(field, fields.List):
            inner = limit_of(field.inner)
            return f"at most {validator.max:,} items" + (f", each {inner}" if inner else "")
        return f"at most {validator.max:,} characters" + (" of one line" if _is_line(field) else "")
    return None


def _is_line(field: fields.Field[Any]) -> bool:
    return any(getattr(each, "__name__", "") == "_one_line" for each in field.validators)


def _inside(field: Any) -> list[type[Shape]]:
    if isinstance(field, fields.List):
        return _inside(field.inner)
    nested = field.schema if isinstance(field, fields.Nested) else None
    return [type(nested)] if isinstance(nested, Shape) else []


def _below(kind: type[Shape]) -> list[type[Shape]]:
    return [each for below in kind.__subclasses__() for each in (below, *_below(below))]


if __name__ == "__main__":
    FILE.write_text(text())
