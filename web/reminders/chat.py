"""Slack and Teams are told by their incoming webhooks how much is due in which unit: counts and a link, and
nothing personal. A channel has one message a day; one that was not taken is sent again while the day lasts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Timer
from typing import Any

import orjson
import structlog
from psycopg import Connection
from psycopg.rows import scalar_row

from web.reminders.how import SLACK, Channel, Reminding
from web.reminders.looking import catch_up, look
from web.reminders.round import AT_ONCE, PAUSES, alone
from web.webhooks.address import parse
from web.webhooks.calls import CALL_SECONDS, Call, DeliveryOutcome, ResponseLine

MOST_UNITS = 20
"""Units that one message names; of the others it says how much there is."""
TAKEN_LATER = (408, 429)
NOUNS = {
    "check_in": ("check-in is", "check-ins are"),
    "approval": ("approval is", "approvals are"),
    "commitment": ("commitment is", "commitments are"),
    "submission": ("submission is", "submissions are"),
    "activation": ("activation is", "activations are"),
    "closure": ("closure is", "closures are"),
    "self_assessment": ("self-assessment is", "self-assessments are"),
    "assessment": ("assessment is", "assessments are"),
    "sharing": ("review to be shared is", "reviews to be shared are"),
    "acknowledgement": ("acknowledgement is", "acknowledgements are"),
    "appeal": ("possible appeal is", "possible appeals are"),
    "appeal_decision": ("decision on an appeal is", "decisions on appeals are"),
    "finalisation": ("review to be finalised is", "reviews to be finalised are"),
}
"""Kind of what has a day -> one, or several, of it."""
_OPEN = """
    select name from unnest(%(names)s::text[]) n (name)
     where not exists (
           select from reminders.chats c
            where c.day = %(day)s and c.channel = n.name
              and (c.status <> 'later' or c.next_attempt_at > %(now)s))"""
_SETTLE = """
    insert into reminders.chats (day, channel, status, next_attempt_at, changed_at)
    values (%(day)s, %(name)s, %(status)s, %(again)s, %(now)s)
    on conflict (day, channel) do update
       set status = excluded.status, next_attempt_at = excluded.next_attempt_at,
           attempts = chats.attempts + 1, changed_at = excluded.changed_at
    returning attempts"""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tally:
    """So much falls due on a day, by (name of the unit, kind), and so much is late."""

    due: Mapping[tuple[str, str], int]
    late: int


def tell(conn: Connection[Any], how: Reminding, day: date, clock: Callable[[], datetime]) -> None:
    """Tells each channel that has not had its message of the day. Raises `AnotherReminds`, `BehindTheLog`."""
    if not _open(conn, how, day, clock()):
        return
    with alone(conn):
        channels = _open(conn, how, day, clock())
        if not channels:
            return
        catch_up(conn)
        tally = counted(conn, day)
        for channel in channels:
            outcome = _sent(channel, how, lines(tally)) if tally.due or tally.late else None
            _settle(conn, channel, day, clock(), outcome)


def counted(conn: Connection[Any], day: date) -> Tally:
    """Counts by the unit of whoever is to do it."""
    due, late = Counter[tuple[str, str]](), 0
    with look(conn, day) as seen:
        everybody = seen.everybody
    for start in range(0, len(everybody), AT_ONCE):
        with look(conn, day) as seen:
            for each in everybody[start : start + AT_ONCE]:
                for owed in seen.owed_by(each.id):
                    if owed.due_on == day:
                        due[each.unit, owed.kind] += 1
                    late += owed.due_on is not None and owed.due_on < day
    return Tally(due, late)


def lines(tally: Tally) -> list[str]:
    """The sentences of a message."""
    units = sorted({unit for unit, _ in tally.due}, key=lambda unit: (-_of(tally, unit), unit))
    said = [
        f"{count} {NOUNS[kind][count != 1]} due today in {unit}."
        for unit in units[:MOST_UNITS]
        for (of, kind), count in sorted(tally.due.items())
        if of == unit
    ]
    rest = sum(_of(tally, unit) for unit in units[MOST_UNITS:])
    if rest:
        said.append(f"{rest} more {'thing is' if rest == 1 else 'things are'} due today in other units.")
    if tally.late:
        said.append(f"{tally.late} {'thing is' if tally.late == 1 else 'things are'} overdue.")
    return said


def message(kind: str, said: Iterable[str], url: str) -> dict[str, Any]:
    """The body, as Slack or Teams has it; what a name holds is text there and never markup."""
    if kind == SLACK:
        text = "\n".join(said).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        section = {"type": "section", "text": {"type": "plain_text", "text": "\n".join(said), "emoji": False}}
        link = {"type": "section", "text": {"type": "mrkdwn", "text": f"<{url}/|Throughline>"}}
        return {"text": text, "blocks": [section, link]}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": each}]} for each in said],
        "actions": [{"type": "Action.OpenUrl", "title": "Throughline", "url": f"{url}/"}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None}
    return {"type": "message", "attachments": [{**attachment, "content": card}]}


def _sent(channel: Channel, how: Reminding, said: list[str]) -> DeliveryOutcome:
    body = orjson.dumps(message(channel.kind, said, how.url))
    headers = {"Content-Type": "application/json", "User-Agent": "Throughline"}
    line, call = ResponseLine(), Call(parse(channel.url), how.reach, headers, body)
    end = Timer(CALL_SECONDS, call.break_off)
    end.start()
    try:
        return call.make(line)
    finally:
        end.cancel()
        line.close()


def _settle(
    conn: Connection[Any], channel: Channel, day: date, now: datetime, outcome: DeliveryOutcome | None
) -> None:
    """With no outcome there was nothing to say."""
    status = "sent"
    if outcome is not None and outcome.error is not None:
        final = outcome.answer is not None and 400 <= outcome.answer < 500
        status = "refused" if final and outcome.answer not in TAKEN_LATER else "later"
    asked = {"day": day, "name": channel.kind, "status": status, "now": now}
    with conn.transaction(), conn.cursor(row_factory=scalar_row) as cursor:
        (tried,) = cursor.execute(_SETTLE, {**asked, "again": now + PAUSES[0] if status == "later" else None})
        if status == "later" and tried > 1:
            pause = PAUSES[min(tried, len(PAUSES)) - 1]
            cursor.execute(
                "update reminders.chats set next_attempt_at = %s where day = %s and channel = %s",
                [now + pause, day, channel.kind],
            )
    log.info("chat_told", channel=channel.kind, day=day.isoformat(), status=status)


def _open(conn: Connection[Any], how: Reminding, day: date, now: datetime) -> list[Channel]:
    names = [each.kind for each in how.channels]
    with conn.cursor(row_factory=scalar_row) as cursor:
        found = set(cursor.execute(_OPEN, {"names": names, "day": day, "now": now}))
    return [each for each in how.channels if each.kind in found]


def _of(tally: Tally, unit: str) -> int:
    return sum(count for (of, _), count in tally.due.items() if of == unit)
