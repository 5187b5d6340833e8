"""The demonstration data: made by its program, with every state, level and source, and without contradictions."""

import csv
import filecmp
import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import decided_by
from partnerkompas.answers.facts import Dispute, Fact, Facts, facts_of, summary
from partnerkompas.answers.models import Level, Source, State
from partnerkompas.criteria import actions as criteria
from partnerkompas.criteria import queries
from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.questions import Edition
from partnerkompas.exchange.answer_records import AnswerReader
from partnerkompas.exchange.importing import import_answers, import_partners
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.conftest import ROOT
from tests.factories import NOW

SEED = ROOT / "seed"
DEMO = SEED / "demo"
TODAY = date(2026, 11, 22)
Line = dict[str, str]


@cache
def the_edition() -> Edition:
    return read_edition(SEED / "criteria", SEED / "options")


@cache
def partners() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((DEMO / "partners.json").read_text(encoding="utf-8")))


@cache
def lines() -> tuple[Line, ...]:
    with (DEMO / "answers.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def history() -> list[list[Line]]:
    """The lines of each place, as they stand in the file."""
    places = defaultdict(list)
    for line in lines():
        places[line["partner"], line["criterion"], line["product"]].append(line)
    return list(places.values())


@cache
def facts_on(day: date) -> dict[str, Facts]:
    """The facts of each listed partner, from the newest line at each place."""
    reader = AnswerReader("1.0.0", lambda number: the_edition(), TODAY, NOW)
    rows: dict[str, list[Any]] = {each["slug"]: [] for each in partners() if each["status"] == "listed"}
    disputes = {}
    with clock.fixed_at(NOW):
        for number, told in enumerate(history()):
            answer, dispute = reader.parsed(told[-1], 1)
            if told[-1]["partner"] in rows:
                values = {name: getattr(answer, name) for name in answer.__slots__}
                rows[told[-1]["partner"]].append(SimpleNamespace(id=number, **values))
            if dispute:
                disputes[number] = Dispute(dispute.reason, decided_by(dispute.since))
    return {slug: facts_of(the_edition(), known, disputes, day) for slug, known in rows.items()}


def every_fact(day: date = TODAY) -> list[Fact]:
    return [fact for facts in facts_on(day).values() for fact in facts.values()]


def value(facts: Facts, criterion: str, product: str = "") -> Any:
    fact = facts.get((criterion, product))
    return fact.value if fact else None


def most(band: str) -> int:
    """The highest number in a band of people."""
    return 10**6 if "meer" in band else int(band.split("-")[-1])


def test_the_files_are_what_the_program_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SEED / "make_demo.py", tmp_path], check=True, cwd=ROOT)
    names = ["partners.json", "answers.csv", "SOURCE.txt"]
    assert filecmp.cmpfiles(DEMO, tmp_path, names, shallow=False)[0] == names


def test_sixty_partners_and_two_drafts_all_marked_as_fictional() -> None:
    assert Counter(each["status"] for each in partners()) == {"listed": 60, "draft": 2}
    assert all(each["fictional"] is True for each in partners())
    assert all(each["name"].startswith("Concept ") == (each["status"] == "draft") for each in partners())
    assert len({each["kvk_number"] for each in partners()}) == len(partners())
    assert all(each["kvk_number"].startswith("0000") for each in partners())
    assert any(len(each["former_names"]) > 1 for each in partners())
    assert max(Counter(each["group"] for each in partners() if each["group"]).values()) >= 3


def test_every_address_is_reserved() -> None:
    given = [line["source_url"] for line in lines()] + [line["value"] for line in lines()]
    given += [url for each in partners() for url in (each["website"], *(it["source_url"] for it in each["offices"]))]
    addresses = {each for each in given if each.startswith("http")}
    assert len(addresses) > 100
    assert all((urlsplit(each).hostname or "").endswith(".example") for each in addresses)


def test_offices_are_in_every_province_and_in_real_towns() -> None:
    with (SEED / "places.csv").open(encoding="utf-8", newline="") as file:
        towns = {(line["place"], line["province"]) for line in csv.DictReader(file)}
    offices = [office for each in partners() for office in each["offices"]]
    assert {(office["city"], office["province"]) for office in offices} <= towns
    assert {office["province"] for office in offices} == {province for _place, province in towns}
    assert {office["role"] for office in offices} == {"office", "delivery"}


def test_every_state_level_and_source() -> None:
    facts = every_fact()
    states = Counter(fact.state for fact in facts)
    assert states.keys() == set(State)
    assert {fact.level for fact in facts} == set(Level)
    assert {fact.source for fact in facts if fact.source} == set(Source)
    answered = sum(fact.answer_id is not None for fact in facts)
    assert 0.03 < states[State.EXPIRED] / answered < 0.07
    assert 0.01 < states[State.DISPUTED] / answered < 0.02
    assert 4000 <= len(lines()) <= 6000


@pytest.mark.parametrize("years", [1, 3])
def test_every_state_is_still_there_years_later(years: int) -> None:
    assert {fact.state for fact in every_fact(TODAY.replace(year=TODAY.year + years))} == set(State)


def test_every_question_has_an_answer() -> None:
    assert {line["criterion"] for line in lines()} == set(the_edition().by_key)


