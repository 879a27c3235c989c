"""The settings of reminders: by which server mails go, when, and when a lead is told."""

from dataclasses import dataclass, field

from web.webhooks.reach import Reach

STARTTLS, IMPLICIT, NONE = "starttls", "implicit", "none"
WAYS = (STARTTLS, IMPLICIT, NONE)
SLACK, TEAMS = "slack", "teams"
PORTS = {STARTTLS: 587, IMPLICIT: 465, NONE: 25}


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server that takes mails from `sender`; `tls` is one of WAYS."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Channel:
    """An incoming webhook of Slack or Teams; whoever has its `url` may post there."""

    kind: str
    url: str = field(repr=False)


@dataclass(frozen=True)
class Reminding:
    """Mails go from this `hour` of the organisation's day on, by `server`, None for none; what is late by
    `escalate_after` days is told to whoever leads. Links begin with `url`. `channels`
    are told how much is due, as far as `reach` lets them be reached.
    """

    url: str
    server: Server | None = None
    hour: int = 7
    escalate_after: int = 7
    channels: tuple[Channel, ...] = ()
    reach: Reach = field(default_factory=Reach)
