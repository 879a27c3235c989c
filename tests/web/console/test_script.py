"""The script of the console is small, and needs nothing that the policy of the pages forbids."""

import gzip
import re
from pathlib import Path

import web.console

SCRIPT = Path(web.console.__file__).parent / "static" / "console.js"
MOST = 3_072
"""So many bytes it may be, compressed."""


def test_the_script_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) <= MOST


def test_the_script_makes_no_code_of_text_and_asks_no_other_server() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"\beval\b|Function\(|innerHTML|insertAdjacentHTML|document\.write|https?:", text)
