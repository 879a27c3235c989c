"""The pages of change plans: what would be is the heading, and all of a plan's life is done here."""

import re
from typing import Any

import pytest

from tests.web.api import Api
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import Company, company


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


@pytest.fixture
def goal(there: Company) -> str:
    """A goal with two objectives below it, one of which leads there by another."""
    api = there.admin
    goal = api.active(there.cycle, {"unit_id": there.unit}, level="strategic", title="Be <b> first")
    above = goal
    for title in ("Answer fast", "Answer well"):
        id = api.active(there.cycle, {"person_id": there.ids["ana"]}, title=title)
        api.done(
            f"/objectives/{id}/alignments", {"objective_id": above, "kind": "contributes", "reason": "so"}
        )
        above = id
    return goal


def hr(there: Company, name: str = "hr") -> Visitor:
    return visitor(there.admin, "hr", there.ids[name])


def send(them: Visitor, path: str, **typed: Any) -> Any:
    """The form as it is, with what is typed, sent."""
    shown = them.get(path)
    assert shown.status_code == 200, shown.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text))
    return them.post(path, **{**hidden, **typed})


def drafted(there: Company, goal: str) -> str:
    change = {"action": "cancel_objective", "objective_id": goal}
    return there.hr.done("/plans", {"title": "Less <i>", "reason": "we do too much", "changes": [change]})


def test_a_plan_is_drafted_by_names_and_without_scripts(there: Company, goal: str) -> None:
    them = hr(there)
    nothing = them.get("/plans")
    assert heading_of(nothing) == "There is no change plan."
    assert 'href="/plans/new"' in nothing.text
    assert 'href="/plans"' in them.get("/map").text
    there.admin.unit("North")
    there.admin.project()
    typed = {
        "title": "Less",
        "reason": "we do too much",
        "changes/0/action": "cancel_objective",
        "changes/0/objective_id": "Be <b> first",
        "changes/1/action": "move_unit",
        "changes/1/unit_id": "Sales",
        "changes/1/parent_id": "North",
        "changes/2/action": "align_objective",
        "changes/2/objective_id": "Answer fast",
        "changes/2/parent_id": "Grow",
    }
    answer = send(them, "/plans/new", **typed)
    assert answer.status_code == 303, answer.text
    there.admin.project()
    (plan,) = there.admin.ask("/plans")["items"]
    assert answer.headers["Location"].startswith(f"/plans/{plan['id']}?seen=")
    shown = them.get(f"/plans/{plan['id']}")
    for words in ("Move ", "North", "Cancel ", "Grow", "Be &lt;b&gt; first"):
        assert words in shown.text
    assert heading_of(them.get("/plans")) == "One of one change plan waits to be approved."


def test_a_form_that_is_refused_says_so_beside_the_field(there: Company, goal: str) -> None:
    them = hr(there)
    typed = {
        "title": "Less",
        "reason": "we do too much",
        "changes/0/action": "align_objective",
        "changes/0/objective_id": "Be <b> first",
        "changes/0/parent_id": "Answer fast",
    }
    answer = send(them, "/plans/new", **typed)
    assert answer.status_code == 409
    assert 'id="f-changes-0-parent_id-e"' in answer.text
    assert "Answer fast" in answer.text
    assert there.admin.ask("/plans")["items"] == []


def test_the_heading_is_the_effect(there: Company, goal: str) -> None:
    id = drafted(there, goal)
    them = hr(there, "eva")
    shown = them.get(f"/plans/{id}")
    impact = there.admin.ask(f"/plans/{id}/impact")
    assert impact["counts"]["loses"] == 2
    assert heading_of(shown) == (
        "If this plan is carried out, 2 objectives lose their way to the strategy and none finds one."
    )
    assert "<i>" not in shown.text
    assert "Lose their way to the strategy · 2" in shown.text
    assert "End · 1" in shown.text
    assert re.search(r'<del class="d">100.0.%</del>', shown.text)
    assert re.search(r'<ins class="d">0.0.%</ins>', shown.text)
    assert f'href="/plans/{id}/approval"' in shown.text
    assert f'href="/plans/{id}/approval"' not in hr(there).get(f"/plans/{id}").text
    dan = visitor(there.admin, "employee", there.ids["dan"])
    assert heading_of(dan.get(f"/plans/{id}")) == heading_of(shown)
    assert f'href="/plans/{id}/withdrawal"' not in dan.get(f"/plans/{id}").text


