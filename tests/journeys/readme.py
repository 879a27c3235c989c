"""A page as something to run: the blocks of its sections, in order."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
END_OF_BLOCK = "=== the end of a block of the page ==="
PORT_OF_THE_README = "127.0.0.1:8080"
PEOPLE = 70


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


def outputs(blocks: list[Block], folder: Path, address: str) -> list[str]:
    """What each sh block prints; fails at the first command that does."""
    script = "\n".join(f"{block.text}\necho '{END_OF_BLOCK}'" for block in blocks if block.language == "sh")
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(PORT_OF_THE_README, address)],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.split(f"{END_OF_BLOCK}\n")[:-1]
