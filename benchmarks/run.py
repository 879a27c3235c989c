"""Runs the benchmarks, prints their table and keeps it in benchmarks/RESULTS.md.

`python -m benchmarks.run` runs all of them; `python -m benchmarks.run start` runs one and only prints it.
`BENCH_EVENTS` shortens the longest log for a quick try; a million events take some minutes to take in.
"""

import importlib
import sys
from pathlib import Path

from benchmarks.figures import machine, table

# Each is a module here with `measure() -> list[Figure]`; the value is its title.
BENCHMARKS = {
    "start": "Start",
    "answers": "Answers over HTTP",
    "rights": "The same answers, told to whom not everything is told",
    "pages": "Pages of the console",
    "saving": "Saving whole aggregates",
    "commands": "Commands over HTTP",
    "importing": "Import of a plan folder",
    "visible": "From write to visible",
    "catch_up": "Catching up and rebuilding",
    "as_of": "Past dates, long histories, and row versions beside them",
    "archive": "A million events: audit trail, health over time, exports",
    "memory": "Memory",
}
RESULTS = Path(__file__).parent / "RESULTS.md"


def main(chosen: list[str]) -> int:
    unknown = set(chosen) - BENCHMARKS.keys()
    if unknown:
        print(
            f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}", file=sys.stderr
        )
        return 2
    parts = [f"# Results\n\nMedians of one run. {machine()}.\n"]
    for name in chosen or BENCHMARKS:
        figures = importlib.import_module(f"benchmarks.{name}").measure()
        parts.append(table(BENCHMARKS[name], figures))
        print(parts[-1])
    if not chosen:
        RESULTS.write_text("\n".join(parts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
