"""A command on something that exists says which version it was decided on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.api import Api, refused


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


@pytest.mark.parametrize("tag", ["1", '"1', "**", "", ",", '"1" "2"', '"1", 2', 'w/"1"', 'W/ "1"', '*, "1"'])
def test_what_is_no_list_of_tags_is_malformed(shared_api: Api, tag: str) -> None:
    unit = shared_api.unit()
    refused(shared_api.post(f"/units/{unit}/renaming", {"name": "S"}, if_match=tag), 400, "malformed")


@pytest.mark.parametrize("tag", ['W/"1"', '"one"', '""', '"-1"', '"*"', '"1.0"', '"01"', '"0", W/"1"'])
def test_a_tag_that_is_not_the_version_as_it_stands_is_another_one(shared_api: Api, tag: str) -> None:
    unit = shared_api.unit()
    answer = shared_api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match=tag)
    refused(answer, 412, "stale-version")
    assert answer.json is not None
    assert answer.json["version"] == 1


@pytest.mark.parametrize("tags", ['"1", "2"', '"9","1"', ' ,"x" , W/"1",, "1" ,', "*", " * "])
def test_one_of_the_versions_has_to_hold(shared_api: Api, tags: str) -> None:
    unit = shared_api.unit()
    assert shared_api.post(f"/units/{unit}/renaming", {"name": "S"}, if_match=tags).status_code == 200


def test_dates_of_change_are_not_looked_at(shared_api: Api) -> None:
    """RFC 9110 demands it where nothing has one."""
    unit, long_ago = shared_api.unit(), "Sat, 01 Jan 2000 00:00:00 GMT"
    client = shared_api.app.test_client()

    read = client.get(
        "/api/v1/units", headers=shared_api.headers({"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    )
    headers = shared_api.headers({"If-Unmodified-Since": long_ago})
    without = client.post(f"/api/v1/units/{unit}/renaming", json={"name": "S"}, headers=headers)
    told = client.post(
        f"/api/v1/units/{unit}/renaming", json={"name": "S"}, headers={**headers, "If-Match": '"1"'}
    )

    assert (read.status_code, without.status_code, told.status_code) == (200, 428, 200)
    assert "Last-Modified" not in read.headers


def test_a_question_is_not_asked_for_answers_of_other_tags(shared_api: Api) -> None:
    unit = shared_api.unit()
    client = shared_api.app.test_client()

    def status(path: str, **conditions: str) -> int:
        named: dict[str, str | None] = {name.replace("_", "-"): value for name, value in conditions.items()}
        return client.get(f"/api/v1{path}", headers=shared_api.headers(named)).status_code

    weak = shared_api.get("/units").headers["ETag"]
    one, list_ = f"/units/{unit}", "/units"
    assert (status(one, If_Match='"1"'), status(one, If_Match='"7", "1"'), status(one, If_Match="*")) == (
        200,
    ) * 3
    assert (status(one, If_Match='"2"'), status(one, If_Match='W/"1"'), status(list_, If_Match='"1"')) == (
        412,
    ) * 3
    assert (status(list_, If_Match=weak), status(list_, If_Match="*")) == (412, 200)  # strongly compared
    assert (status(one, If_Match="1"), status(list_, If_Match="1")) == (400, 400)
    assert status(list_, If_Match='"1"', If_None_Match=weak) == 412  # it comes first


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
    any_answer = api.get(f"/units/{unit}", if_none_match="*")

    assert (any_answer.status_code, any_answer.headers["ETag"], any_answer.data) == (304, tag, b"")
    assert (tag, again.status_code, again.headers["ETag"]) == ('"1"', 200, tag)
    assert again.json is not None
    assert again.json["id"] == unit


def test_the_past_has_a_tag_that_no_command_takes(api: Api) -> None:
    unit = api.unit()

    answer = api.get(f"/units/{unit}", as_of="2025-06-01", if_none_match='"1"')
    tag = answer.headers["ETag"]

    assert (answer.status_code, tag[:3]) == (200, 'W/"')
    assert api.get(f"/units/{unit}", as_of="2025-06-01", if_none_match=tag).status_code == 304
    assert api.post(f"/units/{unit}/renaming", {"name": "Service"}, if_match=tag).status_code == 412
