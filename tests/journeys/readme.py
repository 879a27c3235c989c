"""A page as something to run: the blocks of its sections, in order."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Block:
    """A fenced block: `language` is `sh`, or `json` or `text` for what the block before it prints last."""

    language: str
    text: str


def section(page: str, title: str) -> list[Block]:
    """The fenced blocks of a page below a heading of the second level."""
    text = (ROOT / page).read_text(encoding="utf-8")
    body = re.split(r"^## ", text.split(f"\n## {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    return [
        Block(language, block)
        for language, block in re.findall(r"^```(\w+)\n(.*?)^```$", body, re.DOTALL | re.MULTILINE)
    ]