def test_profiles_are_unevenly_complete() -> None:
    told = [summary(facts) for facts in facts_on(TODAY).values()]
    complete = sorted(each.known / each.asked for each in told)
    assert complete[0] < 0.06
    assert sum(share < 0.2 for share in complete) >= 4
    assert sum(share > 0.9 for share in complete) >= 3


def test_some_answers_are_about_to_expire() -> None:
    soon = [
        fact for fact in every_fact() if fact.valid_until and TODAY <= fact.valid_until <= TODAY + timedelta(days=30)
    ]
    assert len(soon) > 20


def test_a_tenth_of_the_places_has_a_history() -> None:
    places = history()
    earlier = sum(len(told) > 1 for told in places)
    assert 0.07 < earlier / len(places) < 0.15
    for told in places:
        assert all(one["recorded_on"] < other["recorded_on"] for one, other in pairwise(told))
    changed = sum(told[0]["value"] != told[-1]["value"] for told in places)
    assert changed > 50


def test_days_follow_each_other_and_have_been() -> None:
    for line in lines():
        told = [line[name] for name in ("stated_on", "checked_on", "recorded_on", "disputed_on") if line[name]]
        assert told == sorted(told), line
        assert "2023-01-01" <= told[0] <= told[-1] < str(TODAY), line
        assert line["recorded_on"], line


def test_levels_fit_their_source_and_their_question() -> None:
    allowed = {"partner": {0, 1}, "curator": {2}, "public_page": {2}, "register": {3}, "members": {4}}
    roles = {0: "", 1: "", 2: "curator", 3: "curator", 4: "members"}
    for line in lines():
        level = int(line["level"])
        assert level in allowed[line["source"]], line
        assert level <= the_edition().by_key[line["criterion"]].highest_level, line
        assert line["checked_by_role"] == roles[level], line
        assert bool(line["checked_on"]) == (level > 1), line
        assert (line["state"] == State.NOT_STATED) == (level == 0), line


def test_no_value_where_a_question_does_not_apply() -> None:
    edition = the_edition()
    for slug, facts in facts_on(TODAY).items():
        first = [fact for (key, _), fact in facts.items() if not edition.by_key[key].applies_if and fact.answer_id]
        rows = [
            SimpleNamespace(**{name: getattr(fact, name) for name in Fact._fields}, id=fact.answer_id) for fact in first
        ]
        for place, fact in facts_of(edition, rows, {}, date(2000, 1, 1)).items():
            if fact.follows_from:
                assert facts[place].state in (State.NOT_APPLICABLE, State.EXPIRED), (slug, place)
                assert facts[place].value is None, (slug, place)


def test_what_a_partner_is_agrees_with_what_it_answers() -> None:
    for each in partners():
        facts = facts_on(TODAY).get(each["slug"], {})
        there = {office["province"] for office in each["offices"]}
        assert set(value(facts, "vestigingsprovincies") or there) == there
        assert (value(facts, "kvk_nummer") or each["kvk_number"]) == each["kvk_number"]
        assert (value(facts, "statutaire_naam") or each["legal_name"]) == each["legal_name"]
        assert (value(facts, "moederbedrijf") or each["group"]) == each["group"]


def test_answers_about_products_are_about_products_it_names() -> None:
    for slug, facts in facts_on(TODAY).items():
        named = value(facts, "producten")
        if named is not None:
            assert {product for _, product in facts if product} <= set(named), slug


def test_numbers_of_a_partner_agree() -> None:
    for slug, facts in facts_on(TODAY).items():
        staff = most(value(facts, "medewerkers_nl") or "meer")
        for product in {product for _, product in facts}:
            people = value(facts, "consultants_nl", product)
            if people:
                assert int(people.split("-")[0]) <= staff, (slug, product)
                assert (value(facts, "gecertificeerden", product) or 0) <= most(people), (slug, product)
            for key in ("branches", "klantomvang", "migratie_van"):
                some, five = value(facts, key, product), value(facts, f"{key}_5", product)
                assert some is None or set(five or []) <= set(some), (slug, product, key)
            if value(facts, "go_lives", product) == "0":
                assert not value(facts, "branches", product), (slug, product)
        if value(facts, "specialisaties") and value(facts, "aanwijzingen") is not None:
            assert "business_applications" in value(facts, "aanwijzingen"), slug
        if value(facts, "aanwijzingen"):
            assert staff >= 10, slug


def test_all_of_it_is_imported(app: Flask) -> None:
    criteria.adopt(OPERATOR, the_edition())
    loaded = import_partners(OPERATOR, DEMO / "partners.json"), import_answers(OPERATOR, DEMO / "answers.csv")
    assert [str(report.rejected) for report in loaded if not report.ok] == []
    assert (loaded[0].created, loaded[1].created + loaded[1].updated) == (62, len(lines()))
    listed = list(db.session.scalars(db.select(Partner).where(Partner.status == "listed").order_by(Partner.id)))
    edition = queries.current_edition()
    now = dict(answers.facts_by_partner(edition, TODAY, [each.id for each in listed]))
    assert Counter(f.state for facts in now.values() for f in facts.values()) == Counter(f.state for f in every_fact())
    assert import_answers(OPERATOR, DEMO / "answers.csv").unchanged == len(lines())
