"""Questions to the audit trail: a search is read, and what is asked becomes conditions on the entries and on
the journal.

A search is of words, "quoted phrases" and key:value. All of it must hold.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import scalar_row

from projections.audit.queries.windows import Conditions, Key
from projections.audit.words import (
    AMENDMENT,
    ID,
    LOWERED,
    OF_FIELD,
    OF_JUDGEMENT,
    RAISED,
    words_of_all,
)
from projections.words import words_in

EVENT = "event"
IN_JOURNAL = ("read", "refusal", "export", "administration")
KINDS = (EVENT, *IN_JOURNAL)
_DAYS = """(
    select day::date from generate_series(
        greatest(%(first_day)s, (select min(effective_on) from read_audit.entries)),
        least(%(last_day)s, (select max(effective_on) from read_audit.entries)), interval '1 day') day)"""
_LATE = "((recorded_at at time zone %(zone)s)::date > effective_on)"
_AGAIN = """(exists (
    select from (select subject_id as objective, position as at from read_audit.entries
                  where action = 'objective.approved') approval
     where objective = subject_id and at > position))"""
_ACTIONS = "(select action from read_audit.actions_of_fields where word = %({parameter})s)"
MANY = 0.05
"""Share of all entries."""

# By the most common words that the statistics of the table name; a beginning of words counts them all.
_FREQUENT = """
    select asked.query from unnest(%(queries)s::text[]) as asked (query)
     where (select sum(common.share)
              from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs)
                   as common (word, share)
             where s.schemaname = 'read_audit' and s.tablename = 'entries' and s.attname = 'words'
               and array_to_tsvector(array[coalesce(common.word, '?')]) @@ asked.query::tsquery) > %(many)s"""
_TERM = re.compile(r'\s*(?>(?:(?P<key>[^\s":]*):)?)(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))(?=\s|$)')


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """None, or nothing in it, asks for all. Days are inclusive, `since` <= recorded < `before`.

    `late`: recorded on a later day than since when it holds; `lowered`, `raised`: with a target made easier,
    or harder; `amendment`: of an objective that was approved; `approved_again`: and approved since, or not.
    `outcome`: answered, or the slug of a problem. `zone`: whose days they are, by its IANA name.

    `actions` are all that are meant, `units` all units that are, each with the days on which it is (a
    multirange as PostgreSQL writes it); `words` and `reasons` are tsqueries, `frequent` those of them that
    the index of the entries is not to be asked for; `fields` are names of changed fields, or parts of them.
    Of the subjects `held_back` only the actions `told_of_those` are told.
    """

    kind: Collection[str] | None = None
    position: int | None = None
    actors: Sequence[str] | None = None
    subject: UUID | None = None
    subject_type: str | None = None
    actions: Sequence[str] | None = None
    cycle: UUID | None = None
    units: Mapping[UUID, str] | None = None
    since: datetime | None = None
    before: datetime | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    words: Sequence[str] = ()
    reasons: Sequence[str] = ()
    fields: Sequence[str] = ()
    late: bool | None = None
    lowered: bool | None = None
    raised: bool | None = None
    approved_again: bool | None = None
    outcome: str | None = None
    amendment: bool | None = None
    zone: str = "UTC"
    frequent: Collection[str] = ()
    held_back: Collection[str] = ()
    told_of_those: Collection[str] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The words of the names of fields."""
        return tuple(sorted(words_of_all(self.fields)))

    @property
    def queries(self) -> tuple[str, ...]:
        """All that is asked of words, as tsqueries."""
        return (
            *self.words,
            *self.reasons,
            *map(_mark, self.names),
            *map(_judged, (LOWERED, RAISED, AMENDMENT)),
        )

    @property
    def of_events(self) -> bool:
        """Says whether they speak of what only events have."""
        days = (self.effective_from, self.effective_to, self.late)
        given = (
            self.position,
            self.cycle,
            self.units,
            *days,
            self.lowered,
            self.raised,
            self.approved_again,
            self.amendment,
        )
        return any(one is not None for one in given) or bool(self.reasons or self.fields)


def of_entries(asked: TrailFilters) -> Conditions | None:
    """None: none of them is asked for."""
    if asked.outcome is not None or (asked.kind is not None and EVENT not in asked.kind):
        return None
    clauses = _Clauses(asked.frequent)
    clauses.common(asked)
    clauses.only_entries(asked)
    return clauses.made(asked)


def of_journal(asked: TrailFilters) -> Conditions | None:
    """None: none of its rows is asked for."""
    kinds = None if asked.kind is None else [kind for kind in asked.kind if kind in IN_JOURNAL]
    if kinds == [] or asked.of_events:
        return None
    clauses = _Clauses()
    clauses.common(asked)
    clauses.only_journal(kinds, asked.outcome)
    return clauses.made(asked)


