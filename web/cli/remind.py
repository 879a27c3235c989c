"""People are reminded now, whatever the hour."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from web.cli.database import data_dir_option, database, settings_with
from web.cli.failing import REFUSED, Failure
from web.cli.journalled import journalled, note_of_command, person_option
from web.cli.show import as_json, as_table
from web.ops.database_roles import PROJECTOR

if TYPE_CHECKING:
    from web.reminders.round import Preview, Round


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="Only say who would have a mail, and of how many things.")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@person_option
@data_dir_option
def remind(dry_run: bool, json_: bool, person: UUID | None, data_dir: Path | None) -> None:
    """Send the mails of today now: to everybody who has had none yet, and has something new to be told.

    The service does this by itself each morning; it goes by what was sent here. Exits 1 if a mail could not
    be sent.
    """
    from zoneinfo import ZoneInfo

    from application.store.organisation import recorded_zone, today_in
    from web.reminders.looking import BehindTheLog
    from web.reminders.mail import ServerUnwell
    from web.reminders.reminder import connected
    from web.reminders.round import AnotherReminds, Round

    how = settings_with(data_dir).reminding
    if how is None or how.server is None:
        raise Failure("THROUGHLINE_SMTP_HOST and THROUGHLINE_PUBLIC_URL are not set: nobody is reminded")
    with database(data_dir, PROJECTOR) as dsn, connected(dsn) as conn:
        zone = ZoneInfo(recorded_zone(conn) or "UTC")
        one = Round(conn, how, today_in(zone), lambda: datetime.now(UTC), lambda: True)
        try:
            if dry_run:
                _show(one.preview(), json_)
                return
            with journalled(dsn, note_of_command(person=person)):
                _send(one, json_)
        except AnotherReminds as error:
            raise Failure("the service is sending the mails of today right now") from error
        except BehindTheLog as error:
            raise Failure("the read models are behind the log: is there a projector?") from error
        except ServerUnwell as error:
            raise Failure(
                f"the server {how.server.host} does not take mails now; the log says why"
            ) from error


def _send(one: "Round", json_: bool) -> None:
    outcomes = one.run()
    if json_:
        as_json(dict(outcomes))
    else:
        as_table(("mails", "number"), sorted(outcomes.items()))
    if outcomes["later"] or outcomes["refused"] or outcomes["unknown"]:
        raise click.exceptions.Exit(REFUSED)


def _show(found: "Sequence[Preview]", json_: bool) -> None:
    if json_:
        as_json([asdict(each) for each in found])
        return
    columns = ("person", "own", "of others", "has an address")
    as_table(columns, ((each.person, each.own, each.escalated, each.reached) for each in found))
