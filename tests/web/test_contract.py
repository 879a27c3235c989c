"""The OpenAPI document is true: whatever is sent by it or against it, the answers are those it promises."""

import os
import warnings
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisDeprecationWarning
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from domain.policy import FIRST_ID
from tests.application.store.processes import in_processes
from tests.web.api import Api
from tests.web.performance import company
from web.app import create_app
from web.ops.settings import Settings
from web.wiring import EXTENSION

PARTS = 4


def the_service_did_not_fail(context: Any, response: Any, case: Any) -> None:
    """503 is an answer (a position that is not there yet); 500 never is."""
    assert response.status_code != 500, response.text


TRUE_OF_EVERY_ANSWER = (
    the_service_did_not_fail,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
)


def _campaign(api: Api, part: int, examples: int) -> None:
    """Tries every operation of a part, in a process of its own: what schemathesis takes for a schema it keeps
    until its process ends, and for all of them that is a gigabyte.
    """
    known = _population(api)
    (tried,) = in_processes(1, _part, api.dsn, api.token, known, part, examples, patience=1800)
    assert tried > 20


def _part(
    _seat: int, _barrier: Any, dsn: str, token: str, known: dict[str, list[str]], part: int, examples: int
) -> int:
    """The number of operations tried."""
    warnings.simplefilter("error")
    # The pool of connections draws from `random` in threads of its own, also while a strategy draws.
    warnings.filterwarnings("ignore", "Do not use the `random` module", HypothesisDeprecationWarning)
    app = create_app(Settings(database_url=dsn, pool_size=8, min_position_seconds=0.3))
    try:
        operations = list(schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations())
        for result in operations[part::PARTS]:
            assert isinstance(result, Ok), result
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _try(result.ok(), mode, Api(app, dsn, token), known, examples)
        return len(operations[part::PARTS])
    finally:
        app.extensions[EXTENSION].close()


def _try(operation: Any, mode: GenerationMode, api: Api, known: dict[str, list[str]], examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize="HYPOTHESIS_SEED" not in os.environ,
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def posts(case: Any, data: st.DataObject) -> None:
        if mode is GenerationMode.POSITIVE:
            _aim(case, data, known)
        else:
            assume(all(_is_sent(value) for value in case.query.values()))
        case.call_and_validate(
            headers={"Authorization": f"Bearer {api.token}"}, checks=list(TRUE_OF_EVERY_ANSWER)
        )

    posts()


def _is_sent(value: Any) -> bool:
    """An empty list or object, and None, leave no trace in a query: what is wrong with them never arrives."""
    return value is not None and value not in ([], {}, ())


def _population(api: Api) -> dict[str, list[str]]:
    """Ids of things that are there, by the first step of the path."""
    unit, cycle = api.unit(), api.cycle()
    person = api.person(unit)
    objectives = [
        api.active(cycle, {"unit_id": unit}, level="strategic"),
        api.objective(cycle, {"person_id": person}),
    ]
    there = company(api)
    reviews = [there.up_to("finalisation")]
    there.admin.done(f"/objectives/{there.objective}/feedback", {"kind": "praise", "text": "Well done."})
    sealed = api.cycle()
    for step in ("activation", "closure"):
        api.done(f"/cycles/{sealed}/{step}")
    measured = {"direction": "increase", "baseline": 0, "target": 1, "objective_ids": objectives[:1]}
    measure = api.done("/measures", {"name": "Revenue", "effective_on": "2025-01-01", **measured})
    api.done(f"/measures/{measure}/readings", {"on": "2025-02-01", "value": "0.5"})
    subscription = {"topics": ["unit.*"]}
    webhooks = [
        api.done("/webhooks", {"url": f"https://example.org/{number}", **subscription}) for number in range(3)
    ]
    service = {"roles": ["service"], "name": "payroll", "scopes": ["people.*"]}
    api.project()
    return {
        "tokens": [api.done("/tokens", service)],
        "units": [unit],
        "people": [person],
        "cycles": [cycle, sealed],
        "objectives": [*objectives, there.objective],
        "reviews": reviews,
        "measures": [measure],
        "webhooks": webhooks,
        "policies": [str(FIRST_ID)],
    }


def _aim(case: Any, data: st.DataObject, known: dict[str, list[str]]) -> None:
    """Most of the time at something that is there, so that more than 404 comes back."""
    collection = case.path.split("/")[3]
    if "id" in case.path_parameters and data.draw(st.integers(0, 3)):
        case.path_parameters["id"] = data.draw(st.sampled_from(known[collection]))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_answer_breaks_the_contract(api: Api, part: int) -> None:
    _campaign(api, part, examples=3)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_no_answer_breaks_the_contract_in_many_tries(api: Api, part: int) -> None:
    _campaign(api, part, examples=60)
