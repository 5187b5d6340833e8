"""No partner gets more than another (rows I7, U22, R30): the same functions for its people, the same place for facts.

Twins have the same facts and differ in who they are: in a group or not, fictional or not, listed long ago or today,
with people who are members of the user group, who have a role in it, or nobody. What is made of them must be the same
text. Others have many answers or none; what is made of them must have the same parts in the same order.
"""

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account, Representation, RoleGrant
from partnerkompas.config import Settings
from partnerkompas.infra.db import db
from partnerkompas.membership import actions as membership
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, PartnerRole, Permission, Role
from tests.browser import Page, read, words
from tests.conftest import ROOT
from tests.edition import SMALL
from tests.factories import NOW, a_member, a_partner, an_answer, the_criteria
from tests.signed_in import Person

FACTS: tuple[tuple[str, Any, str], ...] = (
    *(("producten", ["bc", "fin"], ""), ("branches", ["10"], ""), ("medewerkers", "b1", ""), ("iso", "ja", "")),
    *(("venster", "zeven", "bc"), ("reactietijd", 4, "bc"), ("personen", 12, ""), ("sinds", 1999, "")),
)
TWINS: dict[str, dict[str, Any]] = {
    "Qgewoon": {},
    "Qlid": {},
    "Qrol": {},
    "Qniemand": {},
    "Qgroep": {"group_name": "Een groep"},
    "Qverzonnen": {"fictional": True},
    "Qnieuw": {"listed_on": date(2026, 11, 22)},
}
OTHERS = ("Qleeg", "Qvol", "Qopenbaar")
EVERYBODY = (*TWINS, *OTHERS)
MAY_DIFFER = re.compile(
    r"verzonnen partner|Deze partner is verzonnen\.|Groep ?Een groep|In de gids sinds ?\d+ \w+ 20\d\d"
    r'|(?<=name=")csrf_token" value="[^"]*|(?<=name="gelezen" value=")[^"]*|(?<=:versie" value=")[^"]*'
    r"|\bv\d+-\d+-[0-9a-f]+|/vertegenwoordiging/\d+|persoon\d+@voorbeeld\.example"
)
"""What a page says of who a partner is and who speaks for it, and therefore not of all twins; and what a form holds of
its one page."""

THEIRS = ("", "/thema", "/tweede", "/controle", "/bestand", "/bestand.csv")
"""What there is to do for who speaks for a partner."""

LIST = "/partners?per_pagina=100"
IDENTITY = ("dt Statutaire naam", "dt KvK-nummer", "dt Groep", "dt Website", "dt In de gids sinds", "h1")
OF_A_PARTNER = [
    *(Permission.PARTNER_READ, Permission.PARTNER_EDIT, Permission.PARTNERS_MERGE, Permission.PARTNER_CLAIM),
    *(Permission.ANSWER_PROVIDE, Permission.ANSWER_DRAFT, Permission.ANSWER_SIGN, Permission.FACT_ENTER),
    *(Permission.EVIDENCE_ADD, Permission.DELISTING_DECIDE),
]
"""The permissions that are about a partner as such."""
ABOUT_PARTNERS = {
    *("former_name.partner_id", "office.partner_id", "interest.partner_id", "representation.partner_id"),
    *("answer.partner_id", "draft.partner_id", "evidence_file.partner_id", "signature.partner_id", "review.partner_id"),
    *("challenge.partner_id", "delisting.partner_id", "partner_merge.absorbed_id", "partner_merge.kept_id"),
    *("not_the_same.one_id", "not_the_same.other_id"),
}
"""Every column that leads to a partner: what is known of it, who may speak for it, and what runs about it."""


@pytest.fixture
def people(app: Flask) -> dict[str, Actor]:
    """Who signs for each partner; nobody does for one of them."""
    the_criteria()
    for name, values in TWINS.items():
        answered(a_partner(name, **values))
    a_partner("Qleeg")
    full = a_partner("Qvol", website="https://qvol.example/", kvk_number="12345678", legal_name="Qvol BV")
    answered(full)
    for criterion, value, product in (("venster", "vijf", "fin"), ("naam", "Qvol", ""), ("gezien", "2026-01-01", "")):
        an_answer(full, criterion, value, product, evidence="Zie de site.", level=2, checked_on=date(2026, 2, 1))
    an_answer(a_partner("Qopenbaar"), "personen", 12, source="public_page")
    signers = {each.name: signer(each) for each in db.session.scalars(db.select(Partner)) if each.name != "Qniemand"}
    account = db.session.get_one(Account, signers["Qlid"].account_id)
    organisation = membership.add(OPERATOR, PlainOrganisation("Een organisatie", domains=("voorbeeld.example",)))
    account.organisation_id, account.level = organisation.id, "board"
    account = db.session.get_one(Account, signers["Qrol"].account_id)
    account.grants.append(RoleGrant(role=Role.ADMIN, granted_by="tests"))
    db.session.commit()
    return {name: accounts.actor(db.session.get_one(Account, each.account_id)) for name, each in signers.items()}


