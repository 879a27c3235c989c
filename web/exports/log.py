"""The log as an export: every event, as the feed answers it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from marshmallow import Schema

from application.store import decode
from projections.feed import head
from projections.log import private_among
from projections.whole_log import everything, mended
from web.exports.lists import Exported, of_statement, statement
from web.exports.rows import Rows
from web.freshness import ReadSnapshot
from web.topics import OWN_WORDS, matching, versions, without_withheld

_mended = partial(mended, decode=decode)


def of_log(shape: Schema, item: Schema) -> Exported:
    """All events, or those of a topic; for those who may not read all, without what is withheld from them."""
    exported = of_statement(shape, item, _statement)

    def rows(snapshot: ReadSnapshot, asking: Mapping[str, Any]) -> Rows:
        mend = Withholding(snapshot) if _withholds(snapshot) else _mended
        return statement(snapshot, asking, _statement(snapshot, asking), exported.columns, mend)

    return Exported(exported.shape, exported.columns, rows, lambda snapshot: head(snapshot.connection))


def _statement(snapshot: ReadSnapshot, asking: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    topics = matching(asking["topic"]) if asking["topic"] else None
    return everything(asking["after"], topics, versions(), raw=_withholds(snapshot))


def _withholds(snapshot: ReadSnapshot) -> bool:
    return not snapshot.sight.reads_all or bool(snapshot.sight.held_back)


class Withholding:
    """Mends a row, and leaves out of it what is withheld."""

    def __init__(self, snapshot: ReadSnapshot) -> None:
        self._private = private_among(snapshot.connection, None, snapshot.sight.now.as_of)
        self._reads_all = snapshot.sight.reads_all
        self._held_back = frozenset(f"review/{id}" for id in snapshot.sight.held_back)

    def __call__(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        event = _mended(raw)
        if self._reads_all and (event["subject"] not in self._held_back or raw["topic"] in OWN_WORDS):
            return event
        private = event["subject"] in self._private
        return {**event, "data": without_withheld(raw["topic"], event["data"], private=private)[0]}
