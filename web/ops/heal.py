"""A health check for containers, `python -m web.ops.heal URL`: fails while the URL is not answered, and ends
the service when it was not several times in a row, so that whoever looks after the container starts it again.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

SERVICE = 1
"""The service is the first process of its container."""
PATIENCE = 6
TIMEOUT_SECONDS = 5


def main(url: str, failures: Path) -> int:
    """The exit code. `failures` is the file in which they are counted."""
    try:
        urlopen(url, timeout=TIMEOUT_SECONDS).close()  # noqa: S310 - an address of this container
    except OSError:
        count = int(failures.read_text()) + 1 if failures.exists() else 1
        failures.write_text(str(count))
        if count >= PATIENCE:
            failures.unlink()
            os.kill(SERVICE, signal.SIGTERM)
        return 1
    failures.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(tempfile.gettempdir(), "throughline-not-answered")))
