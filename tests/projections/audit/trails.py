"""Made-up entries and rows of the journal, few different ones and many of them, and what is asked of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from psycopg import Connection
from psycopg.types.json import Jsonb

from projections.audit.queries.conditions import TrailFilters
from projections.audit.queries.trail import Trail
from projections.audit.words import marks, vector, words_of_all

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = UUID(int=7)
WORDS = ("north", "south", "east", "west", "growth", "שלום", "naïve")
FIELDS = ("title", f"key_results.{UUID(int=5)}.target", "weight")
Row = dict[str, Any]


def id_of(kind: str, number: int) -> UUID:
    return uuid5(NAMESPACE, f"{kind} {number}")


@dataclass
class Made:
    """Rows as they were written, in the order of their times."""

    rows: list[Row]

    def those(self, holds: Callable[[Row], bool]) -> list[tuple[str, int]]:
        """(source, place) of the rows of which this holds, the oldest first."""
        return [(row["source"], row["place"]) for row in self.rows if holds(row)]


def fill(connection: Connection[Any], seed: int, entries: int, journal: int) -> Made:
    """Writes that many of both, mixed. What has the number of an era occurs in its quarter of the time."""
    random = Random(seed)
    sources = random.sample(["event"] * entries + ["journal"] * journal, entries + journal)
    made: list[Row] = []
    places = {"event": 0, "journal": 0}
    at = START
    for number, source in enumerate(sources):
        at += timedelta(seconds=random.choice((0, 1, 4_000)))
        places[source] += 1
        era = number * 4 // len(sources)
        common = {
            "source": source,
            "place": places[source],
            "at": at,
            "actor": random.choice(("person:ana", "person:bo", f"token:{era}")),
            "subject_id": id_of("subject", random.randrange(8)),
            "subject_type": random.choice(("objective", "unit")),
        }
        made.append(common | (_entry if source == "event" else _noted)(random, era, at.date()))
    _write(connection, made)
    return Made(sorted(made, key=lambda row: (row["at"], row["source"], row["place"])))


def _entry(random: Random, era: int, day: date) -> Row:
    said = random.sample(WORDS, 2)
    return {
        "action": random.choice(("objective.closed", "objective.aligned", f"unit.era_{era}")),
        "effective_on": day - timedelta(days=random.choice((0, 0, 0, 40))),
        "title": " ".join(said),
        "reason": random.choice((None, "late growth")),
        "cycle_id": id_of("cycle", era),
        "unit_id": id_of("unit", random.randrange(3)),
        "fields": random.sample(FIELDS, 1),
        "words": said,
    }


def _noted(random: Random, era: int, _: date) -> Row:
    kind = random.choice(("read", "read", "refusal", "export"))
    return {"kind": kind, "action": random.choice(("people.read", f"audit.era_{era}")), "words": []}


def _write(connection: Connection[Any], made: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into read_audit.entries values (%(place)s, %(subject_type)s, %(subject_id)s, %(place)s,"
            " %(at)s, %(effective_on)s, %(actor)s, %(reason)s, %(action)s, %(subject_id)s, %(title)s,"
            " %(unit_id)s, %(cycle_id)s, %(changes)s, %(found_by)s)",
            [
                row
                | {
                    "changes": Jsonb([{"field": name, "before": None, "after": 1} for name in row["fields"]]),
                    "found_by": f"{vector([row['title']])} {marks(row['reason'], row['fields'])}",
                }
                for row in made
                if row["source"] == "event"
            ],
        )
        cursor.executemany(
            "insert into read_audit.actions_of_fields values (%s, %s) on conflict do nothing",
            [
                (word, row["action"])
                for row in made
                if row["source"] == "event"
                for word in words_of_all(row["fields"])
            ],
        )
        noted = [row for row in made if row["source"] == "journal"]
        cursor.executemany(
            "insert into access.journal (number, at, actor, role, token_id, kind, action, path, subject_type,"
            " subject_id, outcome) values (%(place)s, %(at)s, %(actor)s, 'hr', %(subject_id)s, %(kind)s,"
            " %(action)s, '/', %(subject_type)s, %(subject_id)s, 'answered')",
            noted,
        )
        cursor.execute("update access.journal_head set number = %s", [len(noted)])


def walked(connection: Connection[Any], asked: TrailFilters, order: str, limit: int) -> list[tuple[str, int]]:
    """(source, place) of every row of every page."""
    found: list[tuple[str, int]] = []
    after: str | None = None
    while True:
        page = Trail(connection).page(asked, order, limit, after)
        found += [place_of(item) for item in page.items]
        if page.next is None:
            return found
        assert len(page.items) == limit
        after = page.next


def place_of(item: Row) -> tuple[str, int]:
    return ("event", item["position"]) if item["kind"] == "event" else ("journal", item["number"])
