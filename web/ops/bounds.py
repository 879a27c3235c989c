"""The bounds on what one caller may take from the others, each said here and nowhere else.

Those that an operator may choose are settings (web/ops/settings.py); those of what can be stored stand in
the domain. docs/limits.md is the same list for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass

KIB, MIB = 1024, 1024 * 1024

CALLER = "throughline.caller"
"""The environment of a WSGI request has the identity of its caller here, once that is known."""

# A connection, as long as it waits for its client.
HEAD_BYTES = 64 * KIB
IDLE_SECONDS = 30.0
LEAST_BYTES_PER_SECOND = 64 * KIB
"""A body that comes more slowly is given up, and so is an answer that is read more slowly."""
UNREAD_BYTES = 64 * MIB
"""All answers of a process together that their clients have not read yet."""

# A body in memory; what is larger waits for a place of its own, and lies on the disk beyond a megabyte.
SMALL_BODY_BYTES = 16 * KIB
BODY_IN_MEMORY_BYTES = MIB

# A request.
ANSWER_SECONDS = 60.0
"""An answer is there within this time; exports and imports have their own."""
QUEUE_SECONDS = 10.0
ANSWER_BYTES = 32 * MIB
AHEAD_SECONDS = 0.25
"""A question waits so long for a position that is ahead of the log: it may be about to come."""
REFUSALS = 100
"""Commands of one request that are refused, each with a row in the journal, before the rest is not tried.
"""
EVENTS = 10_000
"""Events of one request, likewise."""

SCIM_RESOURCES = 500
"""Users or groups of one page for an identity provider."""
SCIM_SEARCHED = 1_000
"""Users or groups that its filter is compared with, where none is looked for by name, id or address; a tenth
of them for each `[` in it, which takes longer.
"""
SCIM_FILTER = 1_000
"""Characters of a filter."""
SCIM_OPERATIONS = 500
"""Operations of a patch."""

# Statements of the database.
STATEMENT_SECONDS = 30
LOCK_SECONDS = 5
IDLE_IN_TRANSACTION_SECONDS = 60
LONG_SECONDS = 3_600
"""For an import, a rebuild, a migration and an export."""


@dataclass(frozen=True)
class Size:
    """A place takes `at_once` requests, of one caller at most `of_one`; `queued` more of that caller wait."""

    at_once: int
    of_one: int
    queued: int = 256


HEALTH, ORDINARY, WAITING, EXPENSIVE, MANY, EXPORT, IMPORT, UPLOAD, SIGNIN = (
    *("health", "ordinary", "waiting", "expensive", "many", "export", "import", "upload", "signin"),
)


def places(pool_size: int) -> Mapping[str, Size]:
    """The places of one process, each with threads of its own. Nothing that one of them holds keeps the
    others from answering: the health of the process stays askable whatever happens elsewhere.
    """
    ordinary = pool_size + 8
    return {
        HEALTH: Size(2, 2),
        ORDINARY: Size(ordinary, max(1, ordinary * 3 // 4)),
        WAITING: Size(12, 8, 32),
        EXPENSIVE: Size(3, 2),
        MANY: Size(3, 2),
        EXPORT: Size(4, 2, 8),
        IMPORT: Size(1, 1, 4),
        UPLOAD: Size(16, 4),
        SIGNIN: Size(4, 2, 8),
    }


_EXPENSIVE = (
    *("/api/v1/alignment", "/api/v1/audit", "/api/v1/reviews/fairness", "/api/v1/board-pack", "/calendar/"),
    # Pages of the console, which ask those.
    *("/map", "/units", "/people", "/cycles", "/trail", "/plans", "/board-pack", "/measures"),
)


_PLACES = {
    **dict.fromkeys(("/livez", "/readyz", "/metrics"), HEALTH),
    "/": EXPENSIVE,
    **dict.fromkeys(("/signin", "/signin/callback"), SIGNIN),  # they wait for the provider
}


def place_of(method: str, path: str, query: str) -> str:
    """The place at which a request is answered, by what it asks for."""
    if path in _PLACES:
        return _PLACES[path]
    if method == "POST":
        usual = MANY if path.endswith("/cascade") else ORDINARY
        imports = {"/api/v1/imports": IMPORT, "/imports/new": IMPORT}
        return {"/api/v1/commands": MANY, **imports}.get(path, usual)
    if path.endswith((".csv", ".jsonl", ".xlsx")):
        return EXPORT
    if "min_position=" in query or "wait=" in query or "seen=" in query:
        return WAITING
    asks_much = ("/alignment", "/impact", "/paths", "/record", "/obligations")
    if path.startswith(_EXPENSIVE) or path.endswith(asks_much) or "goal=" in query:
        return EXPENSIVE
    return ORDINARY
