"""What the service is made of is known, and looked through for weaknesses."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKED = re.compile(r"^([a-z0-9-]+)==([^ ;]+)", re.MULTILINE)


def test_the_bill_of_materials_has_every_package_that_runs_with_its_hashes(tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    lock = ROOT / "requirements.lock"
    command = [sys.executable, "-W", "ignore::UserWarning", "-m", "cyclonedx_py", "requirements"]
    subprocess.run([*command, "--output-reproducible", "-o", str(made), str(lock)], check=True)

    told = json.loads(made.read_text())

    assert told["bomFormat"] == "CycloneDX"
    parts = {(part["name"], part["version"]): part for part in told["components"]}
    assert parts.keys() == set(LOCKED.findall(lock.read_text()))
    assert all(part["externalReferences"][0]["hashes"] for part in parts.values())


WEAK = {"name": "a", "version": "1.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["1.1"]}]}
SOUND = {"name": "b", "version": "2.0", "vulns": []}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ([WEAK, SOUND], 1, ["a 1.0: CVE-2026-1, mended in 1.1", "2 of 2 packages looked at"]),
        ([SOUND], 0, ["1 of 1 packages looked at"]),
        ([SOUND, UNKNOWN], 0, ["1 of 2 packages looked at; NOT DONE for 1"]),
        (None, 0, ["NOT DONE, the data on weaknesses was not reached (no route to host)"]),
    ],
)
def test_a_known_weakness_fails_and_what_nobody_can_tell_is_said(
    tmp_path: Path, said: list[object] | None, code: int, told: list[str]
) -> None:
    """A pip-audit that found this, or was not answered."""
    found = "no json" if said is None else json.dumps({"dependencies": said, "fixes": []})
    stand_in = tmp_path / "pip-audit"
    stand_in.write_text(f"#!/bin/sh\necho 'no route to host' >&2\necho '{found}'\nexit 1\n")
    stand_in.chmod(0o755)

    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "audit"), str(stand_in), "requirements.lock"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert all(each in done.stdout for each in told), done.stdout


def test_both_are_part_of_what_a_change_must_pass() -> None:
    steps = re.findall(r"^step (\S+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert {"scan", "sbom"} <= set(steps)
