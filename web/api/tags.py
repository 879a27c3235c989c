"""Conditional GETs: what cannot have changed since the client was given it is not made again.

A tag is weak: answers of the same tag say the same, but for when they were asked. docs/http.md says what it
promises.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import request
from werkzeug.http import quote_etag

import application
import domain
import projections
import web
from projections.freshness import grounds
from web.access.guard import caller
from web.freshness import ReadSnapshot

DIGITS = 32


def tag_of(snapshot: ReadSnapshot, asking: Mapping[str, Any]) -> str:
    """The tag of the answer to the present request, before there is one: of the question, the caller, the day
    asked about, and what the answer rests on.

    That is the log no further than to the latest of the instants asked about: once all up to there has been
    taken in, the tag stays.
    """
    instants = (value for value in asking.values() if isinstance(value, datetime))
    latest = max([snapshot.moment.known_at, *instants])
    who = (sorted(caller().powers), sorted(caller().units), caller().actor)
    asked = (request.full_path, snapshot.moment.as_of, who, snapshot.sight.digest())
    now = snapshot.sight.now.known_at
    rests_on = snapshot.sight.grounds if latest == now else grounds(snapshot.connection, latest)
    said = repr((asked, rests_on, code()))
    return quote_etag(sha256(said.encode()).hexdigest()[:DIGITS], weak=True)


@cache
def code() -> str:
    """A digest of the program: another release may say the same otherwise."""
    digest = sha256()
    for package in (domain, application, projections, web):
        for folder in map(Path, package.__path__):
            for path in sorted(folder.rglob("*.py")):
                digest.update(path.read_bytes())
    return digest.hexdigest()
