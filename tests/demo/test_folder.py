"""The demo wipes what a demo made, and nothing else."""

import fcntl
from pathlib import Path

import pytest

from web.demo.folder import MARKER, FolderRefused, fresh


def test_a_new_folder_is_made_and_marked(tmp_path: Path) -> None:
    fresh(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / MARKER).is_file()


def test_what_an_earlier_demo_left_is_wiped(tmp_path: Path) -> None:
    fresh(tmp_path / "demo")
    (tmp_path / "demo" / "postgres").mkdir()
    (tmp_path / "demo" / "postgres" / "old").touch()
    fresh(tmp_path / "demo")
    assert [path.name for path in (tmp_path / "demo").iterdir()] == [MARKER]


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FolderRefused, match="was not made by a demo"):
        fresh(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderRefused, match="is not a folder"):
        fresh(tmp_path / "file")


def test_a_demo_that_runs_is_left_alone(tmp_path: Path) -> None:
    fresh(tmp_path / "demo")
    holders = tmp_path / "demo" / "postgres" / "holders"
    holders.parent.mkdir()
    with holders.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with pytest.raises(FolderRefused, match="running"):
            fresh(tmp_path / "demo")
