"""A run of the tests ends, whatever one of them does, and says which one it was.

A test that outlasts its limit takes its worker with it (pytest-timeout in pyproject.toml). The hooks here see
to what follows: pytest-xdist names the test, the others run, and nothing that the worker started is left.
"""

import contextlib
import faulthandler
import shutil
import signal

import psutil
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from _pytest.nodeid import NodeId
from pytest_timeout import Settings
from typing_extensions import override
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController

from tests.folders import RUN, WORKER, is_of, left_by

GRACE_SECONDS = 5.0
GOODBYE_SECONDS = 5.0


def pytest_timeout_set_timer(item: pytest.Item, settings: Settings) -> None:
    """Ends the process where the interpreter itself hangs and the thread of pytest-timeout gets no turn."""
    faulthandler.dump_traceback_later(
        settings.timeout + GRACE_SECONDS, exit=True, file=item.config.stash[fault_handler_stderr_fd_key]
    )


def pytest_timeout_cancel_timer(item: pytest.Item) -> None:
    faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with those that may take longest, so that no worker is left alone with one of them at the end.
    Has the group of a test in its name, by which the scheduler keeps those of one group together:
    pytest-xdist 3.8 writes it where pytest from 9.2 on does not look.
    """
    items.sort(key=_own_limit, reverse=True)
    for item in items:
        if (named := vars(item).get("_nodeid", item.nodeid)) != item.nodeid:
            item._id = NodeId.parse(named)


def _own_limit(item: pytest.Item) -> float:
    """Gives the seconds that the test's own mark allows it; 0 where the common limit is enough."""
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling | None:
    return Scheduling(config, log) if config.getvalue("dist") == "loadgroup" else None


class Scheduling(LoadGroupScheduling):  # type: ignore[misc]  # it has no types
    """Goes on when a worker has died.

    pytest-xdist 3.8 runs the test that killed it once more in the next worker, hands out what is done already
    and waits for it for ever, leaves a new worker waiting for a second test, and breaks off where one is to
    get tests that has not yet said which it knows (its issues 1189, 1323, 1327 and 1378, its pull request
    1371). The release that mends all of them makes this class needless.
    """

    @override
    def remove_node(self, node: WorkerController) -> str | None:
        work = self.assigned_work[node]
        unfinished = {scope: unit for scope, unit in work.items() if not all(unit.values())}
        crashed: str | None = None
        for unit in unfinished.values():
            crashed = next(test for test, done in unit.items() if not done)
            unit[crashed] = True
            break
        self.assigned_work[node] = {
            scope: unit for scope, unit in unfinished.items() if not all(unit.values())
        }
        super().remove_node(node)
        return crashed

    @override
    def schedule(self) -> None:
        super().schedule()
        for node in self.nodes:  # a worker begins a test when it knows the one after it
            self._reschedule(node)

    @override
    def _reschedule(self, node: WorkerController) -> None:
        if node in self.registered_collections:
            super()._reschedule(node)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController, error: object) -> None:
    """Ends what a worker that died has started, and removes its folders: its database server among them."""
    if not error:
        return
    run, worker = node.workerinput["testrunuid"], node.workerinput["workerid"]
    started = [process for process in psutil.process_iter() if _belongs(process, run, worker)]
    for process in started:
        _signal(process, signal.SIGTERM)
    for process in psutil.wait_procs(started, GOODBYE_SECONDS)[1]:
        _signal(process, signal.SIGKILL)
    for folder in left_by(run, worker):
        shutil.rmtree(folder, ignore_errors=True)


def _belongs(process: psutil.Process, run: str, worker: str) -> bool:
    """Returns whether it comes from that worker: by its environment, or, as database servers get none, by its
    data folder. One that has ended belongs to nobody.
    """
    try:
        environment = process.environ()
        return (environment.get(RUN), environment.get(WORKER)) == (run, worker) or any(
            is_of(argument, run, worker) for argument in process.cmdline()
        )
    except psutil.Error:
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
        process.send_signal(number)
