"""Every page is headed by what is so: its heading is computed here again, of the lists that its reader may
see and not of the figures that the page was made of, for each role and moment, and where there is nothing.

A page that is new needs a line in `HEADINGS`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.console.conftest import Visitor, heading_of, visitor
from tests.web.performance import Company, company, days_ago
from web.access.table import is_page

PAST, LOST_ON = "2025-09-01", "2025-07-10"
ROLES = ("admin", "hr", "auditor", "manager", "employee", "reviewed")
MOMENTS = ("today", "past", "belief")
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
STANDING = {"preparation": "in preparation", "active": "active", "closed": "closed"}
BELOW = ("aligned", "detached", "orphan")
GONE = {403: "This is not for you.", 404: "There is nothing here for you."}
NO_BREAK = "\u00a0"
Items = list[dict[str, Any]]
Page = tuple[str, dict[str, str], str | None]
"""A path, what it is asked, and its heading; None: there is none for the reader."""


@dataclass(frozen=True)
class Case:
    """One reader and one moment. `all` is somebody who may read everything."""

    role: str
    reader: Api
    all: Api
    visitor: Visitor
    moment: Mapping[str, str]
    ids: Mapping[str, str]
    known: dict[Any, Any]
    """The answers that were asked for before."""

    @property
    def day(self) -> date:
        return date.fromisoformat(self.moment["as_of"]) if self.moment else datetime.now(UTC).date()

    @property
    def past(self) -> bool:
        return bool(self.moment)

    @property
    def since(self) -> date:
        """The last day of the quarter before."""
        return date(self.day.year, 3 * ((self.day.month - 1) // 3) + 1, 1) - timedelta(days=1)

    def items(self, path: str, *, of: Api | None = None, **asked: Any) -> Items:
        """A whole list as the reader has it, or somebody else, at the moment unless another day is asked."""
        found: Items = self.ask(path, of=of, **asked, limit=500)["items"]
        assert len(found) < 500
        return found

    def ask(self, path: str, *, of: Api | None = None, **asked: Any) -> Any:
        """An answer, asked for once."""
        reader, given = of or self.reader, {**self.moment, **asked}
        key = (reader.token, path, *sorted(given.items()))
        if key not in self.known:
            self.known[key] = reader.ask(path, behind=True, **given)
        return self.known[key]

    def some(self, *names: str) -> tuple[str, ...]:
        """All of these for one role, the first for each: they are told alike to all."""
        return names if self.role == "auditor" else names[:1]

    def classes(self, day: date, **asked: Any) -> dict[str, str]:
        """The class of everything that is live on a day, which is told of what is private, too."""
        live = self.items("/objectives", of=self.all, live="true", as_of=day.isoformat(), **asked)
        return {each["id"]: each["class"] for each in live}

    def coverage(self, day: date, unit: str) -> Fraction | None:
        return covered(self.classes(day, unit=unit).values())


def covered(classes: Any) -> Fraction | None:
    count = Counter(classes)
    below = sum(count[name] for name in BELOW)
    return Fraction(count["aligned"], below) if below else None


@dataclass(frozen=True)
class There:
    some: Company
    readers: Mapping[str, tuple[Api, Visitor]]
    moments: Mapping[str, Mapping[str, str]]
    ids: Mapping[str, str]
    known: dict[Any, Any] = field(default_factory=dict)

    def case(self, role: str, moment: str) -> Case:
        reader, looks = self.readers[role]
        return Case(role, reader, self.some.auditor, looks, self.moments[moment], self.ids, self.known)


def _more(some: Company, keeps: str, late: str) -> tuple[dict[str, str], str]:
    """A closed cycle, measures, reviews, and what was learnt late: ids, and the instant before that."""
    api = some.admin
    short = {
        "name": "Short",
        "starts_on": "2025-01-01",
        "ends_on": "2025-06-30",
        "effective_on": "2025-01-01",
    }
    closed = api.done("/cycles", short)
    api.done(f"/cycles/{closed}/activation", {"effective_on": "2025-01-01"})
    api.done(f"/cycles/{closed}/closure")
    aim = {"direction": "increase", "baseline": "0", "target": "10", "objective_ids": [some.objective]}
    ids = {"closed": closed}
    for name, value in (("Reached", "11"), ("Passed", "10"), ("Missed", "5")):
        measure = api.done("/measures", {"name": name, "effective_on": "2025-01-01", **aim})
        reading = {"on": "2025-02-01", "value": value}
        api.done(f"/measures/{measure}/readings", reading)
        ids[name] = measure
    ids["unread"] = api.done("/measures", {"name": "Unread", "effective_on": "2025-01-01", **aim})
    ids["final"] = some.up_to("finalisation")
    ids["assessed"] = some.review(
        person_id=some.ids["dan"], objectives=[{"objective_id": late, "weight": "100"}]
    )
    api.done(f"/reviews/{ids['assessed']}/self-assessment", {"text": "Well.", "effective_on": days_ago(20)})
    some.step(ids["assessed"], "assessment")
    some.check_in("2025-08-01", "4")
    api.project()
    known_at = api.ask("/units")["known_at"]
    told_late = {"reason": "told late", "effective_on": "2025-08-01"}
    api.done(f"/objectives/{keeps}/alignments/{some.objective}/removal", told_late)
    again = {"on": "2025-08-20", "value": "7"}
    api.done(f"/measures/{ids['Missed']}/readings", again)
    some.check_in("2025-08-15", "6")
    api.project()
    return ids, known_at


@pytest.fixture(scope="module")
def there(shared_api: Api) -> There:
    """North lost its way in July 2025, as was known in time; that South did in August was learnt later."""
    some, api = company(shared_api), shared_api
    north, south = api.unit("North", some.unit), api.unit("South", some.unit)
    api.unit("Berth one", some.unit)

    def under(parent: str) -> list[dict[str, str]]:
        return [{"objective_id": parent, "kind": "contributes", "weight": "1"}]

    def active(owner: dict[str, str], level: str, title: str, parent: str | None = None, **more: Any) -> str:
        links = under(parent) if parent else []
        return api.active(some.cycle, owner, level=level, title=title, alignments=links, **more)

    ends = active({"unit_id": north}, "department", "Berth plan", some.objective)
    active({"unit_id": north}, "team", "Cables", ends)
    keeps = active({"unit_id": south}, "department", "Tariff", some.objective)
    active({"unit_id": south}, "team", "Archive", keeps)
    active({"unit_id": south}, "team", "Ferries", some.objective)
    hushed = active({"person_id": some.ids["ana"]}, "individual", "Berth mine", ends, visibility="private")
    late = active({"person_id": some.ids["dan"]}, "individual", "Alone")
    api.done(f"/objectives/{ends}/cancellation", {"reason": "given up", "effective_on": LOST_ON})
    api.done(f"/objectives/{late}/cancellation", {"reason": "given up", "effective_on": days_ago(1)})
    more, known_at = _more(some, keeps, late)
    ids = {"north": north, "south": south, "hushed": hushed, "ends": ends, **more}
    api.done(f"/units/{south}/renaming", {"name": "South Sea", "effective_on": "2025-05-01"})
    api.project()
    people = {"manager": "bo", "employee": "dan", "reviewed": "ana"}
    readers = {"admin": some.admin, "hr": some.hr, "auditor": some.auditor}
    readers |= {role: some.who(name) for role, name in people.items()}
    looks = {"admin": ("admin", None), "hr": ("hr", some.ids["hr"]), "auditor": ("auditor", None)}
    looks |= {role: ("employee", some.ids[name]) for role, name in people.items()}
    then = {"as_of": PAST, "known_at": known_at}
    return There(
        some,
        {role: (reader, visitor(api, *looks[role])) for role, reader in readers.items()},
        {"today": {}, "past": {"as_of": PAST}, "belief": then},
        {**ids, "unit": some.unit, "cycle": some.cycle, "objective": some.objective, **some.ids},
    )


def long_day(day: date | str, *, year: bool = True) -> str:
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{found.day} {found:%B}{f' {found.year}' if year else ''}"


def so_many(how_many: int, one: str, many: str | None = None) -> str:
    return f"{how_many:,} {one if how_many == 1 else many or one + 's'}"


def spelled(how_many: int, one: str, many: str | None = None) -> str:
    return f"{NUMBERS[how_many]} {one if how_many == 1 else many or one + 's'}"


def lead(how_many: int, case: Case) -> str:
    return "led" if case.past else "leads" if how_many == 1 else "lead"


def percent(share: Fraction) -> str:
    whole = (Decimal(share.numerator) / share.denominator * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{whole}{NO_BREAK}%"


def home(case: Case) -> Iterator[Page]:
    count = Counter(case.classes(case.day).values())
    below = sum(count[name] for name in BELOW)
    loose = below - count["aligned"]
    said = f"{count['aligned']} of {so_many(below, 'objective')} lead to the strategy."
    said += f" {loose} {'does' if loose == 1 else 'do'} not."
    if not loose:
        said = f"All {so_many(below, 'objective')} lead to the strategy."
    of_everybody = {"as": "everybody"} if case.role in ("admin", "auditor") else {}
    yield "/", of_everybody, said if below else "Nothing leads anywhere yet."


def board_pack(case: Case) -> Iterator[Page]:
    for since in (case.since, date(2025, 2, 1)) if case.role == "auditor" else (case.since,):
        classes = case.classes(case.day).values()
        now, then = covered(classes), covered(case.classes(since).values())
        on, was = long_day(case.day), long_day(since)
        if now is None:
            said = f"Nothing {'was' if case.past else 'is'} live below the strategy on {on}."
        else:
            count = Counter(classes)
            below = so_many(sum(count[name] for name in BELOW), "objective")
            said = f"{count['aligned']} of {below} {lead(count['aligned'], case)} to the strategy on {on}. "
            if then is None:
                said += f"There was nothing to compare it with on {was}."
            elif now == then:
                said += f"Coverage is as it was on {was}."
            else:
                way = "risen" if now > then else "fallen"
                shift = f"{abs(float(now - then)) * 100:.1f}{NO_BREAK}points"
                said += f"Since {was} coverage has {way} by {shift}."
        yield "/board-pack", {} if since == case.since else {"from": since.isoformat()}, said


def overview(case: Case) -> Iterator[Page]:
    count = Counter(case.classes(case.day).values())
    when = f"On {long_day(case.day)} " if case.past else ""
    loose, led, goals = count["detached"] + count["orphan"], count["aligned"], count["strategic"]
    if count:
        said = f"{when}{so_many(led, 'objective')} {lead(led, case)} to {spelled(goals, 'goal')}. "
        said += f"{loose} {lead(loose, case)} nowhere."
    else:
        said = f"{when}nothing {'was' if case.past else 'is'} live." if when else "Nothing is live yet."
    yield "/map", {}, said
    if case.role == "auditor":
        yield "/map", {"as": "table"}, said
    yield from _compared(case)
    if "objective" in case.ids:
        yield from _cascade(case)


def _compared(case: Case) -> Iterator[Page]:
    before, after = case.classes(case.since), case.classes(case.day)
    loose = ("detached", "orphan")
    both = [(before[id], after[id]) for id in before.keys() & after.keys()]
    ended, began = len(before.keys() - after.keys()), len(after.keys() - before.keys())
    lost = sum(was not in loose and now in loose for was, now in both)
    found = sum(was in loose and now not in loose for was, now in both)
    lost_way = "lost its way to the strategy" if lost == 1 else "lost their way to the strategy"
    parts = _others(((ended, "ended"), (lost, lost_way)))
    parts = parts or _others(((began, "began"), (found, "found a way to the strategy")))
    said = ", and ".join(parts) or "nothing ended, began, lost its way or found one"
    when = long_day(case.since, year=case.since.year != case.day.year)
    yield "/map", {"from": case.since.isoformat()}, f"Since {when} {said}."


def _others(did: Sequence[tuple[int, str]]) -> list[str]:
    parts: list[str] = []
    for how_many, what in did:
        if how_many:
            parts.append(f"{so_many(how_many, 'other' if parts else 'objective')} {what}")
    return parts


def _cascade(case: Case) -> Iterator[Page]:
    it = _listed(case, "/objectives", case.ids["objective"])
    stands = "no progress yet"
    if it["progress"] is not None:
        stands = f"{percent(Fraction(str(it['progress'])))} done, {it['pace'].replace('_', ' ')}"
    yield "/map", {"root": it["id"]}, f"{it['title']}: {stands}"


def _listed(case: Case, path: str, id: str, **asked: Any) -> Any:
    """The thing as it stands in the list of the reader; None if it does not."""
    return next((each for each in case.items(path, **asked) if each["id"] == id), None)


def objectives(case: Case) -> Iterator[Page]:
    live = len(case.items("/objectives", live="true"))
    yield "/objectives", {}, f"{so_many(live, 'objective')} that {'is' if live == 1 else 'are'} live"
    orphans: dict[str, Any] = {"class": "orphan"}
    loose = len(case.items("/objectives", **orphans))
    yield (
        "/objectives",
        {"class": "orphan"},
        f"{so_many(loose, 'objective')} that {'is' if loose == 1 else 'are'} linked to nothing",
    )


def objective(case: Case) -> Iterator[Page]:
    for name in ("hushed", *case.some("ends")):
        it = _listed(case, "/objectives", case.ids[name])
        yield f"/objectives/{case.ids[name]}", {}, it and it["title"]


def people(case: Case) -> Iterator[Page]:
    yield "/people", {}, so_many(len(case.items("/people")), "person", "people")


def person(case: Case) -> Iterator[Page]:
    for name in case.some("ana", "dan", "cleo"):
        id = case.ids[name]
        goals = set()
        for each in case.items("/objectives", owner=id, live="true"):
            paths = case.ask(f"/objectives/{each['id']}/paths")["paths"]
            goals |= {path["objectives"][-1]["id"] for path in paths}
        when = f"On {long_day(case.day, year=case.day.year != datetime.now(UTC).year)} " if case.past else ""
        called = _listed(case, "/people", id)["name"]
        works = "worked" if case.past else "works"
        of = "" if goals else " of the strategy"
        yield f"/people/{id}", {}, f"{when}{called} {works} towards {spelled(len(goals), 'goal')}{of}."


def units(case: Case) -> Iterator[Page]:
    there = case.items("/units", status="active")
    if not there:
        yield "/units", {}, "There is no unit yet."
        return
    tops = [each for each in there if each["parent_id"] is None]
    first = tops if len(tops) > 1 else [each for each in there if each["parent_id"] == tops[0]["id"]]
    shares = {
        each["name"]: (case.coverage(case.since, each["id"]), case.coverage(case.day, each["id"]))
        for each in first
    }
    where, since = spelled(len(first), "unit"), long_day(case.since)
    known = {name: both for name, both in shares.items() if both[1] is not None}
    moved = {name: now - then for name, (then, now) in known.items() if then is not None and now is not None}
    fell = {name: by for name, by in moved.items() if by < 0}
    if fell:
        name = min(fell, key=lambda each: (fell[each], each))
        then, now = shares[name]
        assert then is not None
        assert now is not None
        said = f"Since {since} coverage fell in {NUMBERS[len(fell)]} of {where}, most in {name}: "
        said += f"from {percent(then)} to {percent(now)}."
    else:
        name = min(known, key=lambda each: (known[each][1], each))
        lowest = known[name][1]
        assert lowest is not None
        said = f"Since {since} coverage fell in none of {where}. "
        said += f"It {'was' if case.past else 'is'} lowest in {name}: {percent(lowest)}."
    yield "/units", {}, said


def unit(case: Case) -> Iterator[Page]:
    for name in case.some("south", "north", "unit"):
        id = case.ids[name]
        count = Counter(case.classes(case.day, unit=id).values())
        below = sum(count[each] for each in BELOW)
        when = f" on {long_day(case.day)}" if case.past else ""
        called = _listed(case, "/units", id)["name"]
        led = count["aligned"]
        said = f"{called}: {led} of {so_many(below, 'objective')} {lead(led, case)} to the strategy{when}."
        yield f"/units/{id}", {}, said


def cycles(case: Case) -> Iterator[Page]:
    listed = sorted(case.items("/cycles"), key=lambda each: (each["starts_on"], each["name"]), reverse=True)
    count = Counter(each["status"] for each in listed)
    parts = [
        f"{spelled(n, 'cycle') if not place else NUMBERS[n]} {'is' if n == 1 else 'are'} {STANDING[status]}"
        for place, (status, n) in enumerate(count.items())
    ]
    said = ", ".join(parts)
    yield "/cycles", {}, f"{said[:1].upper()}{said[1:]}." if parts else "There is no cycle."


def cycle(case: Case) -> Iterator[Page]:
    for name in case.some("cycle", "closed"):
        it = _listed(case, "/cycles", case.ids[name])
        over = it["ends_on"] < case.day.isoformat()
        said = f"{it['name']} {'ended on' if over else 'runs until'} {long_day(it['ends_on'])}. "
        if it["status"] == "closed":
            said += "It is closed and sealed."
        else:
            said += f"It is {STANDING[it['status']]}{', not sealed' if over else ''}."
        yield f"/cycles/{case.ids[name]}", {}, said


def reviews_of_cycle(case: Case) -> Iterator[Page]:
    for name, called in (("cycle", "Long"), ("closed", "Short")):
        listed = case.items("/reviews", cycle=case.ids[name])
        of = sum(each["status"] != "withdrawn" for each in listed)
        final = sum(each["status"] == "finalised" for each in listed)
        which = f"of {called}{'' if case.role in ('admin', 'hr', 'auditor') else ' that you may see'}"
        if not of:
            said = f"There is no review {which}."
        elif final == of:
            said = f"The review {which} is final." if of == 1 else f"All {of} reviews {which} are final."
        else:
            be = "is" if final == 1 else "are"
            said = f"{final} of {so_many(of, 'review')} {which} {be} final. "
            said += f"{of - final} {'waits' if of - final == 1 else 'wait'} for somebody."
        yield f"/cycles/{case.ids[name]}/reviews", {}, said


def review(case: Case) -> Iterator[Page]:
    called = {each["id"]: each["name"] for each in case.items("/people")}
    for name in ("final", "assessed"):
        it = _listed(case, "/reviews", case.ids[name])
        said = None
        if it is not None:
            who, by = called[it["person_id"]], called[it["reviewer_id"]]
            if name == "final":
                said = f"The review of {who} is final: {it['rating']} of 5"
            elif it["rating"] is None:
                said = f"The assessment of {who} is not shared yet."
            else:
                said = f"{by} rated {who} {it['rating']}. It is to be shared, or calibrated before."
        yield f"/reviews/{case.ids[name]}", {}, said


def measures(case: Case) -> Iterator[Page]:
    listed = case.items("/measures")
    reached = sum(each["latest"] is not None and Decimal(each["latest"]["value"]) >= 10 for each in listed)
    if not listed:
        yield "/measures", {}, "There is no measure."
        return
    which = spelled(len(listed), "measure")
    said = f"{NUMBERS[reached].capitalize() if reached else 'None'} of {which}"
    yield "/measures", {}, f"{said} {'has reached its' if reached == 1 else 'have reached their'} target."


def measure(case: Case) -> Iterator[Page]:
    for name in case.some("Missed", "Reached", "unread"):
        it = _listed(case, "/measures", case.ids[name])
        readings = case.ask(f"/measures/{it['id']}")["readings"]
        if readings:
            last = max(readings, key=lambda each: each["on"])
            on = date.fromisoformat(last["on"])
            said = f"{it['name']} stood at {last['value']} on {on.day} {on:%b} {on.year}. The target is 10."
        else:
            said = f"{it['name']} has not been read yet. Its target is 10."
        yield f"/measures/{it['id']}", {}, said


def trail(case: Case) -> Iterator[Page]:
    if case.role not in ("admin", "hr", "auditor"):
        yield "/trail", {}, None
        return
    count = _rows(case, kind="event,refusal,export")
    yield "/trail", {}, f"{count:,} changes, refusals and exports were recorded."
    late = _rows(case, kind="event", late="true")
    yield (
        "/trail",
        {"q": "late:true"},
        f"{late:,} changes were recorded late." if late else "No change was recorded late.",
    )


def _rows(case: Case, **asked: str) -> int:
    """Counts the rows of the trail one by one."""
    rows, after = 0, dict[str, Any]()
    while True:
        answer = case.reader.get("/audit", behind=True, **asked, **after, limit=500)
        rows += len(answer.get_json()["items"])
        following = re.search(r"[?&]after=([^&>]+)", answer.headers.get("Link", ""))
        if following is None:
            return rows
        after = {"after": following[1]}


def event(case: Case) -> Iterator[Page]:
    if case.role not in ("admin", "hr", "auditor"):
        yield "/trail/1", {}, None
        return
    rows = case.reader.ask("/audit", behind=True, kind="event", order="oldest", limit=5)["items"]
    for row in rows:
        done = row["action"].rpartition(".")[2].replace("_", " ")
        yield f"/trail/{row['position']}", {}, f"Event {row['position']}: {done} by {row['actor_name']}."


def search(case: Case) -> Iterator[Page]:
    yield "/search", {}, "What are you looking for?"
    yield "/search", {"q": "nowhere"}, "Nothing is called “nowhere”."
    found = {
        "objective": [each for each in case.items("/objectives") if "Berth" in each["title"]],
        "unit": [each for each in case.items("/units") if "Berth" in each["name"]],
    }
    said = " and ".join(spelled(len(items), name) for name, items in found.items() if items)
    how_many = sum(map(len, found.values()))
    if how_many:
        be = "is" if how_many == 1 else "are"
        yield "/search", {"q": "Berth"}, f"{said[0].upper()}{said[1:]} {be} called so."


def help_(_: Case) -> Iterator[Page]:
    yield "/help", {}, "Every page answers a question about a day, as it was known at some moment"


HEADINGS: Mapping[str, Callable[[Case], Iterator[Page]]] = {
    "home": home,
    "board_pack": board_pack,
    "overview": overview,
    "objectives": objectives,
    "objective": objective,
    "people": people,
    "person": person,
    "units": units,
    "unit": unit,
    "cycles": cycles,
    "cycle": cycle,
    "reviews_of_cycle": reviews_of_cycle,
    "review": review,
    "measures": measures,
    "measure": measure,
    "trail": trail,
    "event": event,
    "search": search,
    "help_": help_,
}
"""What heads each page, by its endpoint."""
NEEDS_IDS = ("objective", "person", "unit", "cycle", "reviews_of_cycle", "review", "measure")
NEVER_EMPTY = ("trail", "event")
"""What is done in an organisation begins with its first token."""
ELSEWHERE = {
    "form": "test_forms.py",
    "plan": "test_plan_pages.py",
    "plans": "test_plan_pages.py",
    "sign_in": "test_doors.py",
    "one_time_link": "test_doors.py",
    "new_import": "test_import_page.py",
    "policies": "test_every_form.py",
    "preferences": "test_preferences.py",
    "tokens": "test_administration_pages.py",
    "webhooks": "test_administration_pages.py",
    "webhook": "test_administration_pages.py",
}
"""Pages that speak of no state of the organisation, or of what would be: the tests that hold their
headings.
"""


def test_every_page_has_a_heading_that_is_held(there: There) -> None:
    pages = {
        rule.endpoint.removeprefix("console.")
        for rule in there.some.admin.app.url_map.iter_rules()
        if is_page(rule.endpoint) and "GET" in (rule.methods or ()) and rule.endpoint != "console.static"
    }
    assert pages == HEADINGS.keys() | ELSEWHERE.keys()
    for file in ELSEWHERE.values():
        text = (Path(__file__).parent / file).read_text()
        assert "heading" in text or "<h1>" in text, file


def _check(case: Case, name: str) -> None:
    for path, asked, said in HEADINGS[name](case):
        page = case.visitor.get(path, **{**case.moment, **asked})
        where = (path, asked, case.role, dict(case.moment))
        if said is None:
            assert page.status_code in GONE, where
            assert heading_of(page) == GONE[page.status_code], where
        elif name == "review" and "is final" in said:
            assert heading_of(page).startswith(said), where
        else:
            assert (page.status_code, heading_of(page)) == (200, said), where


@pytest.mark.parametrize("name", HEADINGS)
def test_the_heading_says_what_is_so_to_each_role_at_each_moment(there: There, name: str) -> None:
    for role in ROLES:
        for moment in MOMENTS:
            _check(there.case(role, moment), name)


@pytest.mark.parametrize("role", ["admin", "hr", "auditor"])
def test_the_heading_says_what_is_so_where_there_is_nothing(api: Api, role: str) -> None:
    reader = Api(api.app, api.dsn, token(api.dsn, role))
    case = Case(role, reader, reader, visitor(api, role), {}, {}, {})
    for name in HEADINGS:
        if name not in (*NEEDS_IDS, *NEVER_EMPTY):
            _check(case, name)


def test_the_moments_differ(there: There) -> None:
    """So that a page that looks at another moment than it says is found."""
    said = {
        name: [list(HEADINGS[name](there.case("hr", moment))) for moment in MOMENTS]
        for name in ("home", "units", "unit", "measure", "cycles", "reviews_of_cycle", "board_pack")
    }
    for name in ("home", "units", "unit", "board_pack", "measure"):
        past, belief = said[name][1:]
        assert past != belief, name
    assert said["cycles"][0] != said["cycles"][1]
    assert said["reviews_of_cycle"][0] != said["reviews_of_cycle"][1]
