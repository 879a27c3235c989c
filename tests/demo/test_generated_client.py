"""A client that a generator wrote from the OpenAPI document reads the demo: with names that a person would
give, and without an error. It is generated into a folder that goes with the test.
"""

import importlib
import pkgutil
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.demo.conftest import Demo

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.long, pytest.mark.timeout(900)]
PACKAGE = "client_of_throughline"
ABOUT = {"unit", "person", "cycle", "objective", "review", "measure", "plan", "webhook"}
PAGE = 200
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SETTINGS = f"""\
package_name_override: {PACKAGE}
post_hooks: []
content_type_overrides: {{{WORKBOOK}: application/octet-stream}}
"""
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def client(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("generated")
    document = demo.paste(f"curl -s '{demo.url}/api/v1/openapi.json'")[0]
    (folder / "openapi.json").write_bytes(orjson.dumps(document))
    (folder / "settings.yml").write_text(SETTINGS)
    command = ["generate", "--path", "openapi.json", "--config", "settings.yml", "--meta", "none"]
    command += ["--output-path", PACKAGE, "--fail-on-warning"]
    generated = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *command],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert generated.returncode == 0, generated.stdout + generated.stderr
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(PACKAGE)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
            del sys.modules[name]


def _functions(client: ModuleType) -> dict[str, Ask]:
    """Name -> the function that asks, or commands, and gives the whole response."""
    api = importlib.import_module(f"{client.__name__}.api")
    found = {}
    for tag in pkgutil.iter_modules(api.__path__):
        package = importlib.import_module(f"{api.__name__}.{tag.name}")
        for module in pkgutil.iter_modules(package.__path__):
            found[module.name] = importlib.import_module(f"{package.__name__}.{module.name}").sync_detailed
    return found


def test_its_names_are_those_that_a_person_would_give(client: ModuleType) -> None:
    functions = _functions(client)
    models = importlib.import_module(f"{client.__name__}.models").__all__

    assert {
        "list_objectives",
        "get_objective_progress",
        "postpone_objective",
        "export_people",
    } <= functions.keys()
    assert {"Objective", "Pace", "ObjectiveStatus", "PageOfObjectiveSummary", "HealthChange"} <= set(models)
    assert [name for name in functions if not re.fullmatch(r"[a-z]+(_[a-z]+){1,4}", name)] == []
    assert [name for name in models if not re.fullmatch(r"([A-Z][a-z]+){1,6}", name)] == []


def test_its_docstrings_say_what_a_field_is_and_in_which_unit(client: ModuleType) -> None:
    models = importlib.import_module(f"{client.__name__}.models")

    said = " ".join(models.Figures.__doc__.split())
    assert "coverage (float | None): The aligned share of the live objectives" in said
    assert "Unit: share, from 0 to 1." in said


def test_it_reads_every_answer_of_the_demo(demo: Demo, client: ModuleType) -> None:
    functions, ids = _functions(client), defaultdict[str, list[UUID]](list)
    caller = client.AuthenticatedClient(base_url=demo.url, token=demo.token, raise_on_unexpected_status=True)
    asked = 0

    with caller:
        for name, ask in sorted(functions.items()):
            if name.startswith("list_") and (one := _one(name)) in ABOUT:
                ids[one] = [item.id for item in _read(ask, caller, limit=PAGE).items]
        for name, ask in functions.items():
            if not name.startswith(("get_", "list_")):
                continue
            given = _given(name, ids)
            about = next((one for one in ABOUT if name.startswith((f"get_{one}", f"list_{one}"))), "")
            for id in ids[about] if "id" in _parameters(ask) else [None]:
                _read(ask, caller, *([] if id is None else [id]), **given)
                asked += 1

    assert {kind for kind in ABOUT - {"plan", "webhook"} if not ids[kind]} == set()
    assert asked > 100


def _one(name: str) -> str:
    return {"people": "person"}.get(name.removeprefix("list_"), name.removeprefix("list_").removesuffix("s"))


def _parameters(ask: Ask) -> set[str]:
    return set(ask.__annotations__)


def _given(name: str, ids: dict[str, list[UUID]]) -> dict[str, Any]:
    """The parameters that have to be given."""
    needed: dict[str, dict[str, Any]] = {
        "get_alignment_health_change": {"from_": date(2026, 3, 31)},
        "get_reviews_fairness": {"cycle": ids["cycle"][0]},
        "get_audit_readers": {"subject": ids["review"][0]},
        "get_me_operations": {"subject": ids["objective"][0]},
        "get_search": {"q": "a"},
    }
    return needed.get(name, {})


def _read(ask: Ask, caller: Any, *ids: UUID, **given: Any) -> Any:
    """What it answers, read whole: nothing in it that the client does not know."""
    response = ask(*ids, client=caller, **given)
    assert response.status_code == 200, response.content
    assert type(response.parsed).__name__ != "ProblemAnswer"
    assert list(_unknown(response.parsed, "")) == []
    return response.parsed


def _unknown(value: Any, at: str) -> Iterator[str]:
    """The fields that an object has beside those that its class declares; where a class declares none, an
    object may have any.
    """
    for each in value if isinstance(value, list) else ():
        yield from _unknown(each, f"{at}/-")
    names = [each.name for each in getattr(value, "__attrs_attrs__", ())]
    for name in names:
        if name != "additional_properties":
            yield from _unknown(getattr(value, name), f"{at}/{name}")
        elif len(names) > 1:
            yield from (f"{at}/{each}" for each in value.additional_properties)


def test_a_field_that_it_does_not_know_is_found(client: ModuleType) -> None:
    models = importlib.import_module(f"{client.__name__}.models")
    path = models.Path.from_dict(
        {"objectives": [{"id": str(UUID(int=1)), "title": "t", "level": "team", "x": 1}]}
    )

    assert list(_unknown(path, "")) == ["/objectives/-/x"]


def test_the_client_leaves_nothing_in_the_project(client: ModuleType) -> None:
    assert client.__file__ is not None
    assert not Path(client.__file__).is_relative_to(Path(__file__).parent.parent.parent)
