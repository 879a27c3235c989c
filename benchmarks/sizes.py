"""How many events the long log of a benchmark has: a million, or what `BENCH_EVENTS` says for a quick try."""

import os

LONG = int(os.environ.get("BENCH_EVENTS", "1000000"))
