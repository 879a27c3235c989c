"""The board pack says what the other questions say, to whom they say it, and the same whenever asked."""

import io
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.web.api import Api, refused
from tests.web.conftest import token
from tests.web.exports.reading import exported
from tests.web.performance import Company, company, days_ago
from web.api import board_pack
from web.exports.copies import judged
from web.exports.formats import FORMATS

SINCE, UNTIL = days_ago(60), days_ago(0)
SHEETS = {"About", "Rows", "Figures", "Units", "Causes", "Measures", "Cycles", "Groups"}


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    """Coverage fell 30 days ago; there are two measures, one new; six of one unit
    were rated, and five of two others.
    """
    some, api = company(shared_api), shared_api
    other, third = api.unit("Elsewhere"), api.unit("Third")

    def under(parent: str) -> list[dict[str, str]]:
        return [{"objective_id": parent, "kind": "contributes", "weight": "1"}]

    middle = api.active(
        some.cycle, {"unit_id": some.unit}, level="department", alignments=under(some.objective)
    )
    for _ in range(3):
        api.active(some.cycle, {"unit_id": some.unit}, level="team", alignments=under(middle))
    api.done(f"/objectives/{middle}/cancellation", {"reason": "given up", "effective_on": days_ago(30)})
    aim = {"direction": "increase", "baseline": "0", "target": "10", "objective_ids": [some.objective]}
    for name, day, value in (("Old", "2025-01-01", "4"), ("New", days_ago(20), "5")):
        measure = api.done("/measures", {"name": name, "effective_on": day, **aim})
        api.done(f"/measures/{measure}/readings", {"on": day, "value": value})
    some.up_to("finalisation")
    for unit, people in ((some.unit, 5), (other, 3), (third, 2)):
        for number in range(people):
            _rated(some, api.person(unit, f"Rated {number}"))
    api.project()
    return some


def _rated(some: Company, person: str) -> None:
    objective = some.admin.active(some.cycle, {"person_id": person}, level="individual")
    whole = [{"objective_id": objective, "weight": "100"}]
    review = some.review(person_id=person, objectives=whole)
    some.hr.done(f"/reviews/{review}/self-assessment", {"text": "Well.", "effective_on": days_ago(20)})
    some.step(review, "assessment")


