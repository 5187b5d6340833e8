"""Make the demonstration data again: 60 fictional partners, what is known of them, and how that came to be known.

    python seed/make_demo.py [FOLDER]

Out come partners.json, answers.csv and SOURCE.txt in FOLDER (default: seed/demo), which are committed. The companies
stand in demo_market.csv, what is true of them in demo_facts.py; here is when they told it, and demo_evidence.py who
checked that. The readers of the importer check everything before anything is written. It comes out the same each time.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from demo_evidence import DISPUTES, LASTING, VISIBLE, proof_of, source_of
from demo_facts import DOES_NOT_APPLY, facts
from demo_market import HERE, REFERENCE, SEED, Company, market

from partnerkompas.answers.facts import facts_of
from partnerkompas.answers.models import State
from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.exchange import partner_records
from partnerkompas.exchange.answer_records import AnswerReader
from partnerkompas.infra import clock

YESTERDAY = REFERENCE - timedelta(days=1)
Place = tuple[str, str]
World = dict[Place, tuple[State, Any]]
"""What is true on a day: the state and value of each place where there is something to say."""


@dataclass(frozen=True)
class Row:
    """One line of answers.csv; its fields are the columns, in order."""

    partner: str
    criterion: str
    product: str
    state: str
    value: str
    source: str
    source_url: str
    evidence: str
    level: int
    stated_on: date | None
    checked_on: date | None
    checked_by_role: str
    valid_until: date | None
    recorded_on: date
    disputed_on: date | None = None
    dispute_reason: str = ""


def world(company: Company, edition: Edition, day: date) -> World:
    """What is true on a day, with "not applicable" where the criteria say that a question does not apply."""
    found: World = {}
    for (key, product), raw in facts(company, day).items():
        question = edition.by_key[key]
        if raw is DOES_NOT_APPLY:
            found[key, product] = State.NOT_APPLICABLE, None
            continue
        value = kind_of(question).parse(question, raw)
        found[key, product] = State.NO if kind_of(question).says_no(question, value) else State.STATED, value
    first = [_as_row(place, said) for place, said in found.items() if not edition.by_key[place[0]].applies_if]
    for place, fact in facts_of(edition, first, {}, day).items():
        if fact.state == State.NOT_APPLICABLE and place in found:
            found[place] = State.NOT_APPLICABLE, None
    return found


def _as_row(place: Place, said: tuple[State, Any]) -> Any:
    blank = dict.fromkeys(("id", "valid_until", "stated_on", "checked_on"))
    words = dict.fromkeys(("source", "source_url", "evidence", "checked_by_role", "release"), "")
    return SimpleNamespace(
        criterion=place[0], product=place[1], state=said[0], value=said[1], level=1, **blank, **words
    )


def rounds(company: Company) -> list[date]:
    """The days on which somebody went through the questions: about twice a year, since the partner was listed."""
    dice = company.dice("rounds")
    joined = date(2023, 2, 1) + timedelta(days=dice.randint(0, 1150))
    days = [REFERENCE - timedelta(days=dice.randint(260, 400) if "slow" in company.traits else dice.randint(12, 130))]
    while (earlier := days[0] - timedelta(days=dice.randint(165, 215))) > joined:
        days.insert(0, earlier)
    return days


def answers_of(company: Company, edition: Edition) -> Iterator[Row]:
    """Everything ever recorded of a company, question by question, oldest first."""
    days = rounds(company)
    worlds = {day: world(company, edition, day) for day in days}
    hinges = {each.criterion for question in edition.questions for each in question.applies_if} | {"producten"}
    for place in _told(company, edition, worlds[days[-1]]):
        question = edition.by_key[place[0]]
        there = [day for day in days if place in worlds[day]]
        if question.key in hinges:  # what others depend on is never older than those
            there = [day for day in there if worlds[day][place] == worlds[days[-1]][place]]
        day = _round_of(company, question, place, there)
        earlier = [each for each in there if each < day]
        dice = company.dice("history", *place)
        if earlier and dice.random() < 0.1:
            for before in sorted(dice.sample(earlier, min(len(earlier), dice.choice((1, 1, 2, 3))))):
                yield _recorded(company, question, place, worlds[before][place], before)
        row = _recorded(company, question, place, worlds[day][place], day)
        yield row
        yield from _withdrawn(company, row)


def _told(company: Company, edition: Edition, now: World) -> list[Place]:
    """The places of which something is known, in the order of the edition: the main questions more often."""

    def appeal(place: Place) -> float:
        question = edition.by_key[place[0]]
        return company.chance("told", *place) + 0.3 * ("facet" in question.uses) + 0.5 * (question.on_card is not None)

    places = [place for place, (state, _value) in now.items() if state != State.NOT_APPLICABLE]
    beside = [place for place in now if place not in places and company.chance("beside", *place) < company.known * 0.3]
    if "silent" in company.traits:  # from outside, silence is never a "no"
        places = [place for place in places if place[0] in VISIBLE and now[place][0] == State.STATED]
        beside = []
    share = 0.7 if "silent" in company.traits and company.known else company.known
    chosen = sorted(places, key=appeal, reverse=True)[: max(1, round(share * len(places)))]
    order = {question.key: number for number, question in enumerate(edition.questions)}
    return sorted(
        chosen + beside, key=lambda place: (order[place[0]], company.named_products.index(place[1]) if place[1] else 0)
    )


def _round_of(company: Company, question: Question, place: Place, days: list[date]) -> date:
    """In which round a place was last answered: by theme, so that answers that belong together are of one day."""

    def lasts(day: date) -> bool:
        return question.valid_months is None or clock.months_after(day, question.valid_months) > REFERENCE

    fresh = [day for day in days if lasts(day)]
    stale = [day for day in days if not lasts(day)]
    if stale and (not fresh or company.chance("stale", *place) < 0.04):
        return stale[-1]
    chosen = company.dice("round", question.theme, place[1]).random() ** 1.3
    return fresh[-1 - int(chosen * len(fresh))]


def _recorded(company: Company, question: Question, place: Place, said: tuple[State, Any], day: date) -> Row:
    state, value = said
    dice = company.dice("recorded", *place, day)
    source, level = source_of(company, question, state, dice)
    stated = min(day + timedelta(days=company.dice("stated", question.theme, day).randint(0, 9)), YESTERDAY)
    checked = min(stated + timedelta(days=dice.randint(2, 24)), YESTERDAY) if level > 1 else None
    confirmed = checked or stated
    url, evidence = proof_of(company, question, source, dice)
    until = clock.months_after(confirmed, question.valid_months) if question.valid_months else None
    if source == "curator" and question.theme in LASTING and dice.random() < 0.3:
        until = date(dice.choice((2028, 2029, 2030)), 12, 31)
        evidence += f" Het geldt tot en met 31 december {until.year}."
    return Row(
        partner=company.slug,
        criterion=question.key,
        product=place[1],
        state=state.value,
        value="" if state == State.NOT_APPLICABLE else kind_of(question).to_cell(question, value),
        source=source,
        source_url=url,
        evidence=evidence,
        level=level,
        stated_on=None if source in ("public_page", "register") else stated,
        checked_on=checked,
        checked_by_role="" if level < 2 else "members" if level == 4 else "curator",
        valid_until=until,
        recorded_on=min(confirmed + timedelta(days=dice.randint(0, 2)), YESTERDAY),
    )


def _withdrawn(company: Company, row: Row) -> Iterator[Row]:
    """Now and then a partner takes an answer back: it is not stated any more, and the history says what was."""
    later = row.recorded_on + timedelta(days=company.dice("withdrawn", row.criterion).randint(20, 60))
    if row.source != "partner" or later > YESTERDAY or row.criterion == "producten":
        return
    if company.chance("withdraws", row.criterion, row.product) > 0.015:
        return
    taken_back = {"state": State.NOT_STATED.value, "value": "", "level": 0, "valid_until": None}
    yield replace(row, **taken_back, stated_on=later, recorded_on=later, evidence="De partner trok het antwoord in.")


def disputed(rows: list[Row], edition: Edition) -> list[Row]:
    """The rows, of which one in sixty that says something now is disputed."""
    marked = list(rows)
    for number, (row, following) in enumerate(pairwise([*rows, None])):
        is_newest = following is None or _place(row) != _place(following)
        dice = Random("/".join((SEED, "dispute", *_place(row))))
        if is_newest and row.value and row.criterion != "producten" and dice.random() < 1 / 60:
            since = min(row.recorded_on + timedelta(days=dice.randint(3, 90)), YESTERDAY)
            reason = DISPUTES[edition.by_key[row.criterion].theme]
            marked[number] = replace(row, disputed_on=since, dispute_reason=reason)
    return marked


def _place(row: Row) -> tuple[str, str, str]:
    return row.partner, row.criterion, row.product


def partner_of(company: Company) -> dict[str, Any]:
    """One record of partners.json."""
    draft = "draft" in company.traits
    register = f"https://handelsregister.example/{company.kvk_number}"
    return {
        "slug": company.slug,
        "name": company.name,
        "legal_name": company.legal_name,
        "kvk_number": company.kvk_number,
        "website": company.website,
        "group": company.group,
        "status": "draft" if draft else "listed",
        "listed_on": None if draft else str(rounds(company)[0]),
        "fictional": True,
        "former_names": company.former_names,
        "offices": [{**office, "source_url": register} for office in company.offices],
    }


def check(partners: list[dict[str, Any]], rows: list[Row], edition: Edition) -> None:
    """Read everything as the importer does; raises Refused at the first thing that it would refuse."""
    noon = datetime.combine(REFERENCE, time(12), UTC)
    with clock.fixed_at(noon):
        reader = AnswerReader("1.0.0", lambda number: edition, REFERENCE, noon)
        for record in partners:
            partner_records.parsed(record, edition)
        for row in rows:
            reader.parsed({name: "" if it is None else str(it) for name, it in vars(row).items()}, 1)


def source_text(partners: list[dict[str, Any]], rows: list[Row]) -> str:
    drafts = sum(each["status"] == "draft" for each in partners)
    states, levels = Counter(row.state for row in rows), Counter(row.level for row in rows)
    return f"""Demonstration data: everything here is invented.

