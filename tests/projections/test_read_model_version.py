"""The version of rows follows from what they are made by, so that no change of it can be forgotten."""

import subprocess
import sys
from dataclasses import replace

import pytest

from projections import directory
from projections.catalogue.declaring import DAY, Field, Part, computed, payload, says
from projections.catalogue.events import EVENTS
from projections.read_models import READ_MODELS

PRINTED = "from projections.read_models import READ_MODELS; print([model.version for model in READ_MODELS])"


def test_rows_have_another_version_when_the_tables_or_the_revision_are_others() -> None:
    model = directory.READ_MODEL
    other = [replace(model, ddl=model.ddl + ";"), replace(model, revision=model.revision + 1)]
    assert len({model.version, *(each.version for each in other)}) == 3
    assert replace(model).version == model.version


@pytest.mark.parametrize(
    "fact",
    [
        says(Part("unit", name=Field("text")), "name"),
        says(Part("unit", name=Field("text", regardless=True)), "name"),
        says(Part("unit", name=Field("text")), name="fixed"),
        says(Part("unit", name=Field("text")), name=payload("title")),
        says(Part("unit", name=Field("text")), name=DAY),
        says(Part("unit", name=Field("text")), name=computed(lambda event, before: before("name"))),
    ],
    ids=lambda fact: str(fact.sources),
)
def test_rows_have_another_version_when_an_event_says_something_else(
    fact: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {model.name: replace(model).version for model in READ_MODELS}
    monkeypatch.setitem(EVENTS, "unit.renamed", (fact,))
    after = {model.name: replace(model).version for model in READ_MODELS}
    changed = {name for name, version in after.items() if version != before[name]}
    assert changed == {"directory", "audit"}, "those that take in events of units"


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_process_finds_the_same_version(seed: str) -> None:
    command = [sys.executable, "-c", PRINTED]
    done = subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
    assert done.stdout == f"{[model.version for model in READ_MODELS]}\n"
    assert all(0 < model.version < 2**31 for model in READ_MODELS)
