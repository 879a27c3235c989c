"""People sign in by the provider with a browser, and their session ends when it should."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.conftest import copied
from tests.web.api import Api
from tests.web.conftest import token
from tests.web.signin.house import EMPLOYEE, House
from tests.web.signin.login import CLIENT, Browser, Login
from tests.web.signin.provider import openid_provider, rsa
from web.access import sessions, tokens
from web.signin.routes import ATTEMPT
from web.wiring import EXTENSION

UNITS, ADMIN = "/api/v1/units", {"realm_access": {"roles": ["administrator"]}}
UNIT = {"name": "Sales", "kind": "department"}
SAME = {"Sec_Fetch_Site": "same-origin"}


@pytest.fixture(scope="module")
def house(server: str) -> Iterator[House]:
    name = f"sessions_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as conn, openid_provider() as provider:
        copied(conn, name)
        house = House(make_conninfo(server, dbname=name), provider, CLIENT)
        Login(provider, EMPLOYEE)
        yield house
        house.app.extensions[EXTENSION].close()
        conn.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED_SECONDS", 0.0)


@pytest.fixture
def login(house: House) -> Login:
    return Login(house.provider, {**EMPLOYEE, **ADMIN})


@pytest.fixture
def browser(house: House, login: Login) -> Browser:
    return Browser(house, login)


def _change(house: House, statement: str) -> None:
    with psycopg.connect(house.dsn) as conn:
        conn.execute(statement.encode())


def test_a_person_signs_in_and_acts_as_themselves(house: House, browser: Browser) -> None:
    assert browser.get(UNITS).status_code == 401
    arrived = browser.sign_in("/api/docs?a=b")

    assert (arrived.status_code, arrived.headers["Location"]) == (302, "/api/docs?a=b")
    assert arrived.headers["Cache-Control"] == "no-store"
    (kept,) = [each for each in arrived.headers.getlist("Set-Cookie") if f"{sessions.COOKIE}=" in each]
    parts = {part.strip() for part in kept.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert browser.cookie(ATTEMPT) is None
    assert browser.get(UNITS).status_code == 200

    made = browser.post(UNITS, UNIT, **SAME).json
    assert made is not None
    with psycopg.connect(house.dsn) as conn:
        actor = conn.execute(
            "select convert_from(state, 'UTF8')::json ->> 'actor' from store.events where originator_id = %s",
            [made["id"]],
        ).fetchone()
        noted = conn.execute(
            "select actor, kind, token_id is null from access.journal where action = 'signin.callback'"
        ).fetchall()
    assert actor == (f"person:{house.ana}",)
    assert noted[-1] == (f"person:{house.ana}", "administration", False)


def test_the_cookie_is_kept_as_a_hash_and_is_no_token(house: House, browser: Browser) -> None:
    browser.sign_in()
    secret = browser.cookie(sessions.COOKIE)
    assert secret is not None
    with psycopg.connect(house.dsn) as conn:
        assert secret not in str(conn.execute("select t::text from access.tokens t").fetchall())

    assert house.status(secret) == 401
    browser.client.set_cookie(sessions.COOKIE, token(house.dsn, "admin"), domain="objectives.example.org")
    assert browser.get(UNITS).status_code == 401


def test_signing_in_again_takes_the_place_of_the_session(house: House, browser: Browser) -> None:
    browser.sign_in()
    first = browser.cookie(sessions.COOKIE)
    browser.sign_in()
    assert first is not None
    assert browser.get(UNITS).status_code == 200
    assert browser.cookie(sessions.COOKIE) != first
    browser.client.set_cookie(sessions.COOKIE, first, domain="objectives.example.org")
    assert browser.get(UNITS).status_code == 401


def test_signing_out_ends_the_session_here_and_not_in_the_browser_alone(browser: Browser) -> None:
    browser.sign_in()
    secret = browser.cookie(sessions.COOKIE)
    assert secret is not None
    assert browser.post("/signout", Sec_Fetch_Site="cross-site").status_code == 403
    assert browser.get(UNITS).status_code == 200

    assert browser.post("/signout", **SAME).status_code == 204
    assert browser.cookie(sessions.COOKIE) is None
    browser.client.set_cookie(sessions.COOKIE, secret, domain="objectives.example.org")
    assert browser.get(UNITS).status_code == 401
    assert browser.post("/signout", **SAME).status_code == 204


@pytest.mark.parametrize(
    "change",
    [
        "set last_used_at = clock_timestamp() - interval '61 minutes'",
        "set last_used_at = null, created_at = clock_timestamp() - interval '61 minutes'",
        "set expires_at = clock_timestamp()",
        "set revoked_at = clock_timestamp()",
    ],
)
def test_a_session_ends_by_its_time_or_by_whoever_ends_it(
    house: House, browser: Browser, change: str
) -> None:
    browser.sign_in()
    assert browser.get(UNITS).status_code == 200
    _change(house, f"update access.tokens {change} where idle is not null")
    assert browser.get(UNITS).status_code == 401


def test_sessions_are_among_the_tokens_that_are_listed(house: House, browser: Browser) -> None:
    _change(house, "update access.tokens set revoked_at = clock_timestamp() where idle is not null")
    browser.sign_in()
    with psycopg.connect(house.dsn) as conn:
        (listed,) = [each for each in tokens.listed(conn) if each["name"] == sessions.NAME]
        assert (listed["person_id"], listed["roles"]) == (house.ana, ["admin"])
        assert tokens.revoke(conn, UUID(listed["id"]))
    assert browser.get(UNITS).status_code == 401


def test_whoever_leaves_is_signed_out(house: House, login: Login) -> None:
    unit = house.admin.unit()
    person = house.person(unit, "Lea Leaving", external_id="HR-20")
    house.admin.project()
    login.who = {"employee_number": "HR-20"}
    browser = Browser(house, login)
    browser.sign_in()
    assert browser.get(UNITS).status_code == 200
    house.admin.done(f"/people/{person}/departure", {"effective_on": "2026-01-31", "reason": "left"})
    house.admin.project()
    assert browser.get(UNITS).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, 201),
        ({"Sec_Fetch_Site": "same-origin", "Origin": CLIENT.public_url}, 201),
        ({"Origin": CLIENT.public_url}, 201),
        ({}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "none"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Origin": CLIENT.public_url}, 403),
        ({"Origin": "https://evil.example.org"}, 403),
        ({"Origin": "https://objectives.example.org.evil.org"}, 403),
        ({"Origin": "http://objectives.example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": f"{CLIENT.public_url}/"}, 403),
    ],
)
def test_another_site_cannot_make_a_browser_change_anything(
    browser: Browser, headers: dict[str, str], status: int
) -> None:
    browser.sign_in()
    assert browser.post(UNITS, UNIT, **headers).status_code == status


def test_a_token_goes_before_a_cookie(house: House, browser: Browser) -> None:
    browser.sign_in()
    bearer = {"Authorization": f"Bearer {token(house.dsn, 'admin')}"}
    assert browser.post(UNITS, UNIT, **bearer).status_code == 201
    assert browser.post(UNITS, UNIT, Authorization="Bearer tl_guess", **SAME).status_code == 401


def _id_token(**said: Any) -> Callable[[Browser], str]:
    def forge(browser: Browser) -> str:
        browser.login.said = said
        return browser.led_back()

    return forge


def _header(**header: Any) -> Callable[[Browser], str]:
    def forge(browser: Browser) -> str:
        browser.login.header = header
        return browser.led_back()

    return forge


def _who(**who: Any) -> Callable[[Browser], str]:
    def forge(browser: Browser) -> str:
        browser.login.who = who
        return browser.led_back()

    return forge


def _back(old: str, new: str) -> Callable[[Browser], str]:
    return lambda browser: browser.led_back().replace(old, new)


def _of_another_browser(browser: Browser) -> str:
    """The victim is led to where the attacker's own sign-in leads back."""
    browser.led_back()
    return Browser(browser.house, browser.login).led_back()


