"""The board pack: a moment on one page, as the other questions answer it, and the same whenever it is asked
for again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from domain.refusals import InvalidValue
from projections.freshness import last_known
from projections.moment import Moment, instant
from projections.reviews.queries import ReviewFilters
from web.access.guard import caller
from web.access.table import has_role, row_of
from web.api import review_questions
from web.api.alignment_health import changed
from web.api.days import last_quarter_end
from web.api.routes import Routes
from web.exports.lists import of_parts
from web.freshness import ReadSnapshot
from web.schemas.board_pack_answers import AskedPack, BoardPack
from web.schemas.health_answers import LISTS_OF_CAUSES

MOST_CAUSES, MOST_MEASURES, MOST_CYCLES = 500, 20, 12
"""A pack has no more of each, and says how many more there are."""
EVERYTHING = 2**31

board_pack = Routes("board_pack", __name__, description="What a board is told, at any date.")


@dataclass(frozen=True)
class Pack:
    """A pack at one moment, beside another one before it."""

    now: ReadSnapshot
    then: ReadSnapshot

    @classmethod
    def asked(cls, snapshot: ReadSnapshot, asked: Mapping[str, Any]) -> "Pack":
        """The pack of the moment, as it was known when the last event by then was recorded: nothing is
        recorded before that any more. Without `from`, since the last quarter ended. Raises `InvalidValue`.
        """
        now = _settled(snapshot, snapshot.moment.as_of, snapshot.moment.known_at)
        since = asked["from_"] or last_quarter_end(now.moment.as_of)
        if since > now.moment.as_of:
            raise InvalidValue.at("?from", f"must not be after {now.moment.as_of}")
        then = asked["from_known_at"]
        if then is None:
            return cls(now, replace(now, moment=Moment(since, now.moment.known_at)))
        return cls(now, _settled(snapshot, since, then))

    @property
    def times(self) -> dict[str, str]:
        """The two moments, as the pack tells them."""
        now, then = self.now.moment, self.then.moment
        return {
            "as_of": now.as_of.isoformat(),
            "known_at": instant(now.known_at),
            "since": then.as_of.isoformat(),
            "since_known_at": instant(then.known_at),
        }

    def told(self) -> dict[str, Any]:
        """All that is in it, with the digest of that."""
        now, then = self.now.moment, self.then.moment
        change = self._change
        causes, measures, cycles = change["causes"], self._listed, self._cycles_there
        said: dict[str, Any] = {
            "title": f"Board pack of {now.as_of}, since {then.as_of}",
            **self.times,
            "position": self.now.position,
            **{name: change[name] for name in ("policy", "policy_before") if name in change},
            "causes_beyond": max(0, len(causes) - MOST_CAUSES),
            "measures_beyond": max(0, len(measures) - MOST_MEASURES),
            "cycles_beyond": max(0, len(cycles) - MOST_CYCLES),
            "figures": list(_figures(change["from"]["figures"], change["to"]["figures"])),
            "units": self._units(),
            "causes": [_plain(each) for each in causes[:MOST_CAUSES]],
            "measures": [self._measure(each) for each in measures[:MOST_MEASURES]],
            **self._of_cycles(cycles[:MOST_CYCLES]),
        }
        return {**said, "digest": sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()}

    @cached_property
    def _change(self) -> dict[str, Any]:
        return changed(self.now, self.then.moment, self.now.moment, None, None)

    def _units(self) -> list[dict[str, Any]]:
        then, now = (self._change[side]["units"] for side in ("from", "to"))
        before = {each["unit_id"]: each["coverage"] for each in then}
        told = [{**each, "coverage_before": before.get(each["unit_id"])} for each in now]
        return sorted(told, key=lambda each: (each["name"] or "", each["unit_id"]))

    @cached_property
    def _listed(self) -> list[dict[str, Any]]:
        return self.now.measures.measures(self.now.moment, limit=EVERYTHING).items

    def _measure(self, measure: Mapping[str, Any]) -> dict[str, Any]:
        told = ("id", "name", "unit_of_measure", "direction", "baseline", "target")
        return {
            **{name: measure[name] for name in told},
            "before": _stood(self.then, measure),
            "after": _stood(self.now, measure),
        }

    @cached_property
    def _cycles_there(self) -> list[dict[str, Any]]:
        """Those of which a day lies between the two moments, the latest first."""
        first, last = self.then.moment.as_of.isoformat(), self.now.moment.as_of.isoformat()
        found = self.now.directory.cycles(self.now.moment, limit=EVERYTHING).items
        there = [each for each in found if each["starts_on"] <= last and each["ends_on"] >= first]
        return sorted(there, key=lambda each: (each["starts_on"], each["name"], each["id"]), reverse=True)

    def _of_cycles(self, cycles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The cycles, and the groups whose ratings are shown: as far as reviews are the reader's to see."""
        told, groups = [], []
        reads_reviews = has_role(caller(), row_of("reviews.fairness"))
        for cycle in cycles:
            id = UUID(cycle["id"])
            fair = review_questions.fairness(self.now, {"cycle": id, "by": "unit"}) if reads_reviews else None
            counts = self.now.reviews.counts(self.now.moment, ReviewFilters(cycle=id)) if fair else None
            told.append(
                {
                    **{name: cycle[name] for name in ("id", "name", "status", "starts_on", "ends_on")},
                    "reviews": counts,
                    "suppressed": fair and fair["suppressed"],
                    "ratings": fair and fair["total"],
                }
            )
            of = {"cycle_id": cycle["id"], "cycle_name": cycle["name"]}
            groups += [{**of, **each} for each in (fair["groups"] if fair else ())]
        return {"cycles": told, "groups": groups}


