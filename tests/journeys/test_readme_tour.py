"""The tours of the README and of docs/tours.md, word by word, against a demo started as the README says. Two
things differ: the port is one that is free, and the organisation is a smaller one.
"""

import json
import re
from pathlib import Path

import pytest

from tests.journeys.readme import ROOT, outputs, section

pytestmark = pytest.mark.xdist_group("pages")


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

    _, _, found, history, then_and_now, copies, verified = outputs(
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
    assert verified.endswith("Nothing was altered.\n")
