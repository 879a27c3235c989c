"""What a benchmark hands over, and the table that is made of it."""

import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from os import cpu_count


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `beside` says what it is compared with in the same run, `ratio` how."""

    what: str
    value: float
    unit: str
    beside: str = ""
    ratio: float | None = None


def median_ms(call: Callable[[], object], times: int) -> float:
    """The median of so many calls, after one that does not count."""
    call()
    return statistics.median(_milliseconds(call) for _ in range(times))


def medians_in_turns(calls: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The same of several calls that take turns, so that what else the machine does befalls all of them."""
    for call in calls.values():
        call()
    rounds = [{name: _milliseconds(call) for name, call in calls.items()} for _ in range(times)]
    return {name: statistics.median(each[name] for each in rounds) for name in calls}


def table(title: str, figures: Sequence[Figure]) -> str:
    """A section in Markdown."""
    lines = [f"## {title}", "", "| what | value | unit | beside | ratio |", "|---|---:|---|---|---:|"]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        lines.append(f"| {figure.what} | {figure.value:,.1f} | {figure.unit} | {figure.beside} | {ratio} |")
    return "\n".join([*lines, ""])


def machine() -> str:
    """One line that says what the figures were measured on."""
    system = f"{cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"{system}, Python {platform.python_version()}, psycopg {version('psycopg')}"


def _milliseconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000
