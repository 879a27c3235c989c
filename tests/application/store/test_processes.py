"""A process of a test that ends without a word fails the test at once, and holds nothing up."""

import os
import signal
from time import monotonic
from typing import Any

import pytest

from tests.application.store.processes import in_processes


def be_killed(_seat: int, _barrier: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_is_missed_at_once() -> None:
    began = monotonic()
    with pytest.raises(AssertionError, match="ended with -9"):
        in_processes(1, be_killed, patience=100)
    assert monotonic() - began < 50
