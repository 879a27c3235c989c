"""One search leads to all that is called so, and says how much that is."""

import pytest

from tests.web.api import Api
from tests.web.console.conftest import heading_of, visitor

MARKUP = "Kestrel <b>& sons"


@pytest.fixture(scope="module")
def company(shared_api: Api) -> dict[str, str]:
    """Three things are called Kestrel; a private objective is, too."""
    unit, cycle = shared_api.unit("Kestrel Works"), shared_api.cycle()
    person = shared_api.person(unit, "Ana Kestrel")
    other = shared_api.person(unit, "Bo Lind")
    objective = shared_api.objective(cycle, {"person_id": person}, title=MARKUP)
    shared_api.objective(cycle, {"person_id": person}, title="Kestrel hushed", visibility="private")
    return {"unit": unit, "person": person, "other": other, "objective": objective}


def _heading(api: Api, q: str, **asked: str) -> str:
    """The answer of the API in words."""
    found = api.ask("/search", q=q, **asked)["found"]
    words = {0: "", 1: "one {}", 2: "two {}s"}
    parts = [words[how_many].format(type) for type, how_many in found.items() if how_many]
    return f"{', '.join(parts[:-1])} and {parts[-1]} are called so.".capitalize()


def test_the_heading_says_how_much_of_each_type_is_called_so(
    shared_api: Api, company: dict[str, str]
) -> None:
    them = visitor(shared_api, "employee", company["other"])
    answer = them.get("/search", q="kestrel")
    assert heading_of(answer) == "One objective, one person and one unit are called so."
    assert [f'href="/{each}s/{company[each]}"' in answer.text for each in ("objective", "unit")] == [True] * 2
    assert f'href="/people/{company["person"]}"' in answer.text
    assert "<bdi>Kestrel &lt;b&gt;&amp; sons</bdi>" in answer.text
    assert "hushed" not in answer.text

    organisation = visitor(shared_api, "admin").get("/search", q="kestrel")
    assert heading_of(organisation) == "Two objectives, one person and one unit are called so."
    for asked in ({}, {"as_of": "2025-02-01"}):
        told = visitor(shared_api).get("/search", q="kestrel", **asked)
        assert heading_of(told) == _heading(shared_api, "kestrel", **asked)
    before = visitor(shared_api).get("/search", q="kestrel", as_of="2024-12-31")
    assert heading_of(before) == "Nothing is called “kestrel”."


def test_what_alone_is_called_exactly_so_is_shown_at_once(shared_api: Api, company: dict[str, str]) -> None:
    them = visitor(shared_api)
    led = them.get("/search", q="ana kestrel", as_of="2025-02-01")
    assert (led.status_code, led.headers["Location"]) == (
        302,
        f"/people/{company['person']}?as_of=2025-02-01",
    )
    position = shared_api.ask("/audit", subject=company["unit"])["items"][0]["position"]
    led = them.get("/search", q=f"#{position}")
    assert (led.status_code, led.headers["Location"]) == (302, f"/trail/{position}")


def test_an_event_is_found_by_its_number_only_by_whoever_reads_the_trail(
    shared_api: Api, company: dict[str, str]
) -> None:
    position = shared_api.ask("/audit", subject=company["person"])["items"][0]["position"]
    shared_api.unit(str(position))
    answer = visitor(shared_api, "auditor").get("/search", q=str(position))
    assert heading_of(answer) == f"Event {position} has this number and one unit is called so."
    assert f'href="/trail/{position}"' in answer.text
    employee = visitor(shared_api, "employee", company["other"]).get("/search", q=str(position))
    assert "/trail/" not in employee.headers.get("Location", "") + employee.text


@pytest.mark.parametrize("q", ["nowhere <i>", "9999999", "\u202eabc"])
def test_what_is_not_found_says_what_to_do_next(shared_api: Api, q: str) -> None:
    answer = visitor(shared_api).get("/search", q=q)
    assert (answer.status_code, heading_of(answer)) == (200, f"Nothing is called “{q}”.")
    assert 'class="empty"' in answer.text
    assert "<i>" not in answer.text


def test_words_that_cannot_be_looked_for_are_said_beside_the_field_and_kept(shared_api: Api) -> None:
    long = "x" * 300
    answer = visitor(shared_api).get("/search", q=long)
    assert answer.status_code == 200
    assert 'id="sqe" role="alert"' in answer.text
    assert f'value="{long}"' in answer.text
    assert "<title>Error" in answer.text
    asked = visitor(shared_api).get("/search")
    assert heading_of(asked) == "What are you looking for?"
