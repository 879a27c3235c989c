"""A route that is declared to be on its way out says so; none is, so the test makes one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_smorest import Api as Documents

from web.api.deprecation import Deprecated, announce, deprecated
from web.api.routes import Routes
from web.schemas.answers import CommandAnswer
from web.schemas.fields import Shape

SINCE, SUNSET = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, 12, 30, tzinfo=UTC)
GUIDE = "https://example.org/instead"


@pytest.fixture
def old() -> Iterator[tuple[FlaskClient, Documents]]:
    app = Flask("old")
    app.config |= {"API_TITLE": "old", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}
    routes = Routes("old", __name__, description="Old things.")

    @routes.plain("/old", CommandAnswer(), Shape(), personal=False)
    @deprecated(since=SINCE, sunset=SUNSET, guide=GUIDE)
    def old_one() -> Response:
        """An old one"""
        return Response("{}", headers={"Link": '</old?after=1>; rel="next"'})

    @routes.plain("/new", CommandAnswer(), Shape(), personal=False)
    def new_one() -> Response:
        """A new one"""
        return Response("{}")

    documents = Documents(app)
    documents.register_blueprint(routes)

    @app.after_request
    def _(response: Response) -> Response:
        announce(response)
        return response

    with app.app_context():
        yield app.test_client(), documents


def test_a_route_that_is_deprecated_says_since_when_till_when_and_what_instead(
    old: tuple[FlaskClient, Documents],
) -> None:
    client, documents = old

    answer, other = client.get("/old"), client.get("/new")

    assert answer.headers["Deprecation"] == "@1767225600"
    assert answer.headers["Sunset"] == "Fri, 01 Jan 2027 12:30:00 GMT"
    assert answer.headers.getlist("Link") == [
        '</old?after=1>; rel="next"',
        f'<{GUIDE}>; rel="deprecation"; type="text/html"',
        f'<{GUIDE}>; rel="sunset"; type="text/html"',
    ]
    assert not {"Deprecation", "Sunset", "Link"} & set(other.headers.keys())
    paths = documents.spec.to_dict()["paths"]
    assert (paths["/old"]["get"]["deprecated"], "deprecated" in paths["/new"]["get"]) == (True, False)


@pytest.mark.parametrize(
    ("since", "sunset"), [(SINCE.replace(tzinfo=None), None), (SINCE, SINCE - timedelta(seconds=1))]
)
def test_a_declaration_that_cannot_be_meant_is_refused(since: datetime, sunset: datetime | None) -> None:
    with pytest.raises(ValueError, match=r"offset|before"):
        Deprecated(since, sunset, GUIDE)
