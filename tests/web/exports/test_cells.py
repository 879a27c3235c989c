"""Cells of CSV: what a spreadsheet would run is defused, and everything can be read back."""

import csv
import io
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from web.exports.cells import END, RISKY, armed, defused, line

TEXT = st.text(
    st.one_of(st.sampled_from(RISKY + "'\",;|# 0-."), st.characters(exclude_categories=["Cs", "Cc"]))
)


@pytest.mark.parametrize("first", list(RISKY), ids=lambda first: f"{ord(first):04x}")
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(first: str) -> None:
    assert defused(f"{first}cmd|' /C calc'!A0") == f"'{first}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "a=1", "1+1", " =1", "'", "'tis so", "-5", "-12.50", "12", "שלום"])
def test_other_text_and_plain_numbers_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("text", ["-5-5", "+5", "-", "--5", "-5\n", "-\N{ARABIC-INDIC DIGIT FIVE}"])
def test_what_only_looks_like_a_number_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("separator", list(",;|\t\r\n"), ids=lambda each: f"{ord(each):04x}")
@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "＝1", '"=1', "'=1"])  # noqa: RUF001
def test_a_formula_behind_any_separator_is_defused(separator: str, formula: str) -> None:
    risky = formula.lstrip("\"'")
    quotes = formula.removesuffix(risky).replace("'", "")
    apostrophes = "'" * (1 + formula.count("'"))
    assert defused(f"a{separator}{formula}") == f"a{separator}{quotes}{apostrophes}{risky}"


@pytest.mark.parametrize("separator", list(",;|\t"), ids=lambda each: f"{ord(each):04x}")
@given(texts=st.lists(TEXT.filter(lambda text: text != ""), min_size=1, max_size=3))
def test_no_reader_with_another_separator_finds_a_formula(separator: str, texts: list[str]) -> None:
    for row in line(texts).decode().replace("\r", "\n").split("\n"):
        for cell in row.split(separator):
            assert cell.strip('"')[:1] not in tuple("=@＝＋－＠")  # noqa: RUF001


def test_json_in_a_cell_says_what_it_said_and_has_no_formula_behind_a_separator() -> None:
    said = ["a;=1", 'b|"@x', "c; = 1", "d,=1", -2]
    (row,) = csv.reader(io.StringIO(line([said]).decode()))
    assert json.loads(row[0]) == said
    assert not re.search(r"""[;|]["'\\]*[=@]""", row[0])


@pytest.mark.parametrize("text", ["#", "a # b", "a;b", "a|b", "a\tb", 'a"b', "a,b", "a\nb", " a", "a "])
def test_what_some_reader_takes_for_something_else_is_quoted(text: str) -> None:
    assert line([text]).decode() == '"' + text.replace('"', '""') + '"'


@given(TEXT)
@example("'=1")
@example("\t\t=")
@example("a;'=1;;=2")
@example("''+1")
@example("'-5")
def test_the_text_can_be_had_again(text: str) -> None:
    assert armed(defused(text)) == text


@given(TEXT)
def test_no_cell_begins_with_what_is_run(text: str) -> None:
    cell = defused(text)
    assert cell[:1] not in tuple(RISKY) or cell.removeprefix("-").replace(".", "", 1).isdecimal()


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_a_row_is_read_back_by_the_csv_of_python(texts: list[str]) -> None:
    (row,) = csv.reader(io.StringIO((line(texts) + END).decode(), newline=""), strict=True)
    assert [armed(cell) for cell in row] == texts


def test_absent_empty_and_other_values() -> None:
    assert line([None, "", "a", 1, 0.5, True, ["x"], {"y": None}]) == (
        b',"",a,1,0.5,true,"[""x""]","{""y"":null}"'
    )


def test_a_row_never_looks_like_a_comment() -> None:
    assert line(["# rows: 1", "x"]) == b'"# rows: 1",x'
