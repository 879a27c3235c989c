"""The parts that need no receiver: addresses, signatures, topics."""

import hmac
from base64 import b64decode

import pytest

from tests.event_classes import event_classes, own_topic
from web.topics import matching, withheld
from web.webhooks import signing
from web.webhooks.address import Address, BadAddress, parse


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org", Address(True, "example.org", 443, "/")),
        ("https://Example.org:8443/a/b?c=d&e", Address(True, "example.org", 8443, "/a/b?c=d&e")),
        ("https://example.org?x=%2F", Address(True, "example.org", 443, "/?x=%2F")),
        ("https://10.0.0.1/@me", Address(True, "10.0.0.1", 443, "/@me")),
        ("http://localhost:8080/", Address(False, "localhost", 8080, "/")),
        ("http://127.1.2.3/", Address(False, "127.1.2.3", 80, "/")),
        ("http://[::1]:81/", Address(False, "::1", 81, "/")),
        ("HTTPS://example.org/", Address(True, "example.org", 443, "/")),
    ],
)
def test_a_url_that_events_may_be_posted_to(url: str, address: Address) -> None:
    assert parse(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://:443/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://@example.org/",
        "https://example.org/#part",
        "https://example.org/#",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/\r\nHost: other",
        "https://exämple.org/",
        "https://example.org\\@other.org/",
        "https://[::1/",
        "https://[::::]/",
        "https://a..b/",
        "https://.org/",
        "https://-a.org/",
        "https://" + "a" * 64 + ".org/",
        "https://[fe80::1%25eth0]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://10.0.0x1/",
        "https://1.2.3.4.5/",
        "https://256.1.1.1/",
        "https://8.8.8.08/",
        "https://%31%32%37.0.0.1/",
        "http://example.org/",
        "http://10.0.0.1/",
        "http://localhost.example.org/",
        "http://[::ffff:10.0.0.1]/",
    ],
)
def test_a_url_that_they_may_not(url: str) -> None:
    with pytest.raises(BadAddress, match=r"^must "):
        parse(url)


def test_a_signature_is_that_of_the_specification() -> None:
    """The example of the specification's reference implementations."""
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signing.signatures([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_shown_as_the_specification_has_it() -> None:
    secret = signing.new_secret()
    shown = signing.shown(secret)
    assert shown.startswith("whsec_")
    assert hmac.compare_digest(b64decode(shown.removeprefix("whsec_"), validate=True), secret)
    assert len(secret) == 32
    assert signing.new_secret() != secret


def test_every_topic_is_known_with_the_personal_text_that_is_withheld_from_it() -> None:
    classes = {str(own_topic(kind)): kind for kind in event_classes()}
    assert matching("*") == set(classes)
    for topic, kind in classes.items():
        assert withheld(topic) >= kind.PERSONAL, topic


@pytest.mark.parametrize("topic", ["review.calibrated", "review.withdrawn", "objective.feedback_withdrawn"])
def test_reasons_and_ratings_of_matters_between_people_are_withheld(topic: str) -> None:
    assert {"reason", "rating", "rating_before"} <= withheld(topic)
    assert "reason" not in withheld("objective.target_changed")


@pytest.mark.parametrize(
    "topic", ["objective.checked_in", "objective.check_in_corrected", "objective.closed"]
)
def test_notes_are_withheld(topic: str) -> None:
    assert "note" in withheld(topic)


@pytest.mark.parametrize("kind", ["unit", "person", "cycle", "objective", "review", "measure"])
def test_the_topics_of_a_kind(kind: str) -> None:
    found = matching(f"{kind}.*")
    assert found
    assert found == {topic for topic in matching("*") if topic.startswith(f"{kind}.")}


@pytest.mark.parametrize(
    "pattern", ["", ".", ".*", "**", "obj.*", "objective", "objective.", "*.closed", "test_note.*"]
)
def test_what_is_no_topic(pattern: str) -> None:
    assert matching(pattern) == frozenset()
