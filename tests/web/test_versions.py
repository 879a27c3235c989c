"""A command on something that exists says which version it was decided on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.api import Api


def test_the_etag_of_an_answer_is_the_if_match_of_the_next_command(api: Api) -> None:
    unit = api.unit()
    tag = api.get(f"/units/{unit}").headers["ETag"]

    first = api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match=tag)
    second = api.post(f"/units/{unit}/renaming", {"name": "Support"}, if_match=first.headers["ETag"])

    assert (tag, first.headers["ETag"], second.headers["ETag"]) == ('"1"', '"2"', '"3"')


def test_a_missing_version_is_asked_for(api: Api) -> None:
    unit = api.unit()

    answer = api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match=None)

    assert answer.status_code == 428
    assert answer.json is not None
    assert answer.json["type"] == "/problems/version-required"
    assert api.events() == 1


def test_a_stale_version_is_told_the_current_one(api: Api) -> None:
    unit = api.unit()
    api.post(f"/units/{unit}/renaming", {"name": "Service"})

    for version in ("1", "3", "0", "999999999999999999"):
        answer = api.post(f"/units/{unit}/renaming", {"name": "Support"}, if_match=f'"{version}"')
        assert answer.status_code == 412
        assert answer.json is not None
        assert (answer.json["type"], answer.json["version"]) == ("/problems/stale-version", 2)
    assert api.events() == 2


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"1", "2"', '"one"', '""', '"-1"', '"1', "**", '"*"', '"1.0"'])
def test_a_version_out_of_form_is_malformed(shared_api: Api, tag: str) -> None:
    unit = shared_api.unit()

    answer = shared_api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match=tag)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["type"] == "/problems/malformed"


def test_of_commands_on_the_same_version_exactly_one_is_recorded(api: Api) -> None:
    unit = api.unit()
    with ThreadPoolExecutor(6) as threads:
        answers = threads.map(
            lambda n: api.post(f"/units/{unit}/renaming", {"name": f"Unit {n}"}, if_match='"1"'), range(12)
        )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 11
    assert api.events() == 2


def test_an_answer_that_changed_without_a_new_version_is_sent_whole(api: Api) -> None:
    unit = api.unit()
    tag = api.get(f"/units/{unit}").headers["ETag"]

    again = api.get(f"/units/{unit}", if_none_match=tag)

    assert (tag, again.status_code, again.headers["ETag"]) == ('"1"', 200, tag)
    assert again.json is not None
    assert again.json["id"] == unit


def test_the_past_has_a_tag_that_no_command_takes(api: Api) -> None:
    unit = api.unit()

    answer = api.get(f"/units/{unit}", as_of="2025-06-01", if_none_match='"1"')
    tag = answer.headers["ETag"]

    assert (answer.status_code, tag[:3]) == (200, 'W/"')
    assert api.get(f"/units/{unit}", as_of="2025-06-01", if_none_match=tag).status_code == 304
    assert api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match=tag).status_code == 400
