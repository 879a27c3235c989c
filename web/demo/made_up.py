"""The made-up organisation is data: its names, units, goals and words stand in the TOML files of `data/`."""

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Any, NamedTuple

# Of these there are parts; everything else is counted.
DIVISIBLE = frozenset(
    {"%", "% of supply", "% of contacts", "km", "kWh", "MWh", "EUR", "kEUR", "days", "hours"}
)


class Measure(NamedTuple):
    """Baseline and target are the middle of what is drawn for one objective."""

    title: str
    kind: str
    unit: str
    baseline: int
    target: int

    def value(self, about: float) -> Decimal:
        """Gives the nearest value that can be: nothing here goes below zero, and no share above a hundred."""
        bounded = max(0.0, min(about, 100.0) if self.unit.startswith("%") else about)
        return Decimal(f"{bounded:.1f}" if self.unit in DIVISIBLE else f"{bounded:.0f}")


class Goal(NamedTuple):
    """In its title, `{focus}` stands for what the owner looks after."""

    title: str
    why: str
    measures: tuple[Measure, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("web.demo").joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def _goal(given: dict[str, Any]) -> Goal:
    return Goal(given["title"], given["why"], tuple(Measure(**measure) for measure in given["measures"]))


_NAMES, _ORGANISATION = _read("names"), _read("organisation")
GIVEN, FAMILY = tuple(_NAMES["given"].split()), tuple(_NAMES["family"].split())
ORGANISATION: str = _ORGANISATION["name"]
MAIL_DOMAIN: str = _ORGANISATION["mail_domain"]
SILOS = frozenset(_ORGANISATION["silos"])
"""Departments that align with themselves only."""
DIVISIONS: list[dict[str, Any]] = _ORGANISATION["divisions"]
"""Each with name, head and departments; these with name, head, roles and teams; these with name and focus."""
GOALS = {level: tuple(map(_goal, given)) for level, given in _read("goals").items()}
"""Goals by the level of the objective."""
MEASURES: list[dict[str, Any]] = _read("measures")["measures"]
"""All the goals are meant to move these."""
WORDS = _read("words")
"""Texts that people write, by occasion."""
