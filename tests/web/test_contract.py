"""The OpenAPI document is true: whatever is sent by it or against it, by whomever, the answers are those it
promises.
"""

import os
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import UUID

import psycopg
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
from tests.web.conftest import token
from tests.web.performance import change_plan, company
from web.app import create_app
from web.ops.settings import Settings
from web.wiring import EXTENSION, follower

PARTS, OF_MANY = 4, 8
MANY = 20_000
"""Cases of the long form, at least, beside those of walks."""
SENDERS = (
    ("the organisation", "an administrator", "personnel", "personnel of a unit"),
    ("the owner", "a manager", "a lead", "a colleague"),
    ("an auditor", "an auditor of a unit", "a service", "an administrator in personnel"),
)
"""Of many tries each is sent by one of each row, in this order: who may do most comes first."""
EVERYBODY = tuple(name for column in zip(*SENDERS, strict=True) for name in column)
"""They take the steps of a walk one after the other."""
Rows = Sequence[Sequence[str]]
STEPS = 24
WALKED = r"/(units|people|cycles|objectives|reviews)(/\{id\}(/[a-z-]+)*)?$"
"""Where walks go: not to files, nor to what answers about the whole."""


@dataclass(frozen=True)
class There:
    """An organisation to send cases to: a token of everybody who sends, and ids of things that are there, by
    the first step of the path.
    """

    dsn: str
    tokens: Mapping[str, str]
    known: Mapping[str, list[str]]


def the_service_did_not_fail(context: Any, response: Any, case: Any) -> None:
    """503 is an answer (a position that is not there yet); 500 never is."""
    assert response.status_code != 500, response.text


def what_fits_the_document_is_understood(context: Any, response: Any, case: Any) -> None:
    """It may be refused for what it says, but not for how it is said."""
    if case.meta.generation.mode is GenerationMode.POSITIVE:
        assert response.status_code not in (400, 405, 406, 415), response.text


TRUE_OF_EVERY_ANSWER = (
    the_service_did_not_fail,
    what_fits_the_document_is_understood,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
)


def _campaign(api: Api, part: slice, examples: int, rows: Rows, least: int) -> None:
    """Tries every operation of a part, in a process of its own: what schemathesis takes for a schema it keeps
    until its process ends, and for all of them that is a gigabyte.
    """
    (sent,) = in_processes(1, _part, _population(api), part, examples, rows, patience=1500)
    _everybody_sent(sent, least)


def _everybody_sent(sent: Counter[str], least: int) -> None:
    """So many cases, and a quarter of an even share of them everybody."""
    assert sent.total() >= least, sent
    assert min(sent[name] for name in EVERYBODY) >= least // len(EVERYBODY) // 4, sent


@contextmanager
def _served(there: There) -> Iterator[Any]:
    """The document as schemathesis has it, of an app over the organisation."""
    warnings.simplefilter("error")
    # The pool of connections draws from `random` in threads of its own, also while a strategy draws.
    warnings.filterwarnings("ignore", "Do not use the `random` module", HypothesisDeprecationWarning)
    # Nothing that is asked for comes by itself, so there is no use in waiting for it.
    app = create_app(Settings(database_url=there.dsn, pool_size=8, min_position_seconds=0.02))
    try:
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    finally:
        app.extensions[EXTENSION].close()


def _settings(examples: int, **more: Any) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize="HYPOTHESIS_SEED" not in os.environ,
        **more,
    )


def _part(_seat: int, _barrier: Any, there: There, part: slice, examples: int, rows: Rows) -> Counter[str]:
    """The number of cases that everybody sent."""
    sent: Counter[str] = Counter()
    with _served(there) as schema, psycopg.connect(there.dsn, autocommit=True) as conn:
        projector = follower(there.dsn)
        for result in list(schema.get_all_operations())[part]:
            assert isinstance(result, Ok), result
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                projector.catch_up(conn)
                _try(result.ok(), mode, there, examples, rows, sent)
    return sent


def _try(
    operation: Any, mode: GenerationMode, there: There, examples: int, rows: Rows, sent: Counter[str]
) -> None:
    @_settings(examples)
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def sends(case: Any, data: st.DataObject) -> None:
        if mode is GenerationMode.POSITIVE:
            _aim(case, data, there.known)
        else:
            assume(all(_is_sent(value) for value in case.query.values()))
        for row in rows:
            name = data.draw(st.sampled_from(row))
            sent[name] += 1
            case.call_and_validate(
                headers={"Authorization": f"Bearer {there.tokens[name]}"}, checks=list(TRUE_OF_EVERY_ANSWER)
            )

    sends()