partners.json: {len(partners)} partners, each marked as fictional: {len(partners) - drafts} listed, {drafts} drafts.
answers.csv: {len(rows)} answers with their history.
    By state: {_counted(states)}.
    By level: {_counted(levels)}.

Origin: made by seed/make_demo.py, with a fixed seed, from seed/demo_market.csv and the criteria in seed/. The towns are
real (seed/places.csv). Names were made up and do not belong to companies that the makers know; KvK numbers start with
four zeros; every address is under .example, which nobody can register.
Licence: that of the project.
Changed: not by hand. After a change of the criteria run the program again, and look at the difference.

Dates are relative to {REFERENCE}. Expiry follows the real clock, so this data ages: every month more answers are
expired. Some answers rest on a document that is valid until 2028, 2029 or 2030, and a first go-live never expires; so
all six states can still be seen years later, though by then most of it is expired.
"""


def _counted(counter: Counter[Any]) -> str:
    return ", ".join(f"{each} {number}" for each, number in sorted(counter.items()))


def main(folder: Path) -> None:
    edition = read_edition(HERE / "criteria", HERE / "options")
    companies = sorted(market(), key=lambda company: company.slug)
    partners = [partner_of(each) for each in companies]
    rows = disputed([row for each in companies for row in answers_of(each, edition)], edition)
    check(partners, rows, edition)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(partners, ensure_ascii=False, indent=2)
    (folder / "partners.json").write_text(f"{text}\n", encoding="utf-8")
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(each.name for each in fields(Row))
        out.writerows(vars(row).values() for row in rows)
    (folder / "SOURCE.txt").write_text(source_text(partners, rows), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "demo")
