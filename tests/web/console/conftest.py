"""A browser without a window: it keeps cookies, and says where its requests come from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

import psycopg
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.api import Api
from web.access import sessions

OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Visitor:
    """Somebody who looks at pages."""

    client: FlaskClient

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(path, query_string=query or None)

    def post(self, path: str, *, site: str = "same-origin", **form: Any) -> TestResponse:
        return self.client.post(path, data=form, headers={"Sec-Fetch-Site": site})


def visitor(
    api: Api, role: str = "hr", person_id: UUID | str | None = None, units: Iterable[UUID] = ()
) -> Visitor:
    """Somebody of this role who is signed in; what is recorded is visible to them."""
    api.project()
    with psycopg.connect(api.dsn) as conn:
        person = UUID(str(person_id)) if person_id else None
        _, secret = sessions.begin(conn, person, frozenset(role.split("+")), frozenset(units))
    client = api.app.test_client()
    client.set_cookie(sessions.PLAIN_COOKIE, secret)
    return Visitor(client)


def heading_of(answer: TestResponse) -> str:
    """The words of the one heading of a page."""
    (found,) = re.findall(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", found))
