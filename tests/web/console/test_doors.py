"""A person comes in by a link that works once, or with a token, and goes out."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.console.conftest import Visitor, visitor
from web.access import sessions, tokens

SESSION = f"{sessions.PLAIN_COOKIE}="


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED_SECONDS", 0.0)


@pytest.fixture
def stranger(shared_api: Api) -> Visitor:
    return Visitor(shared_api.app.test_client())


def _link(api: Api, **given: object) -> str:
    with psycopg.connect(api.dsn) as conn:
        return sessions.link(conn, None, ["hr"], **given).secret  # type: ignore[arg-type]


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(stranger: Visitor, shared_api: Api) -> None:
    led = stranger.get("/objectives", as_of="2026-03-31")
    assert (led.status_code, led.headers["Location"]) == (
        302,
        "/sign-in?next=%2Fobjectives%3Fas_of%3D2026-03-31",
    )
    door = stranger.client.get(led.headers["Location"])
    assert (door.status_code, "<h1>Sign in</h1>" in door.text) == (200, True)
    assert 'value="/objectives?as_of=2026-03-31"' in door.text

    arrived = stranger.post(
        "/sign-in", token=token(shared_api.dsn, "hr"), next="/objectives?as_of=2026-03-31"
    )
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/objectives?as_of=2026-03-31")
    assert stranger.client.get(arrived.headers["Location"]).status_code == 200


def test_a_link_is_spent_by_the_button_and_only_once(stranger: Visitor, shared_api: Api) -> None:
    secret = _link(shared_api)
    for _ in range(2):
        assert (
            "Sign in with this link" in stranger.get(f"/sign-in/link/{secret}").text
        )  # looked at, not spent
    arrived = stranger.post(f"/sign-in/link/{secret}")
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/")
    (kept,) = [each for each in arrived.headers.getlist("Set-Cookie") if each.startswith(SESSION)]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in kept.split(";")}
    assert stranger.get("/").status_code == 200

    other = Visitor(shared_api.app.test_client())
    refused = other.post(f"/sign-in/link/{secret}")
    assert (refused.status_code, "has been used" in refused.text) == (401, True)
    assert other.get("/").status_code == 302


@pytest.mark.parametrize("wrong", ["", "tl_guess", "x" * 9_000, "é", "a b"])
def test_what_is_no_token_is_refused_in_words(stranger: Visitor, wrong: str) -> None:
    refused = stranger.post("/sign-in", token=wrong)
    assert refused.status_code == 401
    assert "<title>Error: sign in" in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert SESSION not in str(refused.headers)
    assert wrong not in refused.text or not wrong


def test_a_link_that_is_over_or_revoked_and_a_token_of_a_program_do_not_sign_in(
    stranger: Visitor, shared_api: Api
) -> None:
    over, revoked = _link(shared_api, life=timedelta(seconds=-1)), _link(shared_api)
    with psycopg.connect(shared_api.dsn) as conn:
        conn.execute(
            "update access.tokens set revoked_at = now() where hash = %s", [tokens.link_digest(revoked)]
        )
    program = token(shared_api.dsn, "service", scopes=["objectives.*"])
    for wrong in (over, revoked, program, tokens.link_digest(revoked).hex()):
        assert stranger.post("/sign-in", token=wrong).status_code == 401
    assert stranger.post(f"/sign-in/link/{over}").status_code == 401


def test_a_link_is_no_token_and_a_session_is_no_link(stranger: Visitor, shared_api: Api) -> None:
    secret = _link(shared_api)
    for used in (secret, f"tl_{secret}"):
        answer = shared_api.app.test_client().get(
            "/api/v1/units", headers={"Authorization": f"Bearer {used}"}
        )
        assert answer.status_code == 401
    stranger.client.set_cookie(sessions.PLAIN_COOKIE, secret)
    assert stranger.get("/").status_code == 302


def test_a_session_of_a_token_ends_no_later_than_it(stranger: Visitor, shared_api: Api) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    stranger.post("/sign-in", token=token(shared_api.dsn, "hr", expires_at=soon))
    with psycopg.connect(shared_api.dsn) as conn:
        found = conn.execute(
            "select expires_at from access.tokens where idle is not null order by created_at desc limit 1"
        ).fetchone()
    assert found == (soon,)


def test_signing_out_ends_the_session(shared_api: Api) -> None:
    them = visitor(shared_api)
    secret = them.client.get_cookie(sessions.PLAIN_COOKIE)
    assert secret is not None
    out = them.post("/sign-out")
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    them.client.set_cookie(sessions.PLAIN_COOKIE, secret.value)
    assert them.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/link/x", "/sign-out", "/preferences"])
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_can_post_nothing_here(shared_api: Api, path: str, site: str) -> None:
    them = visitor(shared_api)
    assert them.post(path, site=site).status_code == 403
    assert them.get("/").status_code == 200
    for origin, status in (("http://localhost", 303), ("http://evil.example", 403), (None, 403)):
        headers = {} if origin is None else {"Origin": origin}
        assert them.client.post("/preferences", headers=headers).status_code == status


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil", "/a\nb", "evil"])
def test_no_door_leads_to_another_site(shared_api: Api, elsewhere: str) -> None:
    them = visitor(shared_api)
    for answer in (
        them.get("/sign-in", next=elsewhere),
        them.post("/preferences", next=elsewhere),
        them.post("/sign-in", token=token(shared_api.dsn, "hr"), next=elsewhere),
    ):
        assert (answer.status_code, "Location" in answer.headers) == (422, False)


def test_pages_take_nothing_from_elsewhere_and_are_not_kept(shared_api: Api) -> None:
    them = visitor(shared_api)
    for path in ("/", "/objectives", "/sign-in", "/objectives/5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11"):
        answer = them.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "style=" not in answer.text
        assert " on" not in {word[:3] for word in answer.text.split("<")}
    with them.get("/console/throughline.css") as kept:
        assert kept.headers["Cache-Control"] == "public, max-age=86400"


def test_coming_in_is_in_the_journal_with_who_and_how(stranger: Visitor, shared_api: Api) -> None:
    stranger.post(f"/sign-in/link/{_link(shared_api)}")
    stranger.post("/sign-in", token="tl_guess")
    with psycopg.connect(shared_api.dsn) as conn:
        rows = conn.execute("select kind, action, path from access.journal order by number").fetchall()
    assert ("administration", "console.spend_link", "/sign-in") in rows
    assert "sign_in" in {action for kind, action, _ in rows if kind == "refusal"}
