"""The data folder of a demo: always a fresh one, and never anybody else's."""

import fcntl
import shutil
from pathlib import Path

MARKER = "made-up-organisation"
WORDS = "This folder belongs to `throughline demo`, which wipes it at every start.\n"


class FolderRefused(Exception):
    """One sentence that says why the demo does not use this folder."""


def fresh(folder: Path) -> None:
    """Leaves the folder empty but for the marker.

    Wipes a folder that an earlier demo made. Raises `FolderRefused` for one that holds anything else, or in
    which a demo is running.
    """
    if folder.exists() and not folder.is_dir():
        raise FolderRefused(f"{folder} is not a folder.")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise FolderRefused(
                f"{folder} was not made by a demo, so it is not wiped; name another --data-dir."
            )
        if _is_held(folder / "postgres" / "holders"):
            raise FolderRefused(f"A demo is running in {folder}; stop it, or name another --data-dir.")
        _stop_leftover(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(WORDS)


def _is_held(holders: Path) -> bool:
    """Returns whether a process holds the embedded server of the folder."""
    if not holders.is_file():
        return False
    with holders.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _stop_leftover(folder: Path) -> None:
    """A server whose holders were all killed runs on; taking hold of it and letting go stops it."""
    if (folder / "postgres" / "data" / "postmaster.pid").is_file():
        from web.ops.postgres import running

        with running(folder):
            pass
