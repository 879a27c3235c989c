"""A measure says where it stands, beside the objectives that are meant to move it."""

from tests.web.api import Api
from tests.web.console.conftest import heading_of, visitor


def test_a_measure_says_where_it_stands_at_any_moment(api: Api) -> None:
    them = visitor(api, "hr")
    nothing = them.get("/measures")
    assert heading_of(nothing) == "There is no measure."
    assert 'class="empty"' in nothing.text
    unit, cycle = api.unit(), api.cycle()
    objective = api.active(cycle, {"unit_id": unit}, level="strategic", title="Lead <b>")
    ways = {"direction": "increase", "baseline": 60, "target": 80, "objective_ids": [objective]}
    made = {"effective_on": "2025-01-01", "unit_of_measure": "points", **ways}
    names = ("Joy <i>", "Trust")
    measures = [api.done("/measures", {"name": name, **made}) for name in names]
    for on, value in (("2025-03-31", "70.5"), ("2025-06-30", "81")):
        api.done(f"/measures/{measures[0]}/readings", {"on": on, "value": value, "source": "the <b> survey"})
    api.project()

    listed = them.get("/measures")
    items = api.ask("/measures")["items"]
    assert [each["attainment"] for each in items] == [1.05, None]
    assert heading_of(listed) == "One of two measures has reached its target."
    assert heading_of(them.get("/measures", as_of="2025-04-30")) == (
        "None of two measures have reached their target."
    )
    answer = them.get(f"/measures/{measures[0]}")
    assert heading_of(answer) == "Joy <i> stood at 81 points on 30 Jun 2025. The target is 80."
    assert "<i>" not in answer.text
    assert "the &lt;b&gt; survey" in answer.text
    assert f'href="/objectives/{objective}"' in answer.text
    note = api.ask(f"/measures/{measures[0]}/impact")["note"]
    assert note in answer.text
    before = them.get(f"/measures/{measures[0]}", as_of="2025-04-30", known="both")
    assert heading_of(before) == "Joy <i> stood at 70.5 points on 31 Mar 2025. The target is 80."
    assert "52.5" in before.text
    unread = them.get(f"/measures/{measures[1]}")
    assert heading_of(unread) == "Trust has not been read yet. Its target is 80 points."
    assert them.get(f"/measures/{objective}").status_code == 404