def answered(partner: Partner) -> None:
    for criterion, value, product in FACTS:
        an_answer(partner, criterion, value, product)


def signer(partner: Partner) -> Actor:
    actor = a_member()
    db.session.add(
        Representation(
            account_id=actor.account_id,
            partner_id=partner.id,
            role=PartnerRole.SIGNER,
            same_domain=True,
            granted_at=NOW,
        )
    )
    db.session.flush()
    return actor


def of_nobody(text: str, name: str) -> str:
    """A text without who it is about."""
    text = MAY_DIFFER.sub("", text).replace(name, "Wie").replace(slug(name), "wie")
    return " ".join(text.split())


def parts(element: Element) -> Iterator[str]:
    """The headings, sections, questions and forms of a part of a page, in order; not what is answered."""
    if element.tag in ("section", "nav", "table", "article", "header", "dl"):
        yield f"{element.tag}.{element.get('class', '')}"
    elif element.tag in ("h1", "h2", "h3", "caption", "dt"):
        asked = [each for each in element.iter("span") if each.get("class") == "fact-label"]
        yield f"{element.tag} {words(asked[0] if asked else element)}"
    for each in element:
        if each.tag != "dd":
            yield from parts(each)


def main_of(page: Page) -> Element:
    return page.one("main")


@pytest.fixture
def visitor(app: Flask, people: dict[str, Actor]) -> Person:
    return Person(app)


def slug(name: str) -> str:
    return name.lower()


# What everybody sees


def test_twins_have_the_same_profile(visitor: Person) -> None:
    shown = {of_nobody(words(main_of(read(visitor.get(f"/partners/{slug(name)}")))), name) for name in TWINS}
    assert len(shown) == 1, shown


def test_twins_have_the_same_card(visitor: Person) -> None:
    cards = {words(each.find(".//h3") or each): each for each in read(visitor.get(LIST)).all("li", class_="sheet")}
    assert set(cards) == set(EVERYBODY), "all of them are in the list"
    assert len({of_nobody(words(cards[name]), name) for name in TWINS}) == 1
    heads = {name: [part for part in parts(cards[name]) if not part.startswith("h3")] for name in EVERYBODY}
    assert len({tuple(heads[name]) for name in (*TWINS, "Qvol")}) == 1


def test_a_comparison_has_the_same_cells_for_each(visitor: Person) -> None:
    names = list(TWINS)
    for chosen in (names[:6], names[1:], [*OTHERS, *names[:3]]):
        table = read(visitor.get("/vergelijk?" + "&".join(f"p={slug(name)}" for name in chosen))).one("table")
        for row in table.iter("tr"):
            cells = [each for each in row.iter() if "col-" in each.get("class", "")]
            assert len(cells) == len(chosen)
            if set(chosen) <= set(TWINS):
                told = {
                    of_nobody(words(cell), name).replace("← Naar links: Wie ", "")
                    for cell, name in zip(cells, chosen, strict=True)
                }
                assert len(told) == 1, told


def test_twins_are_the_same_in_json(visitor: Person) -> None:
    told = {name: visitor.get(f"/api/v1/partners/{slug(name)}").get_json() for name in EVERYBODY}
    assert len({tuple(each) for each in told.values()}) == 1, "the same keys in the same order"
    keys = {tuple(answer) for each in told.values() for answer in each["answers"]}
    assert len(keys) == 1
    orders = {tuple(dict.fromkeys(answer["criterion"] for answer in each["answers"])) for each in told.values()}
    assert orders == {tuple(question.key for question in SMALL.questions)}
    for name, each in told.items():
        for own in ("fictional", "listed_on", "group"):
            each.pop(own, None)
        told[name] = of_nobody(json.dumps(each), name)
    assert len({told[name] for name in TWINS}) == 1, [told[name] for name in TWINS]
    listed = visitor.get("/api/v1/partners?per_pagina=100").get_json()["items"]
    assert {tuple(each) for each in listed} == {tuple(listed[0])}
    assert len({of_nobody(json.dumps(each), each["name"]) for each in listed if each["name"] in TWINS}) == 1


