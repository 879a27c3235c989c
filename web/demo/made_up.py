"""The made-up organisation is data: its names, units, goals and words stand in the TOML files of `data/`."""

import tomllib
from importlib.resources import files
from typing import Any, NamedTuple


class TeamOutline(NamedTuple):
    """`focus`: the team looks after it, and it goes into the titles of its objectives."""

    name: str
    focus: tuple[str, ...]


class DepartmentOutline(NamedTuple):
    name: str
    head: str
    roles: tuple[str, ...]
    teams: tuple[TeamOutline, ...]


class DivisionOutline(NamedTuple):
    name: str
    head: str
    departments: tuple[DepartmentOutline, ...]


class Measure(NamedTuple):
    """Baseline and target are the middle of what is drawn for one objective."""

    title: str
    kind: str
    unit: str
    baseline: int
    target: int


class Goal(NamedTuple):
    """In its title, `{focus}` stands for what the owner looks after."""

    title: str
    why: str
    measures: tuple[Measure, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("web.demo").joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def _department(given: dict[str, Any]) -> DepartmentOutline:
    teams = tuple(TeamOutline(team["name"], tuple(team["focus"])) for team in given["teams"])
    return DepartmentOutline(given["name"], given["head"], tuple(given["roles"]), teams)


def _goal(given: dict[str, Any]) -> Goal:
    return Goal(given["title"], given["why"], tuple(Measure(**measure) for measure in given["measures"]))


_NAMES, _ORGANISATION = _read("names"), _read("organisation")
GIVEN, FAMILY = tuple(_NAMES["given"].split()), tuple(_NAMES["family"].split())
ORGANISATION: str = _ORGANISATION["name"]
MAIL_DOMAIN: str = _ORGANISATION["mail_domain"]
SILOS = frozenset(_ORGANISATION["silos"])
"""Departments that align with themselves only."""
DIVISIONS = tuple(
    DivisionOutline(given["name"], given["head"], tuple(map(_department, given["departments"])))
    for given in _ORGANISATION["divisions"]
)
GOALS = {level: tuple(map(_goal, given)) for level, given in _read("goals").items()}
"""Goals by the level of the objective."""
WORDS = _read("words")
"""Texts that people write, by occasion."""