class _Clauses:
    def __init__(self, frequent: Collection[str] = ()) -> None:
        self._frequent = frequent
        self._where: list[str] = []
        self._keys: list[Key] = []
        self._parameters: dict[str, Any] = {}
        self._by_words = False

    def made(self, asked: TrailFilters) -> Conditions:
        where, keys = tuple(self._where), tuple(self._keys)
        return Conditions(where, keys, self._parameters, asked.since, asked.before, self._by_words)

    def common(self, asked: TrailFilters) -> None:
        self._among("actor", "text", asked.actors)
        self._is("subject_id", "uuid", asked.subject)
        self._is("subject_type", "text", asked.subject_type)
        self._among("action", "text", asked.actions)
        self._words(asked.words)

    def only_entries(self, asked: TrailFilters) -> None:
        self._is("position", "bigint", asked.position)
        self._is("cycle_id", "uuid", asked.cycle)
        self._words([*asked.reasons, *map(_mark, asked.names)])
        self._actions_of(asked.names)
        amendment = True if asked.approved_again is not None else asked.amendment
        self._judged({LOWERED: asked.lowered, RAISED: asked.raised, AMENDMENT: amendment})
        if asked.approved_again is not None:
            self._add(f"{_AGAIN} = %(approved_again)s", {"approved_again": asked.approved_again})
        if asked.late is not None:
            self._add(f"{_LATE} = %(late)s", {"late": asked.late, "zone": asked.zone})
        if asked.held_back:
            self._add(
                "(subject_id <> all(%(held_back)s::uuid[]) or action = any(%(told_of_those)s))",
                {"held_back": list(asked.held_back), "told_of_those": list(asked.told_of_those)},
            )
        self._units(asked.units)
        self._days(asked.effective_from, asked.effective_to)
        for number, field in enumerate(field for field in asked.fields if ID.search(field)):
            self._add(
                "exists (select from jsonb_array_elements(changes) as c (change)"
                f" where starts_with((c.change ->> 'field') || '.', %(field_{number})s))",
                {f"field_{number}": f"{field}."},
            )

    def only_journal(self, kinds: Sequence[str] | None, outcome: str | None) -> None:
        self._among("kind", "text", kinds)
        if outcome is not None:
            self._add("outcome = %(outcome)s", {"outcome": outcome})

    def _add(self, condition: str, parameters: Mapping[str, Any]) -> None:
        self._where.append(condition)
        self._parameters |= parameters

    def _is(self, column: str, of: str, value: Any) -> None:
        self._among(column, of, None if value is None else [value])

    def _among(self, column: str, of: str, values: Sequence[Any] | None) -> None:
        if values is not None:
            self._add(f"{column} = any(%({column})s::{of}[])", {column: list(values)})
            self._keys.append(Key(column, f"unnest(%({column})s::{of}[])"))

    def _words(self, queries: Sequence[str]) -> None:
        for query in queries:
            name = f"words_{len(self._parameters)}"
            found = f"words @@ %({name})s::tsquery"
            frequent = query in self._frequent
            self._add(f"({found}) is true" if frequent else found, {name: query})
            self._by_words |= not frequent

    def _judged(self, wanted: Mapping[str, bool | None]) -> None:
        for name, holds in wanted.items():
            if holds:
                self._words([_judged(name)])
            elif holds is not None:
                self._add(f"not (words @@ %({name})s::tsquery)", {name: _judged(name)})

    def _actions_of(self, names: Sequence[str]) -> None:
        """No more rows are left out, but they are looked for where fields of such names have changed."""
        for number, word in enumerate(names):
            parameter = f"field_word_{number}"
            self._keys.append(Key("action", _ACTIONS.format(parameter=parameter)))
            self._parameters[parameter] = word

    def _units(self, units: Mapping[UUID, str] | None) -> None:
        if units is not None:
            self._among("unit_id", "uuid", list(units))
            self._add(
                "exists (select from"
                " unnest(%(unit_id)s::uuid[], %(unit_days)s::datemultirange[]) as unit (id, days)"
                " where unit.id = unit_id and unit.days @> effective_on)",
                {"unit_days": list(units.values())},
            )

    def _days(self, first: date | None, last: date | None) -> None:
        if first is None and last is None:
            return
        days = {"first_day": first or date.min, "last_day": last or date.max}
        self._add("effective_on between %(first_day)s and %(last_day)s", days)
        self._keys.append(Key("effective_on", _DAYS))


def _mark(word: str) -> str:
    """A word of the name of a field, as a tsquery."""
    return f"'{OF_FIELD}{word}'"


def _judged(word: str) -> str:
    """A word for what a change amounts to, as a tsquery."""
    return f"'{OF_JUDGEMENT}{word}'"


def frequent(connection: Connection[Any], queries: Sequence[str]) -> frozenset[str]:
    """Those of these tsqueries, as far as they are about one word."""
    if not queries:
        return frozenset()
    with connection.cursor(row_factory=scalar_row) as cursor:
        return frozenset(cursor.execute(_FREQUENT, {"queries": list(queries), "many": MANY}))


class BadSearch(ValueError):
    """The search cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a search; `key` None: words of the entry. What is `quoted` is meant whole."""

    key: str | None
    value: str
    quoted: bool

    def tsquery(self, mark: str = "") -> str:
        """Its words, one after the other, the last of them whole or as a beginning, all with this mark;
        BadSearch without any.
        """
        words = words_in(self.value)
        if not words:
            raise BadSearch(f'"{self.value}" has no letter and no digit to look for')
        return " <-> ".join(f"'{mark}{word}'" for word in words) + ("" if self.quoted else ":*")


def terms(search: str) -> list[Term]:
    """The parts of a search, in their order. Raises BadSearch."""
    found, place = [], 0
    text = search.rstrip()
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None:
            raise BadSearch(_what_is_wrong(text, place))
        quoted, plain = term["quoted"], term["plain"]
        found.append(Term(term["key"], plain if quoted is None else quoted, quoted is not None))
        place = term.end()
    return found


def _what_is_wrong(text: str, place: int) -> str:
    rest = text[place:].strip()
    if rest.count('"') % 2:
        return "a quotation mark is not closed"
    if rest.split()[0].endswith(":"):
        return f'there is nothing after "{rest.split()[0]}"'
    return f'a quotation mark may only stand around a whole word or value: "{rest.split()[0]}"'
