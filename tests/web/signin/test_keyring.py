"""Keys are asked for when they are needed, and not more often than they may be."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from typing import Any

import pytest

from tests.web.signin.provider import OpenIDProvider, rsa
from web.signin.asking import ProviderUnavailable
from web.signin.keyring import KEPT_SECONDS, MOST_WAITING, PAUSE_SECONDS, WAIT_SECONDS, Keyring


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def _keyring(provider: OpenIDProvider) -> tuple[Keyring, Clock]:
    def ask(url: str) -> tuple[int, bytes]:
        status, body, _ = provider.answer(url.removeprefix(provider.issuer), b"", {})
        return status, body

    clock = Clock()
    return Keyring(provider.issuer, ask, clock), clock


@pytest.fixture
def provider() -> OpenIDProvider:
    return OpenIDProvider("https://id.example.org")


def test_a_key_that_is_new_is_asked_for_and_one_that_was_withdrawn_is_forgotten(
    provider: OpenIDProvider,
) -> None:
    keyring, clock = _keyring(provider)
    assert keyring.key("first") is not None
    provider.published = [rsa("second").as_dict(private=False)]
    clock.now += PAUSE_SECONDS

    assert keyring.key("second") is not None
    assert keyring.key("first") is None


def test_unknown_keys_ask_the_provider_once_in_a_while(provider: OpenIDProvider) -> None:
    keyring, clock = _keyring(provider)
    for number in range(1_000):
        assert keyring.key(f"guess {number}") is None
    assert len(provider.asked) == 2
    clock.now += PAUSE_SECONDS
    for number in range(1_000):
        assert keyring.key(f"guess {number}") is None
    assert len(provider.asked) == 4


def test_keys_serve_for_a_while_without_the_provider_and_then_no_longer(provider: OpenIDProvider) -> None:
    keyring, clock = _keyring(provider)
    assert keyring.key("first") is not None
    provider.about = {"issuer": "https://evil.example.org"}
    clock.now += KEPT_SECONDS - 1
    assert keyring.key("first") is not None
    clock.now += 1
    with pytest.raises(ProviderUnavailable):
        keyring.key("first")


def test_made_up_keys_and_a_slow_provider_hold_up_nobody_else(provider: OpenIDProvider) -> None:
    answers, asked = Event(), Event()

    def ask(url: str) -> tuple[int, bytes]:
        if asked.is_set():
            assert answers.wait(20)
        status, body, _ = provider.answer(url.removeprefix(provider.issuer), b"", {})
        return status, body

    clock = Clock()
    keyring = Keyring(provider.issuer, ask, clock)
    assert keyring.key("first") is not None
    asked.set()
    clock.now += PAUSE_SECONDS
    with ThreadPoolExecutor(20) as threads:
        guesses = [threads.submit(keyring.key, f"guess {number}") for number in range(20)]
        done, waiting = wait(guesses, timeout=WAIT_SECONDS / 2)
        assert keyring.key("first") is not None
        assert (len(done), len(waiting)) == (20 - MOST_WAITING, MOST_WAITING)
        answers.set()
    assert [guess.result() for guess in guesses] == [None] * 20


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("about", {"issuer": "https://id.example.org/"}),
        ("about", {"issuer": "https://id.example.org", "jwks_uri": "http://id.example.org/keys"}),
        ("about", {"issuer": "https://id.example.org", "jwks_uri": "file:///etc/keys"}),
        ("about", {"issuer": "https://id.example.org"}),
        ("about", []),
        ("published", "keys"),
        ("published", [{}] * 101),
    ],
)
def test_a_provider_that_cannot_be_believed_is_not(provider: OpenIDProvider, name: str, said: Any) -> None:
    setattr(provider, name, said)
    keyring, _ = _keyring(provider)
    with pytest.raises(ProviderUnavailable):
        keyring.key("first")
