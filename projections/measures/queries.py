"""Questions about measures."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from domain.measure import attainment
from domain.rules import Rules
from projections.directory.policies import in_force, over_days
from projections.moment import Moment, holds, known
from projections.page import BY_TEXT, Page, Sorting
from projections.versions import as_known
from projections.words import matching

SORTING = Sorting("measures", {"name": BY_TEXT, "attainment": Decimal}, usual=("name",))
_READING = """jsonb_build_object('reading_id', r.id, 'on', r.valid_from, 'value', r.value, 'source', r.source,
    'position', r.said_position, 'version', r.said_version)"""
_MEASURES = f"""
    select m.id::text, m.external_id, m.name, m.unit_of_measure, m.direction, m.baseline, m.target,
           m.objective_ids, v.version, v.position, (
               select {_READING} from read_measures.readings r
                where r.measure_id = m.id and r.value is not null and {holds("r")}
                order by r.valid_from desc, r.position desc limit 1) as latest
      from read_measures.measures m {as_known("read_measures.versions", "m")}
     where {holds("m")}"""
_AIMS = f"""
    select m.valid_from, m.direction, m.baseline, m.target from read_measures.measures m
     where m.id = %(id)s and {known("m")} order by m.valid_from desc"""
_READINGS = f"""
    select {_READING} as reading from read_measures.readings r
     where r.measure_id = %(id)s and r.value is not null and {holds("r")} order by r.valid_from, r.position"""

_LAST_READINGS = f"""
    select distinct on (r.measure_id, r.valid_from) r.measure_id::text, r.valid_from as on, r.value, r.source
      from read_measures.readings r
     where r.value is not null and {holds("r")} order by r.measure_id, r.valid_from, r.position desc"""


class Measures:
    """Answers from `read_measures`, JSON-ready; values, baselines and targets are decimals in text."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def measures(
        self,
        moment: Moment,
        limit: int = 50,
        after: str | None = None,
        q: str | None = None,
        external_id: str | None = None,
        sort: Sequence[str] = (),
    ) -> Page:
        """By name and id, unless another order is asked for: {id, external_id, name, unit_of_measure,
        direction, baseline, target, objective_ids, latest, attainment, version, position}. `latest` is the
        latest reading, {reading_id, on, value, source, position, version}, the last two of the event that
        gave the value. Of `q` every word is looked for in the name. Raises BadCursor.
        """
        rows = matching(self._rows(_MEASURES, moment.parameters), q, ("name",), external_id)
        rules = in_force(self._connection, moment)
        items = [_with_attainment(row, rules) for row in rows]
        places = [{**each, "attainment": _text(each["attainment"])} for each in items]
        chosen, following = SORTING.page(places, limit, after, sort)
        by_id = {each["id"]: each for each in items}
        return Page([by_id[row["id"]] for row in chosen], following)

    def measure(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """As in the list, and `readings`: all of them, oldest first, shaped as `latest`, each with its
        `attainment` by the aim of the day asked about. None if there is none, or not yet.
        """
        rows = self._rows(f"{_MEASURES} and m.id = %(id)s", {**moment.parameters, "id": id})
        if not rows:
            return None
        measure, rules = rows[0], in_force(self._connection, moment)
        readings = [
            {**reading, "attainment": _attainment(measure, reading["value"], rules)}
            for reading in self._readings(moment, id)
        ]
        return {**_with_attainment(measure, rules), "readings": readings}

    def series(self, moment: Moment, id: UUID, month_ends: Sequence[date]) -> list[dict[str, Any]] | None:
        """{on, value, read_on, attainment} as of each of these days, which stand in order, as known at
        `moment.known_at`: the value read last, on which day that was, and what it amounts to by the aim and
        the rules of the day; None of the three before the first reading. Days after `moment.as_of` are left
        out. None if there is no such measure.
        """
        rows = self._rows(f"{_MEASURES} and m.id = %(id)s", {**moment.parameters, "id": id})
        if not rows:
            return None
        days = [day for day in month_ends if day <= moment.as_of]
        readings, aims = self._readings(moment, id), self._rows(_AIMS, {**moment.parameters, "id": id})
        return [
            _point(
                next((aim for aim in aims if aim["valid_from"] <= day), rows[0]),
                day,
                [reading for reading in readings if reading["on"] <= day.isoformat()],
                rules,
            )
            for rules, run in (over_days(self._connection, moment, days) if days else [])
            for day in run
        ]

    def last_readings(self, moment: Moment) -> list[dict[str, Any]]:
        """{measure_id, on, value, source} of all measures: of several readings of one day the last."""
        return self._rows(_LAST_READINGS, moment.parameters)

    def _readings(self, moment: Moment, id: UUID) -> Sequence[dict[str, Any]]:
        return [row["reading"] for row in self._rows(_READINGS, {**moment.parameters, "id": id})]

    def _rows(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, parameters).fetchall()


def _with_attainment(row: dict[str, Any], rules: Rules) -> dict[str, Any]:
    return {**row, "attainment": _attainment(row, row["latest"]["value"] if row["latest"] else None, rules)}


def _point(
    measure: Mapping[str, Any], day: date, read: Sequence[Mapping[str, Any]], rules: Rules
) -> dict[str, Any]:
    last = read[-1] if read else {"value": None, "on": None}
    return {
        "on": day.isoformat(),
        "value": last["value"],
        "read_on": last["on"],
        "attainment": _attainment(measure, last["value"], rules),
    }


def _attainment(measure: Mapping[str, Any], value: str | None, rules: Rules) -> float | None:
    """With six places; None without a reading."""
    share = attainment(
        measure["direction"],
        Decimal(measure["baseline"]),
        Decimal(measure["target"]),
        None if value is None else Decimal(value),
    )
    return None if share is None else float(rules.shown(share))


def _text(value: float | None) -> str | None:
    return None if value is None else str(value)