def test_the_heading_is_what_happens_once_it_is_carried_out(there: Company, goal: str) -> None:
    """For each reader; of what is private, too."""
    api = there.admin
    hidden = api.active(there.cycle, {"person_id": there.ids["ana"]}, title="Mine", visibility="private")
    link = {"objective_id": goal, "kind": "contributes", "reason": "so"}
    api.done(f"/objectives/{hidden}/alignments", link)
    loose = api.active(there.cycle, {"unit_id": there.unit}, title="Alone")
    grow = {"action": "align_objective", "objective_id": loose, "parent_id": there.objective}
    changes = [{"action": "cancel_objective", "objective_id": goal}, grow]
    id = there.hr.done("/plans", {"title": "Less", "reason": "we do too much", "changes": changes})
    readers = [visitor(api, role, there.ids[who]) for role, who in (("hr", "eva"), ("employee", "dan"))]
    headings = {heading_of(each.get(f"/plans/{id}")) for each in [*readers, visitor(api, "auditor")]}
    before = classes(api)
    there.eva.done(f"/plans/{id}/approval")
    there.hr.done(f"/plans/{id}/application")
    after = classes(api)
    loses = sum(before[each] == "aligned" and after[each] in ("detached", "orphan") for each in after)
    finds = sum(before[each] in ("detached", "orphan") and after[each] == "aligned" for each in after)
    assert (loses, finds) == (3, 1)
    said = f"{loses} objectives lose their way to the strategy and {finds} finds one."
    assert headings == {f"If this plan is carried out, {said}"}


def classes(api: Api) -> dict[str, str]:
    return {each["id"]: each["class"] for each in api.ask("/objectives", live="true", limit=500)["items"]}


def test_a_plan_is_discussed_approved_and_carried_out_here(there: Company, goal: str) -> None:
    id = drafted(there, goal)
    dan = visitor(there.admin, "employee", there.ids["dan"])
    page = dan.get(f"/plans/{id}")
    hidden = dict(re.findall(r'<input type="hidden" name="(version|key)" value="([^"]*)"', page.text))
    assert dan.post(f"/plans/{id}/comments", text="Not <b> yet.", **hidden).status_code == 303
    there.admin.project()
    assert "Not &lt;b&gt; yet." in dan.get(f"/plans/{id}").text
    eva = hr(there, "eva")
    assert send(eva, f"/plans/{id}/approval").status_code == 303
    there.admin.project()
    assert "approved" in eva.get(f"/plans/{id}").text
    assert send(eva, f"/plans/{id}/application").status_code == 303
    there.admin.project()
    assert heading_of(eva.get(f"/plans/{id}")).startswith("This plan was carried out on ")
    assert there.admin.ask(f"/objectives/{goal}")["status"] == "cancelled"
    assert heading_of(eva.get("/plans", status="open")) == "No change plan is to be approved."


def test_a_plan_out_of_date_shows_what_has_changed_and_is_said_again(there: Company, goal: str) -> None:
    id = drafted(there, goal)
    there.eva.done(f"/plans/{id}/approval")
    there.hr.done(f"/objectives/{goal}/revision", {"title": "Be fast", "reason": "a better word"})
    them = hr(there)
    shown = them.get(f"/plans/{id}")
    assert "What it names has changed since it was drafted." in shown.text
    assert "Be fast" in shown.text
    refused = send(them, f"/plans/{id}/application")
    assert refused.status_code == 409
    assert "have changed what it names since" in refused.text
    form = them.get(f"/plans/{id}/revision")
    assert f'value="{goal}"' in form.text
    typed = {
        "title": "Less",
        "reason": "we do too much",
        "changes/0/action": "cancel_objective",
        "changes/0/objective_id": goal,
    }
    assert send(them, f"/plans/{id}/revision", **typed).status_code == 303
    there.admin.project()
    again = them.get(f"/plans/{id}")
    assert "has changed since" not in again.text
    assert there.admin.ask(f"/plans/{id}")["status"] == "open"
    assert send(them, f"/plans/{id}/withdrawal", reason="not now").status_code == 303
    there.admin.project()
    assert heading_of(them.get(f"/plans/{id}")).startswith("This plan was withdrawn on ")
