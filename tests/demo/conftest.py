"""One demo for all the tests that ask it, served as its users get it."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

import orjson
import pytest

from tests.web.serve.processes import data_folder, service

PEOPLE = 70


@dataclass(frozen=True)
class Demo:
    """`commands` are the printed ones, in order: the auditor's, HR's and the client program's; `links` those
    that sign in, by visitor; `cookies`: the browsers of those who have come.
    """

    url: str
    token: str
    commands: list[str]
    data_dir: Path
    links: dict[str, str]
    cookies: dict[str, Any] = field(default_factory=dict)

    def get(self, path: str) -> Any:
        """The answer to a query."""
        return self.paste(f"curl -s -H 'Authorization: Bearer {self.token}' '{self.url}/api/v1/{path}'")[0]

    def done(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a command."""
        data = quote(orjson.dumps(body).decode())
        told = f"-H 'Authorization: Bearer {self.token}' -H 'Content-Type: application/json'"
        return self.paste(f"curl -s {told} --data {data} '{self.url}/api/v1/{path}'")[0]

    def paste(self, command: str) -> list[Any]:
        """What the command prints in a shell: JSON documents."""
        shell = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True
        )
        assert shell.stderr == ""
        return [orjson.loads(line) for line in shell.stdout.splitlines() if line]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    log = tmp_path_factory.mktemp("demo") / "log"
    options = ("--port", "0", "--seed", "7", "--people", str(PEOPLE))
    with (
        data_folder() as data_dir,
        service("demo", *options, "--data-dir", str(data_dir), log=log) as running,
    ):
        url = running.url()
        text = ""
        while "Ctrl-C" not in text:
            text += running.stdout.readline()
        tokens = re.findall(r"^    (tl_\S+)$", text, re.MULTILINE)
        commands = re.findall(r"^    curl.*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)
        links = dict(re.findall(r"^    (\w+) +(http\S+/sign-in/link/\S+)$", text, re.MULTILINE))
        yield Demo(url, tokens[0], commands, data_dir, links)
