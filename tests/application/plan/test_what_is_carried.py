"""Everything that can be recorded is carried by a plan folder, or the page on it says that it is lost."""

import re
from collections import Counter
from pathlib import Path

import pytest

from application.plan.rows import FILES
from projections.catalogue.events import EVENTS

PAGE = (Path(__file__).parents[3] / "docs" / "plan-folder.md").read_text()
ROWS = re.findall(r"^\| (.+) \| (.+) \|$", PAGE.split("\n| event | in the folder |\n")[1], re.MULTILINE)
SAID = [(topic, told) for topics, told in ROWS for topic in re.findall(r"`(\w+\.\w+)`", topics)]


def test_every_event_has_one_line_that_says_whether_a_folder_carries_it() -> None:
    lines = Counter(topic for topic, _ in SAID)
    assert set(lines) == set(EVENTS)
    assert set(lines.values()) == {1}


@pytest.mark.parametrize(("topic", "told"), SAID)
def test_an_event_is_in_a_file_that_there_is_or_lost(topic: str, told: str) -> None:
    file = re.match(r"`(\w+\.csv)`", told)
    assert told.startswith("lost") if file is None else file[1] in {kind.FILE for kind in FILES}


def test_every_file_carries_something() -> None:
    carrying = {file for _, told in SAID for file in re.findall(r"^`(\w+\.csv)`", told)}
    assert carrying == {kind.FILE for kind in FILES}
