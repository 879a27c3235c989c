"""The projector as a process."""

import argparse
import signal
from threading import Event, Thread

from web.ops.database_roles import PROJECTOR, acting_as
from web.ops.logging import configure
from web.ops.serve.parent import die_with
from web.ops.settings import Settings, from_environment
from web.reminders.reminder import Reminder
from web.webhooks.sender import Sender
from web.wiring import follower


def run(dsn: str, settings: Settings) -> None:
    """Follows the log, sends webhooks as far as the settings let them, and reminds people if they say how,
    until SIGTERM or SIGINT. Call from the main thread.
    """
    stop = Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop.set())
    sender = Sender(acting_as(dsn, PROJECTOR), settings.webhook_allow, lambda: settings.keys)
    beside = [Thread(target=sender.run, args=[stop], name="sender")]
    if settings.reminding is not None:
        reminder = Reminder(acting_as(dsn, PROJECTOR), settings.reminding)
        beside.append(Thread(target=reminder.run, args=[stop], name="reminder"))
    for thread in beside:
        thread.start()
    try:
        follower(dsn).run(stop)
    finally:
        stop.set()
        for thread in beside:
            thread.join()


def main() -> None:
    """The child of a supervisor; DATABASE_URL names the database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    die_with(parser.parse_args().parent)
    settings = from_environment()
    configure(settings.log_level)
    if settings.database_url is None:
        raise SystemExit("DATABASE_URL must name the database")
    run(settings.database_url, settings)


if __name__ == "__main__":
    main()
