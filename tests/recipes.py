"""The recipes of CONTRIBUTING.md as edits of files: each is a text, and the text before which it is put.

Whoever changes what a recipe goes by changes it here and there; `tests/test_recipes.py` follows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """Puts `text` before each of the texts that name it, which stand in the file once; or in their place."""

    before: Mapping[str, str]
    replaced: Mapping[str, str]

    def apply(self, file: Path) -> None:
        """Raises ValueError if what it goes by is not there once."""
        source = file.read_text()
        for place, text in {**self.before, **self.replaced}.items():
            if source.count(place) != 1:
                raise ValueError(f"{file} has {source.count(place)} times {place!r}")
            source = source.replace(place, text if place in self.replaced else text + place)
        file.write_text(source)


FIELD: Mapping[str, Edit] = {
    "domain/person.py": Edit(
        {
            "        def apply(self, aggregate: Person) -> None:\n            super().apply(aggregate)": """\
        grade: str | None

        @staticmethod
        def upcast_v1_v2(payload: dict[str, Any]) -> None:
            payload["grade"] = None

""",
            "            aggregate.name.set(self.day, self.name)\n            aggregate.place": (
                "            aggregate.grade = self.grade\n"
            ),
            "        self.place: Timeline[Place] = Timeline()": "        self.grade: str | None = None\n",
            "        external_id: str | None = None,\n    ) -> Self:": "        grade: str | None = None,\n",
            '            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),': (
                '            grade=optional_text(grade, "/grade", NAME_LENGTH),\n'
            ),
        },
        {
            '"person.defined"\n': '"person.defined"\n        class_version = 2\n',
            "from typing import ClassVar, Self": "from typing import Any, ClassVar, Self",
        },
    ),
    "application/people.py": Edit(
        {
            "        external_id: str | None = None,\n        id": "        grade: str | None = None,\n",
            "                external_id=external_id,": "                grade=grade,\n",
        },
        {},
    ),
    "projections/catalogue/events.py": Edit(
        {"    unit_id=NEEDED_ID,\n    manager_id=ID,": '    grade=Field("text"),\n'}, {}
    ),
    "web/schemas/directory.py": Edit(
        {
            "    unit_id = identity(required=True)\n    manager_id = identity(load_default": (
                "    grade = line(NAME_LENGTH, load_default=None, allow_none=True)\n"
            )
        },
        {},
    ),
    "web/schemas/words.md": Edit(
        {"| `job_title` |": "| `grade` | How far somebody has come. | | `senior` |\n"}, {}
    ),
    "docs/events.md": Edit(
        {},
        {
            "| `person.defined` | name, email, job_title, unit_id, manager_id, external_id |": (
                "| `person.defined` | name, email, job_title, grade (none in version 1), unit_id, manager_id,"
                " external_id |"
            )
        },
    ),
}
"""A field on person: what somebody is graded as, said when they are defined."""

EVENT: Mapping[str, Edit] = {
    "domain/unit.py": Edit(
        {
            "    class Dissolved(Event):": """    class Relocated(Event):
        TOPIC = "unit.relocated"
        site: str
        site_before: str | None

        def apply(self, aggregate: Unit) -> None:
            aggregate.site.set(self.day, self.site)

""",
            "        self.parent_id: Timeline[UUID | None] = Timeline()": (
                "        self.site: Timeline[str] = Timeline()\n"
            ),
            "    def dissolve(self, by: Provenance)": """\
    def relocate(self, by: Provenance, *, site: str) -> None:
        self._check_change("relocate", by)
        place, before = text(site, "/site", NAME_LENGTH), self.site.at(by.effective_on)
        if place != before:
            self.record(self.Relocated, by, site=place, site_before=before)

""",
        },
        {},
    ),
    "projections/catalogue/events.py": Edit(
        {'    "unit.dissolved": (': '    "unit.relocated": (says(UNIT, "site"),),\n'},
        {
            '    lead_person_id=Field("uuid", facet="lead"),': (
                '    lead_person_id=Field("uuid", facet="lead"),\n    site=TEXT,'
            ),
            'defines(UNIT, status="active")': 'defines(UNIT, status="active", site=None)',
        },
    ),
    "web/schemas/directory.py": Edit(
        {
            "class UnitMove(Body):": """class UnitRelocation(Body):
    site = line(NAME_LENGTH, required=True)


"""
        },
        {},
    ),
    "web/api/units.py": Edit(
        {
            'units.use_case(\n    "/units/<uuid:id>/dissolution",': """units.use_case(
    "/units/<uuid:id>/relocation",
    passed_on(Unit.relocate),
    "Relocate a unit",
    UnitRelocation(),
    example={"site": "Rotterdam"},
)

""",
            "from projections.page import Page": (
                "from application.use_cases import passed_on\nfrom domain.unit import Unit\n"
            ),
        },
        {"    UnitMove,\n    UnitRenaming,": "    UnitMove,\n    UnitRelocation,\n    UnitRenaming,"},
    ),
    "web/access/table.py": Edit({'            "units.dissolve",': '            "units.relocate",\n'}, {}),
    "docs/access.md": Edit({"| `units.dissolve` |": "| `units.relocate` | admin |  |\n"}, {}),
    "web/schemas/words.md": Edit(
        {
            "| `parent_name` |": (
                "| `UnitRelocation.site`, `Unit.site` | Where the unit is. | | `Rotterdam` |\n"
            )
        },
        {},
    ),
    "docs/events.md": Edit({"| `unit.dissolved` |": "| `unit.relocated` | site, site_before |\n"}, {}),
}
"""A new event with a field: where a unit is, in its history, in a read model and in the API."""
