"""The log as an export: every event, as the feed answers it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from marshmallow import Schema

from application.store import decode
from projections.feed import head
from projections.whole_log import everything, mended
from web.exports.lists import Exported, of_statement
from web.freshness import ReadSnapshot
from web.topics import matching, versions


def of_log(shape: Schema, item: Schema) -> Exported:
    """All events, or those of a topic."""
    exported = of_statement(shape, item, _statement, partial(mended, decode=decode))
    return replace(exported, position=lambda snapshot: head(snapshot.connection))


def _statement(_: ReadSnapshot, asking: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    topics = matching(asking["topic"]) if asking["topic"] else None
    return everything(asking["after"], topics, versions())