def packed(api: Api, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.ask("/board-pack", **asked)["pack"]
    return found


def again(pack: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that ask for it again."""
    return {"as_of": pack["as_of"], "known_at": pack["known_at"], "from": pack["since"]}


def test_its_numbers_are_those_of_the_questions(there: Company) -> None:
    pack = packed(there.hr, **{"from": SINCE})
    moment = {"as_of": pack["as_of"], "known_at": pack["known_at"]}
    then = {"as_of": SINCE, "known_at": pack["known_at"]}
    now, before = (there.hr.ask("/alignment-health", **each) for each in (moment, then))
    figures = {each["figure"]: (each["before"], each["after"]) for each in pack["figures"]}
    for name, value in now["total"].items():
        if name == "paces":
            for pace, count in value.items():
                assert figures[f"paces.{pace}"] == (before["total"]["paces"][pace], count)
        else:
            assert figures[name] == (before["total"][name], value)
    assert len(figures) == len(now["total"]) - 1 + len(now["total"]["paces"])
    assert figures["coverage"] == (0.285714, 0.0)
    was = {each["unit_id"]: each["coverage"] for each in before["units"]}
    told = {each["unit_id"]: each for each in now["units"]}
    assert len(pack["units"]) == len(told) > 2
    for each in pack["units"]:
        assert each.pop("coverage_before") == was.get(each["unit_id"])
        assert each == told[each["unit_id"]]
    change = there.hr.ask(
        "/alignment-health/change", **{"from": SINCE, "to": pack["as_of"], "known_at": pack["known_at"]}
    )
    assert pack["causes"] == [board_pack._plain(each) for each in change["causes"]]
    assert pack["causes"][0]["reason"] == "given up"
    assert pack["causes"][0]["lost"] == 3
    assert pack["policy"] == change["policy"] == now["policy"]


def test_measures_stand_beside_what_is_meant_to_move_them(there: Company) -> None:
    pack = packed(there.hr, **{"from": SINCE})
    new, old = pack["measures"]
    assert (old["name"], old["before"]["value"], old["after"]["value"]) == ("Old", "4", "4")
    assert (new["name"], new["before"], new["after"]["value"]) == ("New", None, "5")
    for day, side in ((SINCE, old["before"]), (pack["as_of"], old["after"])):
        impact = there.hr.ask(f"/measures/{old['id']}/impact", as_of=day, known_at=pack["known_at"])
        (month,) = impact["months"][-1:]
        assert side == {name: value for name, value in month.items() if name != "on"}


def test_cycles_have_their_reviews_by_step_and_small_groups_are_withheld(there: Company) -> None:
    for reader in (there.hr, there.auditor):
        pack = packed(reader, **{"from": SINCE})
        moment = {"as_of": pack["as_of"], "known_at": pack["known_at"], "cycle": there.cycle}
        (cycle,) = pack["cycles"]
        fair = reader.ask("/reviews/fairness", **moment, by="unit")
        assert cycle["reviews"] == reader.ask("/reviews", **moment)["counts"]
        assert (cycle["ratings"], cycle["suppressed"]) == (fair["total"], fair["suppressed"])
        assert cycle["ratings"]["people"] == 11
        of = {"cycle_id": there.cycle, "cycle_name": cycle["name"]}
        assert pack["groups"] == [{**of, **each} for each in fair["groups"]]
        assert (cycle["suppressed"], [each["people"] for each in pack["groups"]]) == (2, [6])


@pytest.mark.parametrize("name", ["ana", "bo", "dan"])
def test_who_may_not_read_the_reviews_of_all_is_told_none(there: Company, name: str) -> None:
    refused(there.who(name).get("/reviews/fairness", cycle=there.cycle, by="unit"), 403, "forbidden")
    pack = packed(there.who(name), **{"from": SINCE})
    (cycle,) = pack["cycles"]
    assert (cycle["reviews"], cycle["ratings"], cycle["suppressed"], pack["groups"]) == (None, None, None, [])


def test_personnel_of_some_units_is_told_no_reviews(there: Company) -> None:
    limited = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "hr", units=[there.unit]))
    assert packed(limited)["cycles"][0]["reviews"] is None


def test_since_the_last_quarter_ended_unless_another_day_is_asked_for(there: Company) -> None:
    pack = packed(there.hr, as_of="2025-05-20")
    assert (pack["since"], pack["since_known_at"]) == ("2025-03-31", pack["known_at"])
    later: dict[str, Any] = {"as_of": "2025-05-20", "from": "2025-05-21"}
    answer = there.hr.get("/board-pack", **later)
    refused(answer, 422, "invalid-value", "?from")


def test_asked_again_it_says_the_same_whatever_was_recorded_meanwhile(there: Company) -> None:
    pack = packed(there.hr, **{"from": SINCE})
    assert pack["position"] == there.hr.ask("/units")["position"]
    asked = again(pack)
    first = {format: there.hr.get(f"/board-pack.{format}", **asked).data for format in FORMATS}
    there.admin.unit("Later")
    assert packed(there.hr, **asked) == pack
    assert {format: there.hr.get(f"/board-pack.{format}", **asked).data for format in FORMATS} == first
    later = packed(there.hr, **{"from": SINCE})
    assert later["digest"] != pack["digest"]
    assert later["position"] > pack["position"]


def test_a_pack_of_two_beliefs_has_both(there: Company) -> None:
    first = packed(there.hr)
    there.admin.unit("Learnt")
    both = packed(there.hr, from_known_at=first["known_at"])
    assert (both["since_known_at"], both["known_at"] > first["known_at"]) == (first["known_at"], True)
    workbook = exported(there.hr.get("/board-pack.xlsx", from_known_at=first["known_at"]), "xlsx")
    assert "from_known_at=" in workbook.said["what"]


def test_the_workbook_can_be_proved_and_asked_for_again_by_what_it_says(there: Company) -> None:
    pack = packed(there.hr, **{"from": SINCE})
    since: dict[str, Any] = {"from": SINCE}
    answer = there.hr.get("/board-pack.xlsx", **since)
    file = exported(answer, "xlsx")
    assert "asked_at" not in file.said
    what = urlsplit(file.said["what"])
    told: dict[str, Any] = dict(parse_qsl(what.query))
    assert there.hr.get(what.path.removeprefix("/api/v1"), **told).data == answer.data
    (row,) = file.rows
    assert (row["digest"], row["title"]) == (pack["digest"], pack["title"])
    assert int(file.said["position"]) == pack["position"]
    assert SHEETS - {"About", "Rows"} == file.sheets.keys()
    sheet = {each["figure"]: (each["before"], each["after"]) for each in file.sheets["Figures"]}
    assert sheet == {each["figure"]: (each["before"], each["after"]) for each in pack["figures"]}
    for name in ("units", "measures", "cycles", "groups", "causes"):
        assert len(file.sheets[name.capitalize()]) == len(pack[name])
    damaged = bytearray(answer.data)
    damaged[len(damaged) // 2] ^= 1
    assert judged(io.BytesIO(bytes(damaged))).fault is not None


def test_lists_are_bounded_and_say_what_is_beyond(there: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = packed(there.hr, **{"from": SINCE})
    for name in ("MOST_CAUSES", "MOST_MEASURES"):
        monkeypatch.setattr(board_pack, name, 1)
    monkeypatch.setattr(board_pack, "MOST_CYCLES", 0)
    pack = packed(there.hr, **{"from": SINCE, "known_at": whole["known_at"], "as_of": UNTIL})
    for name in ("causes", "measures", "cycles"):
        assert len(pack[name]) + pack[f"{name}_beyond"] == len(whole[name])
    assert pack["measures_beyond"] == pack["cycles_beyond"] == 1
    assert pack["groups"] == []


def test_an_empty_organisation_has_a_pack(api: Api) -> None:
    pack = packed(api)
    assert (pack["position"], pack["units"], pack["causes"], pack["measures"]) == (0, [], [], [])
    assert date.fromisoformat(pack["since"]) < date.fromisoformat(pack["as_of"])
    assert packed(api, **again(pack)) == pack
