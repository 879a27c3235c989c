"""A plan is uploaded, tried and imported over HTTP; an empty one is downloaded."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.plan_folders import PlanFolder, small_plan
from tests.web.api import Api, refused
from tests.web.conftest import token

FORM = "multipart/form-data"
UNITS = "unit_id,name,kind,parent_unit_id,effective_on\n"


def packed(plan: PlanFolder) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for file in plan.write().iterdir():
            made.write(file, file.name)
    return data.getvalue()


def of_units(text: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("units.csv", text)
    return data.getvalue()


def upload(api: Api, data: bytes, name: str = "harbour.zip", **fields: str) -> Any:
    form = {"file": (io.BytesIO(data), name), **fields}
    headers = api.headers({})
    return api.app.test_client().post("/api/v1/imports", data=form, headers=headers)


@pytest.fixture
def plan(tmp_path: Path) -> PlanFolder:
    return small_plan(tmp_path / "harbour")


def test_a_plan_is_tried_then_imported_then_known(api: Api, plan: PlanFolder) -> None:
    tried = upload(api, packed(plan), dry_run="true")
    assert (tried.status_code, tried.json["position"], tried.json["source"]) == (200, None, "harbour")
    assert {row["outcome"] for row in tried.json["rows"]} == {"create"}
    assert api.get("/units").json["items"] == []  # type: ignore[index]

    done = upload(api, packed(plan), reason="the yearly plan")
    assert (done.json["events"], done.json["position"]) == (tried.json["events"], 57)
    assert done.headers["Throughline-Position"] == "57"
    lift = next(item for item in api.ask("/objectives")["items"] if item["external_id"] == "LIFT")
    history = api.ask(f"/objectives/{lift['id']}/history")["items"]
    assert {(item["reason"], item["actor"].split(":")[0]) for item in history} == {
        ("the yearly plan", "token"),
        ("annual plan", "token"),
    }

    again = upload(api, packed(plan)).json
    assert (again["events"], {row["outcome"] for row in again["rows"]}) == ({}, {"skip"})


def test_the_template_is_filled_in_and_imported(api: Api) -> None:
    answer = api.get("/imports/template", behind=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan.xlsx"'
    workbook = openpyxl.load_workbook(io.BytesIO(answer.data))
    workbook["units"].append(["007", "Yard", "team", None, None])
    filled = io.BytesIO()
    workbook.save(filled)
    assert upload(api, filled.getvalue(), "plan.xlsx").json["events"] == {"unit.defined": 1}
    assert api.ask("/units")["items"][0]["external_id"] == "007"


def test_bad_cells_are_a_table_and_nothing_is_recorded(api: Api) -> None:
    answer = upload(api, of_units(f"{UNITS}a,A,empire,,2026-01-01\nb,B,team,nowhere,31.01.2026\n"))
    refused(answer, 422, "invalid-plan")
    cells = [(cell["file"], cell["line"], cell["column"]) for cell in answer.json["cells"]]
    assert cells == [
        ("units.csv", 2, "kind"),
        ("units.csv", 3, "effective_on"),
        ("units.csv", 3, "parent_unit_id"),
    ]
    assert answer.json["count"] == 3
    assert api.ask("/units")["items"] == []


def test_what_is_declared_holds_over_http_too(api: Api) -> None:
    text = f"{UNITS}a,Größe,team,,31.01.2026\n".replace(",", ";")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("units.csv", text.encode("cp1252"))
    answer = upload(api, data.getvalue(), dates="DD.MM.YYYY", encoding="cp1252", source="HR", again="true")
    assert answer.json["source"] == "HR"
    assert api.ask("/units", as_of="2026-01-31")["items"][0]["name"] == "Größe"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"dates": "DD.MM"}, "/dates"),
        ({"encoding": "klingon"}, "/encoding"),
        ({"dry_run": "maybe"}, "/dry_run"),
        ({"effective_on": "tomorrow"}, "/effective_on"),
        ({"colour": "red"}, "/colour"),
        ({"reason": "\x07"}, "/reason"),
        ({"source": " "}, "/source"),
    ],
)
def test_a_field_that_is_wrong_is_named(shared_api: Api, fields: dict[str, str], pointer: str) -> None:
    refused(upload(shared_api, of_units(UNITS), **fields), 422, "invalid-value", pointer)


def test_a_file_is_needed_and_it_must_be_a_plan(shared_api: Api) -> None:
    headers = shared_api.headers({})
    client = shared_api.app.test_client()
    nothing = client.post("/api/v1/imports", data={"source": "a"}, headers=headers, content_type=FORM)
    refused(nothing, 422, "invalid-value", "/file")
    text = client.post("/api/v1/imports", data={"file": "no file"}, headers=headers, content_type=FORM)
    refused(text, 422, "invalid-value", "/file")
    refused(upload(shared_api, b"unit_id,name\n", "units.csv"), 422, "invalid-plan")
    refused(shared_api.raw("/imports", b"{}"), 415, "unsupported-media-type")


def test_an_upload_is_bounded(shared_api: Api) -> None:
    refused(shared_api.raw("/imports", bytes((32 << 20) + 1), f"{FORM}; boundary=x"), 413, "too-large")
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("units.csv", bytes(101 << 20))
    answer = upload(shared_api, large.getvalue())
    refused(answer, 422, "invalid-plan")
    assert "larger than 100 MB unpacked" in answer.json["cells"][0]["detail"]


@pytest.mark.parametrize("role", ["auditor", "employee", "hr", "service"])
def test_only_administrators_and_hr_import(api: Api, dsn: str, role: str) -> None:
    other = Api(api.app, dsn, token(dsn, role))
    refused(upload(other, of_units(UNITS)), 403, "forbidden")
    refused(other.get("/imports/template", behind=True), 403, "forbidden")
