"""Random requests and random catalogues, for property tests of finding."""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from partnerkompas.answers import actions as answers
from partnerkompas.answers.actions import NewAnswer
from partnerkompas.answers.facts import Dispute, Facts, facts_of
from partnerkompas.answers.models import Answer, State
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Condition, Edition, Question
from partnerkompas.infra.db import db
from partnerkompas.partners import actions as partners
from partnerkompas.partners.actions import PlainOffice, PlainPartner
from partnerkompas.partners.models import OfficeRole
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.search.facets import Matches
from partnerkompas.search.request import BY_NAME, NEUTRAL, Choice, FacetKey, Range, SearchRequest, in_order
from partnerkompas.search.snapshot import Bits, Column, Marking, Snapshot, column_of, snapshot_of
from tests.edition import PROVINCES, SMALL, question, with_question

DAY = date(2026, 11, 22)
PRODUCTS = ("bc", "fin", "sales")

WIDE = with_question(
    with_question(
        SMALL, question("keurmerk", "many_of", options=PROVINCES, applies_if=(Condition("iso", state="stated"),))
    ),
    question("afspraak", "yes_no", scope="product", applies_if=(Condition("producten", any_of=("bc",)),)),
)
"""The small edition, and two questions that apply only if another answer holds."""

WORDS = ("", "", "", "navision", "nav", "groothandel", "utrecht", "metaal", "ja", "business cent", "f&o", "zzz", "de")


@dataclass(frozen=True)
class Said:
    """One raw answer."""

    criterion: str
    product: str
    state: State
    value: Any = None
    valid_until: date | None = None
    disputed: bool = False


