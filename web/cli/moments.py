"""Days and instants as options."""

from datetime import UTC, date, datetime

import click
from typing_extensions import override


class DayParameter(click.ParamType[date]):
    """A date, as in 2026-03-31."""

    name = "date"

    @override
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-03-31.", param, ctx)


class InstantParameter(click.ParamType[datetime]):
    """An instant with its offset from UTC, as in 2026-04-01T00:00:00Z."""

    name = "instant"

    @override
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            parsed = datetime.fromisoformat(str(value))
        except ValueError:
            parsed = datetime.min  # noqa: DTZ901 - replaced by the refusal below
        if parsed.tzinfo is None:
            self.fail(
                f"{value!r} is not an instant with an offset, such as 2026-04-01T00:00:00Z.", param, ctx
            )
        return parsed.astimezone(UTC)


DAY = DayParameter()
INSTANT = InstantParameter()