def _walk(_seat: int, _barrier: Any, there: There, walks: int) -> Counter[str]:
    """As `_part`, of cases that follow on one another: what an answer names is what the next is about."""
    sent: Counter[str] = Counter()
    with _served(there) as schema, psycopg.connect(there.dsn, autocommit=True) as conn:
        projector = follower(there.dsn)

        class Walk(schema.include(path_regex=WALKED).as_state_machine()):  # type: ignore[misc]  # made at run time
            def setup(self) -> None:
                self.turns = cycle(EVERYBODY)

            def get_call_kwargs(self, case: Any) -> dict[str, Any]:
                name = next(self.turns)
                sent[name] += 1
                return {"headers": {"Authorization": f"Bearer {there.tokens[name]}"}}

            def after_call(self, response: Any, case: Any) -> None:
                super().after_call(response, case)
                projector.catch_up(conn)

            def validate_response(self, response: Any, case: Any, **given: Any) -> None:
                case.validate_response(response, checks=list(TRUE_OF_EVERY_ANSWER), transport_kwargs=given)

        Walk.run(settings=_settings(walks, stateful_step_count=STEPS))
    return sent


def _is_sent(value: Any) -> bool:
    """An empty list or object, and None, leave no trace in a query: what is wrong with them never arrives."""
    return value is not None and value not in ([], {}, ())


def _population(api: Api) -> There:
    unit, cycle = api.unit(), api.cycle()
    person = api.person(unit)
    objectives = [
        api.active(cycle, {"unit_id": unit}, level="strategic"),
        api.objective(cycle, {"person_id": person}),
    ]
    there = company(api)
    reviews = [there.up_to("finalisation")]
    there.admin.done(f"/objectives/{there.objective}/feedback", {"kind": "praise", "text": "Well done."})
    there.admin.done(
        f"/units/{there.unit}/lead", {"person_id": there.ids["cleo"], "effective_on": "2025-01-01"}
    )
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
    known = {
        "tokens": [api.done("/tokens", service)],
        "units": [unit, there.unit],
        "people": [person],
        "cycles": [cycle, sealed],
        "objectives": [*objectives, there.objective],
        "reviews": reviews,
        "measures": [measure],
        "plans": [change_plan(api, there.objective)],
        "webhooks": webhooks,
        "policies": [str(FIRST_ID)],
    }
    return There(api.dsn, _tokens(api, there.ids, there.unit), known)


def _tokens(api: Api, people: Mapping[str, str], unit: str) -> dict[str, str]:
    """A token of every role: with a person and without one, limited to a unit, and several at once."""

    def of(role: str, person: str | None = None, **options: Any) -> str:
        return token(api.dsn, role, person_id=None if person is None else UUID(people[person]), **options)

    limited = {"units": [UUID(unit)]}
    return {
        "the organisation": of("admin"),
        "an administrator": of("admin", "eva"),
        "personnel": of("hr", "hr"),
        "personnel of a unit": of("hr", "eva", **limited),
        "the owner": of("employee", "ana"),
        "a manager": of("employee", "bo"),
        "a lead": of("employee", "cleo"),
        "a colleague": of("employee", "dan"),
        "an auditor": of("auditor"),
        "an auditor of a unit": of("auditor", "dan", **limited),
        "a service": of("service", scopes=["*"]),
        "an administrator in personnel": of("admin+hr", "hr"),
    }


def _aim(case: Any, data: st.DataObject, known: Mapping[str, list[str]]) -> None:
    """Most of the time at something that is there, so that more than 404 comes back."""
    collection = case.path.split("/")[3]
    if "id" in case.path_parameters and data.draw(st.integers(0, 3)):
        case.path_parameters["id"] = data.draw(st.sampled_from(known[collection]))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_answer_breaks_the_contract(api: Api, part: int) -> None:
    _campaign(api, slice(part, None, PARTS), 3, [EVERYBODY], least=100)


@pytest.mark.long
@pytest.mark.parametrize("part", range(OF_MANY))
def test_no_answer_breaks_the_contract_in_many_tries(api: Api, part: int) -> None:
    _campaign(api, slice(part, None, OF_MANY), 24, SENDERS, least=MANY // OF_MANY)


@pytest.mark.long
def test_no_walk_from_answer_to_answer_breaks_the_contract(api: Api) -> None:
    (sent,) = in_processes(1, _walk, _population(api), 40, patience=1500)
    _everybody_sent(sent, 500)
