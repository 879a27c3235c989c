"""The source says how it writes what a program cannot know: its dates, its decimals, its encoding."""

import re
from dataclasses import dataclass, field
from datetime import date

ISO = "YYYY-MM-DD"
PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{1,2})", "DD": r"(?P<day>\d{1,2})"}
LOCAL_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2\d{4}", re.ASCII)
WITH_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)


class NotANotation(ValueError):
    """A declared form is none; says so in one sentence. `option`: which."""

    def __init__(self, option: str, detail: str) -> None:
        super().__init__(detail)
        self.option = option


@dataclass(frozen=True)
class Notation:
    """`dates`: the order and the separators of YYYY, MM and DD; a date in the ISO form is always taken.
    `encoding`: of the files that do not tell theirs by their first bytes and are not UTF-8. Raises
    `NotANotation`.
    """

    dates: str = ISO
    decimal_comma: bool = False
    encoding: str | None = None
    _patterns: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        forms = dict.fromkeys((ISO, self.dates))
        object.__setattr__(self, "_patterns", tuple(_pattern(form) for form in forms))
        if self.encoding is not None:
            _check_encoding(self.encoding)

    def day(self, cell: str) -> date | None:
        """The day, or None if the cell is none."""
        for pattern in self._patterns:
            if found := pattern.fullmatch(cell):
                try:
                    return date(int(found["year"]), int(found["month"]), int(found["day"]))
                except ValueError:
                    pass  # of the right form, but on no calendar
        return None

    def no_day(self, cell: str) -> str:
        """Says why the cell is no date, and how it would be one."""
        local = LOCAL_DATE.fullmatch(cell)
        if local is None or self.dates != ISO:
            return f"is not a date ({self.dates})"
        sign, month_may_be_first = local[2], int(local[1]) <= 12
        forms = [sign.join(("DD", "MM", "YYYY"))] * (int(local[3]) <= 12)
        forms += [sign.join(("MM", "DD", "YYYY"))] * month_may_be_first
        hint = f"; declare its form if it is one, as in --dates {' or '.join(forms)}" if forms else ""
        return f"is not a date ({ISO}){hint}"

    def number(self, cell: str) -> str:
        """The cell with a decimal point, if it has a comma that was declared. A point beside that, which may
        part thousands, is left for whoever reads it to refuse.
        """
        if not self.decimal_comma:
            return cell
        return cell.replace(",", ".") if "." not in cell else cell.replace(".", ",")

    def no_number(self, cell: str) -> str:
        """Says how the cell would be a number, if it would."""
        if not self.decimal_comma and WITH_COMMA.fullmatch(cell):
            return "; declare --decimal-comma if its comma is one"
        return "; a point does not go with --decimal-comma" if self.decimal_comma and "." in cell else ""

    def write_number(self, number: str) -> str:
        """A number that a workbook holds as one, in the form that is declared for its texts."""
        return number.replace(".", ",") if self.decimal_comma else number


def _pattern(form: str) -> re.Pattern[str]:
    pattern = re.escape(form)
    for part, digits in PARTS.items():
        if pattern.count(part) != 1:
            raise NotANotation("dates", f"{form!r} is not a form of dates such as DD.MM.YYYY or MM/DD/YYYY")
        pattern = pattern.replace(part, digits)
    if form == ISO:
        pattern = pattern.replace("{1,2}", "{2}")
    return re.compile(pattern, re.ASCII)


def _check_encoding(name: str) -> None:
    try:
        " ".encode(name)
    except (LookupError, ValueError) as error:
        raise NotANotation("encoding", f"{name!r} is no encoding such as cp1252 or utf-16") from error
