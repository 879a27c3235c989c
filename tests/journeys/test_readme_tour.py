"""The tours of the README and of docs/tours.md, word by word, against a demo started as the README says. Two
things differ: the port is one that is free, and the organisation is a smaller one.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.readme import ROOT, Block, section
from tests.web.serve.processes import data_folder

THROUGHLINE = str(Path(sys.executable).with_name("throughline"))
END_OF_BLOCK = "=== the end of a block of the tour ==="
PORT_OF_THE_README = "127.0.0.1:8080"


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[Path, str]]:
    """A running demo: the folder it was started in, and its address as host:port."""
    with data_folder() as data_dir:
        yield from _started(data_dir.parent)


def _started(folder: Path) -> Iterator[tuple[Path, str]]:
    (folder / ".venv").symlink_to(sys.prefix)
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [THROUGHLINE, "demo", "--people", "70", "--port", "0"],
            cwd=folder, env=clean, stdout=subprocess.PIPE, stderr=log, text=True,
        ) as process,
    ):  # fmt: skip
        try:
            assert process.stdout is not None
            listening = process.stdout.readline()
            assert listening.startswith("listening on http://"), (folder / "log").read_text()
            yield folder, listening.strip().removeprefix("listening on http://")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def outputs(blocks: list[Block], folder: Path, address: str) -> list[str]:
    """What each sh block prints; fails at the first command that does."""
    script = "\n".join(f"{block.text}\necho '{END_OF_BLOCK}'" for block in blocks if block.language == "sh")
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(PORT_OF_THE_README, address)],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.split(f"{END_OF_BLOCK}\n")[:-1]


def test_the_three_short_tours_do_what_they_say(demo: tuple[Path, str]) -> None:
    folder, _ = demo

    _, hr, audited, recorded = outputs(section("README.md", "Three short tours"), *demo)

    total, aligned_to = hr.splitlines()
    assert "'coverage': 0." in total
    assert aligned_to
    assert (folder / "objectives.xlsx").read_bytes().startswith(b"PK")
    change, *proof = audited.splitlines()
    row = json.loads(change)["items"][0]
    assert (row["action"], row["effective_on"][5:7]) == ("objective.target_changed", "03")
    assert row["reason"]
    assert [each["field"] for each in row["changes"]]
    assert proof
    assert "incomplete" not in audited
    first, again, refusal = (json.loads(line) for line in recorded.splitlines())
    assert first == again
    assert first["events"] == ["unit.defined"]
    assert refusal["status"] == 422


def test_the_readme_reads_in_two_minutes() -> None:
    """At 240 words a minute, what stands in blocks of code not counted."""
    prose = re.sub(r"^```.*?^```", "", (ROOT / "README.md").read_text(), flags=re.DOTALL | re.MULTILINE)
    assert len(re.findall(r"[A-Za-z]+", prose)) < 480


def test_the_long_tour_does_what_it_says(demo: tuple[Path, str]) -> None:
    blocks = section("docs/tours.md", "A tour by curl")

    printed = outputs(blocks, *demo)

    shown = iter(printed)
    last = ""
    for block in blocks:
        if block.language == "sh":
            last = next(shown)
        elif block.language == "json":
            expected, answer = json.loads(block.text), json.loads(last)
            assert {name: answer[name] for name in expected} == expected
        else:
            assert last.endswith(block.text)
    ending = printed[-1]
    assert "/problems/alignment-to-itself" in ending
    assert '"aligned":1' in ending
    repeated = [json.loads(line) for line in printed[4].splitlines()]
    assert repeated[0] == repeated[1]
    assert repeated[0]["events"] == ["objective.checked_in"]
    assert '"progress":0.5' in printed[5]


def test_the_auditors_tour_does_what_it_says(demo: tuple[Path, str]) -> None:
    definitions = section("docs/tours.md", "A tour by curl")[0]

    _, _, found, history, then_and_now, copies, feed = outputs(
        [definitions, *section("docs/tours.md", "An auditor's tour")], *demo
    )

    told = re.fullmatch(r"\d{4}-03-\d\d, (.+): (.+), from (\S+) to (\S+): (.+)\n", found)
    assert told is not None, found
    before, after = told[3], told[4]
    whole, compared = history.splitlines()
    last = json.loads(whole)["items"][-1]["changes"][0]
    assert (last["before"], last["after"]) == (before, after)
    assert f"'before': '{before}', 'after': '{after}'" in compared
    then, now = then_and_now.splitlines()
    assert f"'target': '{before}'" in then
    assert f"'target': '{after}'" in now
    assert "The forged copy was refused." in copies
    assert "incomplete" not in copies
    assert feed.startswith("throughline.objective.target_changed\n")
    assert feed.endswith("Nothing was altered.\n")
