"""The certified OpenID provider of npm signs people and a program in: nobody here wrote what it answers."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import orjson
import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg.conninfo import make_conninfo

from tests.conftest import copied
from tests.web.signin.house import House
from tests.web.signin.login import CLIENT
from tests.web.signin.provider import AUDIENCE, OpenIDProvider
from web.access import sessions
from web.signin.code_flow import CALLBACK
from web.wiring import EXTENSION

PACKAGE = "oidc-provider@8.8.1"
SCRIPT = Path(__file__).with_name("certified.mjs")
pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    """The issuer of a provider that runs as long as this lasts."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        issuer = f"http://127.0.0.1:{free.getsockname()[1]}"
    arguments = [str(folder), issuer, CLIENT.public_url + CALLBACK, AUDIENCE]
    with subprocess.Popen(["node", str(SCRIPT), *arguments], stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        try:
            assert node.stdout.readline() == "listening\n"
            yield issuer
        finally:
            node.kill()


@pytest.fixture(scope="module")
def house(server: str, pytestconfig: pytest.Config) -> Iterator[House]:
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("oidc-provider")
    subprocess.run(
        ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    name = f"certified_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as conn, _running(folder) as issuer:
        copied(conn, name)
        house = House(make_conninfo(server, dbname=name), OpenIDProvider(issuer), CLIENT)
        yield house
        house.app.extensions[EXTENSION].close()
        conn.execute(f"drop database {name} with (force)".encode())


class Person:
    """A person with a browser at the provider, which keeps its cookies."""

    def __init__(self, issuer: str) -> None:
        self.host = urlsplit(issuer).netloc
        self.cookies = SimpleCookie()

    def ask(self, method: str, url: str, form: dict[str, str] | None = None) -> tuple[str | None, str]:
        """(where it leads, its page)."""
        parts = urlsplit(url)
        headers = {"Cookie": "; ".join(f"{name}={each.value}" for name, each in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection(self.host, timeout=20)) as connection:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, urlencode(form or {}), headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self.cookies.load(value)
            return answer.getheader("Location"), answer.read().decode()

    def led_back(self, url: str, who: str) -> str:
        """Signs in as `who` and agrees, until the provider leads back to the service."""
        where: str | None = url
        for _ in range(10):
            assert where is not None
            if where.startswith(CLIENT.public_url):
                return where.removeprefix(CLIENT.public_url)
            where, page = self.ask("GET", where)
            if where is None:
                (prompt,) = re.findall(r'name="prompt" value="(\w+)"', page)
                (action,) = re.findall(r'<form[^>]* action="([^"]+)"', page)
                login = {"login": who, "password": "x"} if prompt == "login" else {}
                where, _ = self.ask("POST", action, {"prompt": prompt, **login})
        raise AssertionError("the provider does not lead back")


def _signed_in(house: House, who: str) -> tuple[FlaskClient, Any, str]:
    client = house.app.test_client()
    leaving = client.get("/signin?next=/api/docs", base_url=CLIENT.public_url)
    back = Person(house.provider.issuer).led_back(leaving.headers["Location"], who)
    return client, client.get(back, base_url=CLIENT.public_url), back


@pytest.mark.parametrize(("who", "name"), [("ana", "Ana Ruiz"), ("ben", "Ben Roth")])
def test_people_sign_in(house: House, who: str, name: str) -> None:
    client, arrived, back = _signed_in(house, who)

    assert (arrived.status_code, arrived.headers["Location"]) == (302, "/api/docs"), arrived.text
    people = client.get("/api/v1/people", base_url=CLIENT.public_url).json
    assert people is not None
    assert name in [person["name"] for person in people["items"]]
    same = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/signout", base_url=CLIENT.public_url, headers=same).status_code == 204
    assert client.get("/api/v1/people", base_url=CLIENT.public_url).status_code == 401
    assert client.get(back, base_url=CLIENT.public_url).status_code == 401  # the code was used


@pytest.mark.parametrize("who", ["gil", "eve", "nobody"])
def test_whoever_is_nobody_here_does_not(house: House, who: str) -> None:
    client, refused, _ = _signed_in(house, who)
    assert refused.status_code == 401
    assert client.get_cookie(sessions.COOKIE, "objectives.example.org") is None


def test_a_program_calls_with_its_token(house: House) -> None:
    form = {"grant_type": "client_credentials", "client_id": "payroll", "client_secret": "another secret"}
    _, answer = Person(house.provider.issuer).ask("POST", "/token", form)
    token = orjson.loads(answer)["access_token"]

    assert (house.status(token, "/people"), house.status(token, "/units")) == (200, 403)
    assert house.status(token[:-8] + "AAAAAAAA", "/people") == 401