def asked_again(told: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that ask for a pack again which tells these times."""
    found = {"as_of": told["as_of"], "known_at": told["known_at"], "from": told["since"]}
    if told["since_known_at"] != told["known_at"]:
        found["from_known_at"] = told["since_known_at"]
    return found


def _settled(snapshot: ReadSnapshot, as_of: date, known_at: datetime) -> ReadSnapshot:
    position, at = last_known(snapshot.connection, known_at, snapshot.position)
    return replace(snapshot, moment=Moment(as_of, at), position=position)


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each figure that is told at either of the moments, the paces too."""
    flat = [
        {
            **{name: value for name, value in side.items() if name != "paces"},
            **{f"paces.{name}": value for name, value in side["paces"].items()},
        }
        for side in (before, after)
    ]
    for name in dict.fromkeys((*flat[1], *flat[0])):
        yield {"figure": name, "before": flat[0].get(name), "after": flat[1].get(name)}


def _plain(cause: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cause.items() if name not in LISTS_OF_CAUSES}


def _stood(snapshot: ReadSnapshot, measure: Mapping[str, Any]) -> dict[str, Any] | None:
    """The measure at the moment, beside the objectives that are meant to move it now."""
    moment, day = snapshot.moment, [snapshot.moment.as_of]
    series = snapshot.measures.series(moment, UUID(measure["id"]), day)
    if series is None:
        return None
    (beside,) = snapshot.alignment.impact(moment, [UUID(id) for id in measure["objective_ids"]], day)
    return {name: value for name, value in {**beside, **series[0]}.items() if name != "on"}


def _pack(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    pack = Pack.asked(snapshot, asked).told()
    return {**{name: pack[name] for name in ("as_of", "known_at", "position")}, "pack": pack}


@board_pack.single("/board-pack", BoardPack(), AskedPack(), personal=True)
def read(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """Health, what changed it, measures, cycles and fairness at a moment; asked again it says the same"""
    return _pack(snapshot, asked)


def _lasting(snapshot: ReadSnapshot, asked: Mapping[str, Any]) -> tuple[ReadSnapshot, Mapping[str, str]]:
    pack = Pack.asked(snapshot, asked)
    return pack.now, asked_again(pack.times)


board_pack.exported(
    "/board-pack", read, replace(of_parts(AskedPack(), BoardPack(), ("pack",), _pack), lasting=_lasting)
)
