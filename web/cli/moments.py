"""Days and instants as options."""

from datetime import UTC, date, datetime

import click
from typing_extensions import override

from domain.checks import EARLIEST, LATEST


class DayParameter(click.ParamType[date]):
    """A date, as in 2026-03-31; one of another age is a typing error."""

    name = "date"

    @override
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-03-31.", param, ctx)
        if not EARLIEST <= day <= LATEST:
            self.fail(f"{day} is not from {EARLIEST} to {LATEST}.", param, ctx)
        return day


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
