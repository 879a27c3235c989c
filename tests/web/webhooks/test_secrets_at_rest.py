"""The database alone does not tell the secrets of webhooks, and they outlive a change of the key."""

import stat
from base64 import b64decode
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import scalar_row

from tests.web.keys import KEY, KEYS, OTHER_KEY, OTHER_KEYS
from tests.web.webhooks.conftest import Clock, Hooks, sending
from tests.web.webhooks.receiver import Receiver, eventually, verify
from web.keys import BadKeys, Keys, Unreadable, keys_in, keys_of
from web.ops.settings import Settings, SettingsError
from web.wiring import prepare

TABLES = """
    select format('%I.%I', table_schema, table_name) from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
"""
BEFORE = (
    "update webhooks.subscriptions set secret = %s, former_secret = %s, former_until = now() + interval '1 h'"
)


def _plain(hook: Any) -> bytes:
    return b64decode(hook["secret"].removeprefix("whsec_"))


def _everything(dsn: str) -> str:
    """Every row of every table, as text."""
    with psycopg.connect(dsn) as conn, conn.cursor(row_factory=scalar_row) as cursor:
        tables = cursor.execute(TABLES).fetchall()
        assert "webhooks.subscriptions" in tables
        return "\n".join(
            row for table in tables for row in cursor.execute(f"select t::text from {table} t".encode())
        )


def test_no_secret_is_in_the_database_in_plain(hooks: Hooks, dsn: str, receiver: Receiver) -> None:
    made = [hooks.create(receiver.url(f"/{number}")) for number in range(3)]
    made += [hooks.do(hook, "rotation") for hook in made]

    there = _everything(dsn)

    for hook in made:
        for form in (_plain(hook).hex(), hook["secret"], hook["secret"].removeprefix("whsec_")):
            assert form not in there
    assert KEY not in there
    assert KEYS.keys[0].hex() not in there


def test_what_was_kept_in_plain_is_encrypted_by_the_next_start_and_goes_on_signing(
    hooks: Hooks, dsn: str, receiver: Receiver, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    former = bytes(range(32))
    with psycopg.connect(dsn) as conn:
        conn.execute(BEFORE, [_plain(hook), former])
    assert former.hex() in _everything(dsn)

    prepare(dsn, keys=lambda: KEYS)

    there = _everything(dsn)
    assert former.hex() not in there
    assert _plain(hook).hex() not in there
    with sending(dsn, clock):
        hooks.api.unit()
        receiver.take(1)
    verify(hook["secret"], receiver.received[0].headers, receiver.received[0].body)


def test_a_new_key_takes_the_place_of_the_old_one(
    hooks: Hooks, dsn: str, receiver: Receiver, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    rotated = hooks.do(hook, "rotation")
    prepare(dsn, keys=lambda: keys_of(f"{OTHER_KEY}, {KEY}"))

    with sending(dsn, clock, OTHER_KEYS):
        hooks.api.unit()
        receiver.take(1)
    for secret in (hook["secret"], rotated["secret"]):
        verify(secret, receiver.received[0].headers, receiver.received[0].body)
    prepare(dsn, keys=lambda: OTHER_KEYS)
    with pytest.raises(SettingsError, match="THROUGHLINE_SECRET_KEY must hold the key"):
        prepare(dsn, keys=lambda: KEYS)


def test_without_the_key_nothing_is_sent_and_the_report_tells_no_more(
    hooks: Hooks, dsn: str, receiver: Receiver, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    with sending(dsn, clock, OTHER_KEYS):
        hooks.api.unit()
        eventually(lambda: hooks.attempts(hook, 1) == 1)
    (delivery,) = hooks.deliveries(hook)
    assert (delivery["status"], delivery["error"], receiver.received) == ("pending", "it cannot be sent", [])


def test_a_secret_opens_only_as_that_of_its_own_webhook() -> None:
    one, other = f"webhook {UUID(int=1)}", f"webhook {UUID(int=2)}"
    sealed = KEYS.seal(b"secret", one)
    assert KEYS.open(sealed, one) == b"secret"
    assert KEYS.seal(b"secret", one) != sealed
    for about, kept in (
        (other, sealed),
        (one, sealed[:-1] + b"\0"),
        (one, sealed[:20]),
        (one, b""),
        (one, b"x" * 32),
    ):
        with pytest.raises(Unreadable) as refused:
            KEYS.open(kept, about)
        assert str(refused.value) == f"no key that is set opens the secret of {about}"
    assert "bytes" not in repr(KEYS)


def test_a_data_folder_has_a_key_of_its_own_that_is_nobody_elses(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path / "data").keys

    assert Settings(data_dir=tmp_path / "data").keys == first
    assert Settings(data_dir=tmp_path / "other").keys != first
    file = tmp_path / "data" / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["secret.key"]
    file.chmod(0o640)
    with pytest.raises(SettingsError, match=r"secret.key must be its owner's alone"):
        _ = Settings(data_dir=tmp_path / "data").keys


def test_a_folder_that_cannot_keep_a_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=f"THROUGHLINE_SECRET_KEY is not set, and {tmp_path}/file cannot"):
        _ = Settings(data_dir=tmp_path / "file").keys
    with pytest.raises(OSError, match="file"):
        keys_in(tmp_path / "file")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "Base64 of 32"),
        ("secret", "Base64 of 32"),
        ("A" * 43 + "=", "too weak"),
        ("AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=", "too weak"),
        (KEY[:-4], "Base64 of 32"),
        (f"{KEY},", "Base64 of 32"),
        (f"{KEY},weak", "Base64 of 32"),
        (f"{KEY[:10]} {KEY[10:]}", "Base64 of 32"),
    ],
)
def test_a_key_that_was_not_drawn_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(BadKeys, match=wrong) as refused:
        keys_of(text)
    assert text == "" or text not in str(refused.value)


def test_keys_are_taken_in_both_forms_of_base64() -> None:
    key = bytes(range(200, 232))
    assert keys_of("yMnKy8zNzs_Q0dLT1NXW19jZ2tvc3d7f4OHi4-Tl5uc=") == Keys([key])
    assert keys_of("yMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5uc=") == Keys([key])