@dataclass(frozen=True)
class Firm:
    """One raw partner with what it said."""

    slug: str
    name: str
    said: tuple[Said, ...] = ()
    city: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    worked_out: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What by_hand.py found before; thousands of partners would take minutes else."""


# Requests


def codes_of(asked: Question) -> list[str]:
    return [bucket.code for bucket in kind_of(asked).choices(asked, "nl")]


def facet_keys(edition: Edition) -> list[FacetKey]:
    """Every facet that an address can name."""
    asked = [each for each in edition.questions if "facet" in each.uses]
    per_product = [FacetKey(each.key, code) for each in asked if each.per_product for code in PRODUCTS]
    return [FacetKey(each.key) for each in asked] + per_product


@st.composite
def ranges(draw: st.DrawFn, asked: Question) -> Range:
    """A range as an address writes it, maybe with an open end."""
    if asked.kind == "amount":
        low, high = sorted(draw(st.tuples(st.integers(0, 60), st.integers(0, 60))))
        ends = [str(low), str(high)]
    else:
        length = {"year": 4, "month": 7, "date": 10}[asked.kind]
        days = sorted(draw(st.tuples(*[st.dates(date(2015, 1, 1), date(2028, 1, 1))] * 2)))
        ends = [each.isoformat()[:length] for each in days]
    shut = draw(st.sampled_from(["both", "low", "high"]))
    return Range(ends[0] if shut != "high" else "", ends[1] if shut != "low" else "")


@st.composite
def choices(draw: st.DrawFn, edition: Edition, key: FacetKey) -> Choice:
    asked = edition.by_key[key.criterion]
    states = tuple(draw(st.lists(st.sampled_from(list(State)), max_size=2)))
    if kind_of(asked).facet_style == "range":
        return Choice(ranges=tuple(draw(st.lists(ranges(asked), max_size=2))), states=states)
    some = st.lists(st.sampled_from(codes_of(asked)), max_size=3)
    return Choice(tuple(draw(some)), tuple(draw(some)) if draw(st.booleans()) else (), (), states)


@st.composite
def requests(draw: st.DrawFn, edition: Edition = WIDE) -> SearchRequest:
    """Any request that an address can hold, in the form it is read back in."""
    keys = draw(st.lists(st.sampled_from(facet_keys(edition)), max_size=4, unique=True))
    sorts = [BY_NAME, *(key for key in edition.by_key if key != BY_NAME), "reactietijd@bc"]
    return SearchRequest(
        q=draw(st.sampled_from(WORDS)),
        filters=in_order({key: draw(choices(edition, key)) for key in keys}),
        sort=draw(st.sampled_from([NEUTRAL, *sorts, *(f"-{each}" for each in sorts[1:])])),
        page=draw(st.integers(1, 100_000)),
        per_page=draw(st.integers(1, 100)),
        as_of=draw(st.none() | st.dates(date(2000, 1, 1), DAY)),
        product=draw(st.sampled_from(["", *PRODUCTS])),
        chosen=tuple(draw(st.lists(st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True), max_size=6, unique=True))),
    )


# Catalogues


def values(asked: Question) -> st.SearchStrategy[Any]:
    """Canonical values of a question."""
    days = st.dates(date(2015, 1, 1), date(2028, 1, 1))
    if asked.options:
        codes = st.sampled_from([option.code for option in asked.options.options])
        if asked.kind in ("one_of", "band"):
            return codes
        return st.lists(codes, max_size=3, unique=True)
    return {
        "yes_no": st.booleans(),
        "amount": st.integers(0, 60) | st.just(2.5),
        "year": st.integers(1990, 2027),
        "month": days.map(lambda day: day.isoformat()[:7]),
        "date": days.map(lambda day: day.isoformat()),
        "text": st.sampled_from(["Wij zijn Navision", "metaal", "Groothandelaar"]),
        "link": st.just("https://voorbeeld.example/"),
    }[asked.kind]


@st.composite
def said(draw: st.DrawFn, asked: Question, product: str) -> Said:
    state = draw(st.sampled_from([State.STATED] * 4 + [State.NOT_APPLICABLE, State.NOT_STATED]))
    value = None
    if state == State.STATED:
        value = draw(values(asked))
        if kind_of(asked).says_no(asked, value):
            state = State.NO
    until = draw(st.sampled_from([None, None, DAY, DAY - timedelta(days=1), DAY + timedelta(days=1)]))
    return Said(asked.key, product, state, value, until, draw(st.sampled_from([False] * 5 + [True])))


@st.composite
def firms(draw: st.DrawFn, edition: Edition = WIDE) -> list[Firm]:
    """A few partners that answered some questions, for some products."""
    made = []
    for number in range(draw(st.integers(0, 7))):
        answers = []
        for asked in edition.questions:
            for product in PRODUCTS if asked.per_product else ("",):
                if draw(st.integers(0, 2)):
                    answers.append(draw(said(asked, product)))
        name = draw(st.sampled_from(["Utrecht Metaal", "Ja BV", "Zonnig", "Øresund Navision"]))
        made.append(Firm(f"firma-{number}", name, tuple(answers), draw(st.sampled_from(["Utrecht", "Assen", ""]))))
    return made


# The same without hypothesis, for catalogues of any size


def a_firm(chance: random.Random, number: int) -> Firm:
    answers = []
    for asked in WIDE.questions:
        for product in PRODUCTS if asked.per_product else ("",):
            if chance.random() < 0.3:
                continue
            state, value = chance.choice([State.STATED] * 5 + [State.NOT_APPLICABLE, State.NOT_STATED]), None
            if state == State.STATED:
                value = a_value(
                    chance, asked.kind, [option.code for option in asked.options.options] if asked.options else []
                )
                if value is False or value == [] or value == "geen":
                    state = State.NO
            until = chance.choice([None, DAY.replace(day=chance.randint(15, 29))])
            answers.append(Said(asked.key, product, state, value, until, chance.random() < 0.05))
    return Firm(f"firma-{number}", f"Firma {number}", tuple(answers))


def a_value(chance: random.Random, kind: str, codes: list[str]) -> object:
    if kind in ("one_of", "band"):
        return chance.choice(codes)
    if codes:
        return sorted(chance.sample(codes, chance.randint(0, 2)), key=codes.index)
    day = f"{chance.randint(2015, 2027)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    plain = {"yes_no": chance.random() < 0.5, "amount": chance.randint(0, 60), "year": int(day[:4]), "month": day[:7]}
    return {**plain, "date": day, "text": "Navision", "link": "https://voorbeeld.example/"}[kind]


def a_choice(chance: random.Random, key: FacetKey) -> Choice:
    states = tuple(chance.sample(list(State), chance.choice([0, 0, 1])))
    asked = WIDE.by_key[key.criterion]
    codes = codes_of(asked)
    if not codes:
        pairs = [sorted(a_value(chance, asked.kind, []) for _n in range(2)) for _m in range(chance.choice([1, 1, 2]))]  # type: ignore[type-var]
        return Choice(
            ranges=tuple(Range(str(low), chance.choice(["", str(high)])) for low, high in pairs), states=states
        )
    some = tuple(chance.sample(codes, min(len(codes), chance.randint(0, 2))))
    alle = tuple(chance.sample(codes, chance.choice([0, 0, 1])))
    return replace(Choice(some, alle), states=states)


def rows_of(firm: Firm, first_id: int) -> list[Any]:
    """What a firm said, as the rows that facts are made of."""
    blank = {
        "source": "partner",
        "source_url": "",
        "evidence": "",
        "level": 1,
        "stated_on": DAY,
        "checked_on": None,
        "checked_by_role": "",
        "release": "1.0.0",
    }
    return [
        SimpleNamespace(
            id=first_id + n,
            criterion=each.criterion,
            product=each.product,
            state=each.state.value,
            value=each.value,
            valid_until=each.valid_until,
            **blank,
        )
        for n, each in enumerate(firm.said)
    ]


def facts_about(firm: Firm, edition: Edition = WIDE, day: date = DAY) -> Facts:
    rows = rows_of(firm, 1)
    disputes = {row.id: Dispute("klopt niet", day) for row, each in zip(rows, firm.said, strict=True) if each.disputed}
    return facts_of(edition, rows, disputes, day)


def partner_of(firm: Firm, id: int) -> Any:
    """A firm as the program knows a partner."""
    plain = {"legal_name": "", "group_name": "", "former_names": (), "fictional": True, **firm.more}
    office = {"city": firm.city, "province": plain.pop("province", ""), "role": plain.pop("role", OfficeRole.OFFICE)}
    offices = (SimpleNamespace(**office),) if firm.city else ()
    return SimpleNamespace(id=id, slug=firm.slug, name=firm.name, offices=offices, **plain)


def column_with(firm: Firm, id: int, marking: Marking, day: date = DAY) -> Column:
    """A firm as a column, as the program makes it."""
    return column_of(partner_of(firm, id), facts_about(firm, marking.edition, day), marking)


def snapshot_with(firms: list[Firm], edition: Edition = WIDE, day: date = DAY) -> Snapshot:
    """A snapshot of these firms, as the program makes it."""
    marking = Marking(edition)
    columns = [column_with(firm, id, marking, day) for id, firm in enumerate(firms, 1)]
    return snapshot_of(columns, edition, "1.0.0", day, 1)


def value_counts(snapshot: Snapshot, key: FacetKey, base: Bits) -> dict[str, int]:
    """The values of a facet that some of a set of partners have, with how many."""
    return {code: n for code, n in Matches(snapshot, base, {}).value_counts(key).items() if n}


def state_counts(snapshot: Snapshot, key: FacetKey, base: Bits) -> dict[State, int]:
    return Matches(snapshot, base, {}).state_counts(key)


def store(firms: list[Firm]) -> None:
    """Put firms into the database, by the actions that every file goes through."""
    release = criteria.current_release_number()
    plain = [
        PlainPartner(
            slug=firm.slug,
            name=firm.name,
            listed_on=date(2020, 1, 1),
            offices=(PlainOffice(firm.city),) if firm.city else (),
        )
        for firm in firms
    ]
    saved = [partner for partner, _outcome in partners.save_many(OPERATOR, plain)]
    given = [(partner, each) for partner, firm in zip(saved, firms, strict=True) for each in firm.said]
    new = [
        NewAnswer(
            partner_id=partner.id,
            criterion=each.criterion,
            product=each.product,
            state=each.state,
            value=each.value,
            source="partner",
            level=1,
            release=release,
            stated_on=DAY,
            valid_until=each.valid_until,
        )
        for partner, each in given
    ]
    answers.record(OPERATOR, saved, new)
    rows = {(row.partner_id, row.criterion, row.product): row for row in db.session.scalars(db.select(Answer))}
    for partner, each in given:
        if each.disputed:
            answers.challenge(OPERATOR, rows[partner.id, each.criterion, each.product], "klopt niet")
