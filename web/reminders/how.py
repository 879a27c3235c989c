"""The settings of reminders: by which server mails go, when, and when a lead is told."""

from dataclasses import dataclass, field

STARTTLS, IMPLICIT, NONE = "starttls", "implicit", "none"
WAYS = (STARTTLS, IMPLICIT, NONE)
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


@dataclass(frozen=True)
class Reminding:
    """Mails go from this `hour` of the organisation's day on, by `server`, None for none; what is late by
    `escalate_after` days is told to whoever leads. Links begin with `url`.
    """

    url: str
    server: Server | None = None
    hour: int = 7
    escalate_after: int = 7
