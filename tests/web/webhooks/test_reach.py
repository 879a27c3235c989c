"""Webhooks go outside only: what is inside is refused, as it is written and as it is looked up."""

import socket
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.web.api import Api, refused
from tests.web.webhooks.conftest import Hooks
from tests.web.webhooks.receiver import Receiver, eventually
from web.webhooks.reach import NotAllowed, Reach, reach_of

NO_ADDRESS = "not reached: the host has no address that is allowed"
INSIDE = {
    "private": ["10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::1", "fdff::1"],
    "loopback": ["127.0.0.2", "127.255.255.255", "::1"],
    "link-local": ["169.254.0.1", "169.254.169.254", "fe80::1", "febf::1"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1"],
    "shared": ["100.64.0.1", "100.100.100.200", "100.127.255.255"],
    "reserved": ["0.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.192", "198.18.0.1", "::", "4000::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "mapped": ["::ffff:10.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"],
    "tunnelled": ["2002:a00:1::1", "2001::1", "192.88.99.1"],
    "platform": ["168.63.129.16"],
}
OUTSIDE = ["1.1.1.1", "9.255.255.255", "100.128.0.1", "172.32.0.1", "192.167.255.255", "223.255.255.255",
           "2606:4700::1", "2a00:1450::1", "2001:4860:4860::8888"]  # fmt: skip


def resolving(monkeypatch: pytest.MonkeyPatch, find: Callable[[str], list[str]]) -> None:
    """Looking up a name finds these addresses; an address is found as itself."""

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        found = [host] if host[0].isdigit() or ":" in host else find(host)
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("address", [each for kind in INSIDE.values() for each in kind])
def test_an_address_of_the_inside_is_reached_neither_as_written_nor_as_looked_up(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolving(monkeypatch, lambda _: [address])
    assert not Reach().may_be_written(address)
    for host in (address, "example.org"):
        with pytest.raises(NotAllowed):
            Reach().looked_up(host, 443)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is_reached(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolving(monkeypatch, lambda _: [address])
    assert Reach().may_be_written(address)
    for host in (address, "example.org"):
        assert [where[0] for _, where in Reach().looked_up(host, 443)] == [address]


def test_of_several_addresses_only_those_outside_are_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, lambda _: ["10.0.0.1", "1.1.1.1", "fd00::1", "2606:4700::1"])
    found = Reach().looked_up("example.org", 443)
    assert [where for _, where in found] == [("1.1.1.1", 443), ("2606:4700::1", 443)]


@pytest.mark.parametrize(
    "host",
    ["localhost", "a.localhost", "jenkins", "metadata.google.internal", "printer.local", "nas.lan",
     "router.home.arpa", "kubernetes.default.svc", "db.svc.cluster.local", "wiki.corp", "a.intranet"],
)  # fmt: skip
def test_a_name_of_the_inside_is_not_even_looked_up(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    resolving(monkeypatch, lambda _: ["1.1.1.1"])
    assert not Reach().may_be_written(host)
    with pytest.raises(NotAllowed):
        Reach().looked_up(host, 443)


@pytest.mark.parametrize("host", ["example.org", "internal.example.org", "local.dev", "a-1.b_2.co"])
def test_other_names_are_looked_up(host: str) -> None:
    assert Reach().may_be_written(host)


@pytest.mark.parametrize(
    ("listed", "opened", "closed"),
    [
        ("10.1.0.0/16", ["10.1.2.3"], ["10.2.0.1", "192.168.0.1", "::ffff:10.1.2.3", "wiki.corp"]),
        ("10.1.2.3", ["10.1.2.3"], ["10.1.2.4", "127.0.0.1"]),
        ("fd12::/16, 127.0.0.1", ["fd12::7", "127.0.0.1"], ["fd13::7", "127.0.0.2", "localhost"]),
        ("Wiki.corp", ["wiki.corp"], ["mail.corp", "a.wiki.corp", "10.0.0.1"]),
        (".corp,jenkins", ["wiki.corp", "a.b.corp", "jenkins"], ["wiki.lan", "corp", "hudson"]),
    ],
)
def test_an_allow_list_opens_what_it_names_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, listed: str, opened: list[str], closed: list[str]
) -> None:
    resolving(monkeypatch, lambda _: ["10.9.9.9"])
    reach = reach_of(listed)
    for host in opened:
        assert reach.may_be_written(host), host
        assert reach.looked_up(host, 443), host
    for host in closed:
        assert not reach.may_be_written(host), host


def test_a_name_outside_may_lead_into_a_network_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(
        monkeypatch, lambda host: {"hr.example.org": ["10.1.2.3"], "it.example.org": ["10.2.2.3"]}[host]
    )
    reach = reach_of("10.1.0.0/16")
    assert reach.looked_up("hr.example.org", 443) == [(socket.AF_INET, ("10.1.2.3", 443))]
    with pytest.raises(NotAllowed):
        reach.looked_up("it.example.org", 443)


@pytest.mark.parametrize(
    "listed", ["10.0.0.1/8", "10.0.0.0/33", "a b", "https://wiki.corp", "10.1", "*", ".."]
)
def test_an_allow_list_of_something_else_is_refused(listed: str) -> None:
    with pytest.raises(ValueError, match=listed.replace(".", r"\.").replace("*", r"\*")):
        reach_of(f"example.org,{listed}")


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://[fe80::1]/", "https://wiki.corp/"])
def test_a_creation_names_the_field_and_the_setting(api: Api, url: str) -> None:
    answer = api.post("/webhooks", {"url": url, "topics": ["*"]}, if_match=None)
    refused(answer, 422, "invalid-value", "/url")
    assert answer.json is not None
    assert "THROUGHLINE_WEBHOOK_ALLOW" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_a_name_that_leads_inside_later_is_connected_to_no_more(
    hooks: Hooks, receiver: Receiver, sender: None, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """The list of these tests allows loopback; of what is looked up to be elsewhere inside, nothing."""
    connected: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, where: Any) -> None:
        connected.append(where)
        connect(self, where)

    monkeypatch.setattr(socket.socket, "connect", noted)
    resolving(monkeypatch, lambda _: [inside])
    hook = hooks.create(f"https://rebound.example.org:{receiver.server_port}/")
    hooks.api.unit()
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    (delivery,) = hooks.deliveries(hook)
    allowed = inside == "127.0.0.1"
    assert ((inside, receiver.server_port) in connected) is allowed
    assert delivery["error"] == ("not reached: there was no answer" if allowed else NO_ADDRESS)


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(
    hooks: Hooks, receiver: Receiver, sender: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that says another thing each time is asked once for each connection."""
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    resolving(monkeypatch, rebinding)
    hooks.create(f"http://localhost:{receiver.server_port}/")
    hooks.api.unit()
    receiver.take(1)
    assert asked == ["localhost"]
    assert receiver.received[0].headers["Host"] == f"localhost:{receiver.server_port}"


def test_an_address_that_does_not_answer_is_followed_by_the_next(
    hooks: Hooks, receiver: Receiver, sender: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, lambda _: ["::1", "127.0.0.1"])
    hooks.create(f"http://localhost:{receiver.server_port}/")
    hooks.api.unit()
    receiver.take(1)


def test_a_name_that_is_not_known_is_reported_as_one_that_leads_inside(
    hooks: Hooks, sender: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else reports would tell which names there are inside."""

    def unknown(_: str) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    resolving(monkeypatch, unknown)
    hook = hooks.create("https://nobody.example.org/")
    hooks.api.unit()
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    assert hooks.deliveries(hook)[0]["error"] == NO_ADDRESS


def test_one_that_was_made_before_its_host_was_refused_is_not_reached(
    hooks: Hooks, dsn: str, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url())
    with psycopg.connect(dsn) as conn:
        conn.execute("update webhooks.subscriptions set url = 'https://10.0.0.1/'")
    hooks.api.unit()
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    assert hooks.deliveries(hook)[0]["error"] == NO_ADDRESS
