"""A new kind is one class and nothing else: this file alone adds one, and it works from end to end (issue 2, point 2).

The kind is a time of day, written "08:30" and counted by the part of the day. Nothing in the program knows it.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from wtforms import StringField

from partnerkompas.criteria import actions, queries
from partnerkompas.criteria.files import WrongFile, read_edition
from partnerkompas.criteria.kinds import KINDS, Bucket, Kind, NotAnAnswer, Value, kind
from partnerkompas.criteria.questions import Question, Text
from partnerkompas.exchange import exporting, importing
from partnerkompas.infra.db import db
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.browser import Browser
from tests.comparison.test_pages import rows, value_of
from tests.factories import a_partner

PARTS = {"ochtend": Text("ochtend", "morning"), "middag": Text("middag", "afternoon")}

THEME = """
[theme]
key = "support"
position = 10
name = { nl = "Support", en = "Support" }
intro = { nl = "Over support.", en = "About support." }

[[criteria]]
key = "opening"
label = { nl = "Open vanaf", en = "Open from" }
question = { nl = "Hoe laat opent uw helpdesk?", en = "When does your help desk open?" }
why = { nl = "Om te weten wanneer u kunt bellen.", en = "To know when you can call." }
kind = "time_of_day"
evidence = { nl = "Een overeenkomst.", en = "An agreement." }
uses = ["facet", "compare", "search"]
on_card = 1
"""

ANSWERS = """partner,criterion,value,source,stated_on,recorded_on
een,opening,8u30,partner,2026-01-01,2026-01-01
een,opening,09:00,partner,2026-06-01,2026-06-01
twee,opening,9.02,partner,2026-06-01,2026-06-01
drie,opening,13:15,partner,2026-06-01,2026-06-01
vier,opening,25:00,partner,2026-06-01,2026-06-01
vijf,opening,gesloten,partner,2026-06-01,2026-06-01
"""


@pytest.fixture
def _time_of_day() -> Iterator[None]:
    @kind
    class TimeOfDay(Kind):
        """A moment of the day; stored as 08:30. Two that are less than five minutes apart say the same."""

        name = "time_of_day"
        label = Text("tijdstip", "time of day")
        facet_style = "values"
        ordered = True

        def parse(self, question: Question, raw: object) -> Value:
            hours, _sign, minutes = str(raw).replace("u", ":").replace(".", ":").partition(":")
            if str(raw) == "gesloten":
                return "gesloten"
            if not (hours + minutes).isdigit() or int(hours) > 23 or int(minutes) > 59:
                raise NotAnAnswer("geen tijdstip")
            return f"{int(hours):02}:{int(minutes):02}"

        def says_no(self, question: Question, value: Value) -> bool:
            return bool(value == "gesloten")

        def show(self, question: Question, value: Value, language: str) -> str:
            return f"{value} uur" if language == "nl" else f"{value} h"

        def field(self, question: Question, language: str) -> StringField:
            return StringField(question.label.in_(language))

        def buckets(self, question: Question, value: Value) -> tuple[str, ...]:
            return () if value == "gesloten" else ("ochtend" if value < "12:00" else "middag",)

        def choices(self, question: Question, language: str) -> tuple[Bucket, ...]:
            return tuple(Bucket(code, label.in_(language)) for code, label in PARTS.items())

        def terms(self, question: Question, value: Value) -> tuple[str, ...]:
            return tuple(PARTS[code].nl for code in self.buckets(question, value))

        def same(self, question: Question, one: Value, other: Value) -> bool:
            first, second = (int(each[:2]) * 60 + int(each[3:]) for each in (one, other))
            return abs(first - second) < 5

    yield
    del KINDS["time_of_day"]


@pytest.fixture
def answered(app: Flask, _time_of_day: None, tmp_path: Path) -> Path:
    """Criteria and answers loaded from files; the folder they stand in."""
    (tmp_path / "criteria.toml").write_text(THEME)
    actions.adopt(OPERATOR, read_edition(tmp_path / "criteria.toml", None))
    for name in ("Een", "Twee", "Drie", "Vier", "Vijf", "Zes"):
        a_partner(name)
    (tmp_path / "answers.csv").write_text(ANSWERS)
    report = importing.import_answers(OPERATOR, tmp_path / "answers.csv")
    db.session.commit()
    (rejected,) = report.rejected
    assert "geen tijdstip" in str(rejected)
    assert "25:00" in str(rejected)
    return tmp_path


def test_a_file_with_a_kind_that_nobody_added_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "criteria.toml").write_text(THEME)
    with pytest.raises(WrongFile) as refused:
        read_edition(tmp_path / "criteria.toml", None)
    assert "time_of_day" in str(refused.value)


def test_it_is_released_and_read_back(answered: Path) -> None:
    assert queries.current_edition().by_key["opening"].kind == "time_of_day"


def test_it_is_a_facet_that_counts_and_filters(answered: Path, browser: Browser) -> None:
    facet = browser.json("/api/v1/partners")["facets"]["opening"]
    assert {each["value"]: each["count"] for each in facet["values"]} == {"ochtend": 2, "middag": 1}
    assert (facet["states"]["stated"], facet["states"]["no"], facet["states"]["not_stated"]) == (3, 1, 2)
    found = browser.json("/api/v1/partners?opening=ochtend&sort=-opening")
    assert [each["slug"] for each in found["items"]] == ["twee", "een"]
    page = browser.get("/partners?opening=middag")
    assert "Drie" in page.links()
    assert "Twee" not in page.links()
    assert "13:15 uur" in page.text


def test_it_is_found_by_words(answered: Path, browser: Browser) -> None:
    assert [each["slug"] for each in browser.json("/api/v1/partners?q=middag")["items"]] == ["drie"]


def test_it_is_on_the_profile_with_its_history(answered: Path, browser: Browser) -> None:
    text = browser.get("/partners/een").text
    assert "09:00 uur" in text
    assert "08:30 uur" in text[text.index("Geschiedenis") :]
    assert "09:00 h" in browser.get("/en/partners/een").text
    assert "08:30 uur" in browser.get("/partners/een?op=2026-03-01").text


def test_it_is_compared_as_it_says_itself(answered: Path, browser: Browser) -> None:
    near = browser.get("/vergelijk?p=een&p=twee")
    assert rows(near)["Open vanaf"][1].startswith("opgegeven: 09:02 uur")
    assert not near.all("tr", class_="differs"), "two minutes make no difference"
    assert len(browser.get("/vergelijk?p=een&p=drie").all("tr", class_="differs")) == 1
    assert value_of(browser.json("/vergelijk.json?p=een&p=twee"), "twee", "opening") == "09:02"
    assert "09:02" in browser.client.get("/vergelijk.csv?p=een&p=twee").text


def test_it_has_its_page_among_the_criteria(answered: Path, browser: Browser) -> None:
    text = browser.get("/criteria/opening").text
    assert "tijdstip" in text
    assert "ochtend 2" in text


def test_it_comes_back_out_as_it_went_in(answered: Path) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    exporting.export_answers(OPERATOR, "csv", first)
    lines = list(csv.DictReader(io.StringIO(first.getvalue().decode("utf-8-sig"))))
    assert [(each["partner"], each["value"]) for each in lines] == [
        ("drie", "13:15"),
        ("een", "08:30"),
        ("een", "09:00"),
        ("twee", "09:02"),
        ("vijf", "gesloten"),
    ]
    (answered / "again.csv").write_bytes(first.getvalue())
    report = importing.import_answers(OPERATOR, answered / "again.csv")
    assert not report.rejected
    exporting.export_answers(OPERATOR, "csv", second)
    assert second.getvalue() == first.getvalue()