def test_every_profile_has_the_same_layout(visitor: Person) -> None:
    """Whoever has few answers has the same questions in the same order, and the same headings over nothing."""
    pages = {name: main_of(read(visitor.get(f"/partners/{slug(name)}"))) for name in EVERYBODY}
    layouts = {
        name: list(dict.fromkeys(part for part in parts(page) if not part.startswith(IDENTITY)))
        for name, page in pages.items()
    }
    asked = ["dt producten nl", "dt iso nl", "dt venster nl"]
    assert [part for part in layouts["Qleeg"] if part in asked] == asked
    for name, layout in layouts.items():
        assert layout == layouts["Qleeg"], name


# What the people of a partner may do


def test_twins_have_the_same_pages_and_forms(app: Flask, people: dict[str, Actor]) -> None:
    for page in THEIRS:
        shown = {name: page_of(Person(app, people[name]), name, page) for name in TWINS if name in people}
        assert len(set(shown.values())) == 1, page


def page_of(person: Person, name: str, page: str) -> str:
    answer = person.get(f"/partners/{slug(name)}/gegevens{page}")
    assert answer.status_code == 200
    if answer.mimetype == "text/html":
        start, end = answer.text.index("<main"), answer.text.index("</main>")
        return of_nobody(answer.text[start:end], name)
    return of_nobody(answer.text, name)


def test_everybody_has_the_same_forms_with_the_same_fields(app: Flask, people: dict[str, Actor]) -> None:
    """Of who has no products nothing can be asked about them, and who did not answer has nothing to confirm."""
    about_products = re.compile(r" (venster|reactietijd):")
    for page in ("/thema", "/tweede", "/controle", "/bestand"):
        found = {name: fields_of(Person(app, actor), name, page) for name, actor in people.items()}
        for name, each in found.items():
            with_products = name not in ("Qleeg", "Qopenbaar")
            same = {field for field in found["Qgewoon"] if with_products or not about_products.search(field)}
            assert each == same, f"{page} of {name}"


def fields_of(person: Person, name: str, page: str) -> set[str]:
    shown = read(person.get(f"/partners/{slug(name)}/gegevens{page}"))
    return {
        of_nobody(f"{form.get('action')} {re.sub('@.*?:', ':', each.get('name', ''))} {each.get('type')}", name)
        for form in main_of(shown).iter("form")
        for each in form.iter()
        if each.tag in ("input", "select", "textarea", "button") and not each.get("name", "").endswith(":klopt")
    }


def test_the_policy_says_the_same_of_everybody(people: dict[str, Actor]) -> None:
    """A role that somebody has beside it gives nothing about the own partner."""
    partners = {each.name: each for each in db.session.scalars(db.select(Partner))}
    granted = {
        name: [each for each in OF_A_PARTNER if may(actor, each, partners[name])] for name, actor in people.items()
    }
    assert Permission.ANSWER_SIGN in granted["Qgewoon"]
    for name, each in granted.items():
        assert each == granted["Qgewoon"], name


# What there could be


def test_a_partner_has_nothing_that_another_can_have_more_of() -> None:
    """A new column of a partner, or a new role or setting, is judged here before it is in: may it give one more?"""
    assert set(Partner.__table__.columns.keys()) == {
        *("id", "slug", "name", "legal_name", "kvk_number", "website", "group_name"),
        *("status", "listed_on", "fictional", "created_at"),
    }
    about = {
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "partner" for key in column.foreign_keys)
    }
    assert about == ABOUT_PARTNERS
    assert {role.value for role in PartnerRole} == {"editor", "signer"}
    assert {role.value for role in Role} == {"curator", "admin"}
    assert not [name for name in Settings.model_fields if "partner" in name]


BOUGHT = re.compile(
    r"(?:^|_)(premium|sponsor|sponsored|paid|payment|subscription|tier|vip|featured|boost|boosted|promoted|promotion"
    r"|advert|advertisement|upgrade_to|entitlement|quota|betaald|abonnement|uitgelicht|gesponsord)(?:_|$)",
    re.IGNORECASE,
)


def test_no_name_in_the_program_is_about_what_is_bought() -> None:
    for path in sorted((ROOT / "partnerkompas").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            named = getattr(node, "id", getattr(node, "attr", getattr(node, "name", getattr(node, "arg", ""))))
            if isinstance(named, str):
                assert not BOUGHT.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", named)), f"{path.name}: {named}"
    for path in sorted((ROOT / "partnerkompas/templates").rglob("*.html")):
        for named in re.findall(r"[A-Za-z_]+", re.sub(r"_\('.*?'\)", "", path.read_text())):
            assert not BOUGHT.search(named), f"{path.name}: {named}"