def _code_of_another(browser: Browser) -> str:
    other = Browser(browser.house, browser.login).led_back()
    code = other.partition("code=")[2].partition("&")[0]
    own = browser.led_back()
    return own.replace(own.partition("code=")[2].partition("&")[0], code)


def _without_attempt(browser: Browser) -> str:
    path = browser.led_back()
    browser.client.delete_cookie(ATTEMPT, domain="objectives.example.org")
    return path


def _made_up_attempt(browser: Browser) -> str:
    path = browser.led_back()
    browser.client.set_cookie(ATTEMPT, "e30=", domain="objectives.example.org")
    return path


def _used(browser: Browser) -> str:
    path = browser.led_back()
    attempt = browser.cookie(ATTEMPT)
    assert browser.get(path).status_code == 302
    assert attempt is not None
    assert browser.post("/signout", **SAME).status_code == 204
    browser.client.set_cookie(ATTEMPT, attempt, domain="objectives.example.org")
    return path


def _by_another_key(browser: Browser) -> str:
    browser.login.key = rsa("first")
    return browser.led_back()


def _told_of_another(browser: Browser) -> str:
    browser.login.told = {"sub": "ben"}
    return browser.led_back()


REFUSED: dict[str, Callable[[Browser], str]] = {
    "no attempt": lambda _: "/signin/callback?code=code-0&state=x",
    "without the browser's own attempt": _without_attempt,
    "a made-up attempt": _made_up_attempt,
    "another browser's way back": _of_another_browser,
    "the code of another attempt": _code_of_another,
    "a code that was used": _used,
    "another state": _back("state=", "state=x"),
    "no state": _back("state=", "stale="),
    "no code": _back("code=", "cod="),
    "the provider says no": _back("code=", "error=access_denied&cod="),
    "another issuer's answer": _back("iss=", "iss=https%3A%2F%2Fevil.example.org&was="),
    "an answer of no issuer": _back("iss=", "was="),
    "another nonce": _id_token(nonce="x"),
    "no nonce": _id_token(nonce=None),
    "an id token of another client": _id_token(aud="wiki"),
    "an id token of two clients": _id_token(aud=[CLIENT.id, "wiki"]),
    "an id token for another party": _id_token(azp="wiki"),
    "an id token of another issuer": _id_token(iss="https://evil.example.org"),
    "an id token that has ended": _id_token(iat=1_700_000_000, exp=1_700_000_300),
    "an access token instead": _header(typ="at+jwt"),
    "an unknown key": _header(kid="x"),
    "a key named in the token": _header(jku="https://evil.example.org/keys"),
    "another key under the same id": _by_another_key,
    "what is told of another subject": _told_of_another,
    "nobody": _who(),
    "an unknown person": _who(employee_number="HR-404"),
    "somebody who has left": _who(employee_number="HR-9"),
    "an address that nobody verified": _who(email="ben.roth@example.org"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_sign_in_that_is_not_the_person_s_own_is_refused(browser: Browser, name: str) -> None:
    answer = browser.get(REFUSED[name](browser))

    assert answer.status_code == 401, answer.text
    assert answer.json is not None
    assert answer.json["detail"] == "this sign-in is not valid; begin again at /signin"
    assert browser.cookie(sessions.COOKIE) is None
    assert browser.get(UNITS).status_code == 401


def test_a_refused_sign_in_is_noted(browser: Browser) -> None:
    path, address = _back("state=", "state=x")(browser), "192.0.2.77"
    browser.client.get(path, base_url=CLIENT.public_url, environ_base={"REMOTE_ADDR": address})
    with psycopg.connect(browser.house.dsn) as conn:
        noted = conn.execute(
            "select actor, path, detail from access.journal where address = %s", [address]
        ).fetchall()
    assert noted == [("nobody", "/signin/callback", "not-believed")]


@pytest.mark.parametrize(
    "next",
    [
        "",
        "https://evil.example.org",
        "//evil.example.org",
        "/\\evil.example.org",
        "evil",
        "/a\r\nb",
        "/ä",
        "/" * 2,
    ],
)
def test_signing_in_leads_to_a_path_of_this_service_alone(browser: Browser, next: str) -> None:
    answer = browser.client.get("/signin", query_string={"next": next})
    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["pointer"] for error in answer.json["errors"]] == ["?next"]


def test_an_attempt_to_sign_in_ends(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    path = browser.led_back()
    monkeypatch.setattr("web.signin.code_flow.ATTEMPT_SECONDS", 0)
    assert browser.get(path).status_code == 401


def test_a_provider_that_fails_is_a_problem_of_its_own(browser: Browser) -> None:
    path = browser.led_back()
    browser.login.provider.pages["/token"] = lambda *_: (500, b"", {})
    answer = browser.get(path)
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["type"] == "/problems/provider-unavailable"


def test_the_document_says_that_there_are_sessions(browser: Browser) -> None:
    document = browser.get("/api/v1/openapi.json").json
    assert document is not None
    assert document["components"]["securitySchemes"]["session"] == {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-throughline",
    }


def test_without_a_client_there_is_nowhere_to_sign_in(api: Api) -> None:
    for path in ("/signin", "/signin/callback"):
        answer = api.app.test_client().get(path, headers={"Authorization": f"Bearer {api.token}"})
        assert answer.status_code == 404
