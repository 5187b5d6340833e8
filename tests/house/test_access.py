"""Every address × every sort of actor is in one table; a new route without an entry fails (SEC-01)."""

import re
from datetime import timedelta

import pytest
from flask import Flask, g

from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan
from partnerkompas.evidence import actions as evidence
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import clock
from partnerkompas.infra.db import db
from partnerkompas.membership import actions as membership
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.partners import leaving, queries, representing
from partnerkompas.partners.models import LeavingKind, Partner, PartnerStatus
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, PartnerRole, Permission
from tests.evidence.made import a_pdf
from tests.factories import (
    a_curator,
    a_member,
    a_partner,
    a_representative,
    a_saved_search,
    a_visitor,
    an_admin,
    an_answer,
    client_of,
    everyone,
    the_criteria,
    with_interest,
)

ACTORS = (
    "visitor",
    "member",
    "representative of this partner",
    "representative of another",
    "curator",
    "curator with a stake in this partner",
    "administrator",
)
"""The columns of the table, in this order."""

OPEN = (200,) * 7
TOKEN_IS_MISSING = (400,) * 7
"""A form without its token does nothing, whoever sends it (SEC-06)."""
SIGNED_IN = (303, 200, 200, 200, 200, 200, 200)
HIDDEN = (404,) * 7
CURATORS = (303, 403, 403, 403, 200, 200, 403)
STAFF = (303, 403, 403, 403, 200, 200, 200)
REPRESENTATIVES = (303, 403, 200, 403, 403, 403, 403)
CURATORS_SEE = (404, 404, 404, 404, 200, 200, 404)

TOKEN = "t" * 32
"""The link of a search that somebody else keeps."""

ACCESS: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/"): OPEN,
    ("GET", "/over"): OPEN,
    ("GET", "/spelregels"): OPEN,
    ("GET", "/methode"): OPEN,
    ("GET", "/actualiteit"): OPEN,
    ("GET", "/cijfers"): OPEN,
    ("GET", "/cijfers.csv"): OPEN,
    ("GET", "/partners/<slug>/cijfers"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/robots.txt"): OPEN,
    ("GET", "/partners"): OPEN,
    ("GET", "/partners/<slug>"): OPEN,
    ("GET", "/partners/<slug>/vertegenwoordigen"): (303, 200, 403, 200, 403, 403, 200),
    ("POST", "/partners/<slug>/vertegenwoordigen"): TOKEN_IS_MISSING,
    ("GET", "/vertegenwoordiging/<int:number>"): CURATORS_SEE,
    ("POST", "/vertegenwoordiging/<int:number>/besluit"): TOKEN_IS_MISSING,
    ("POST", "/vertegenwoordiging/<int:number>/beeindig"): TOKEN_IS_MISSING,
    ("GET", "/partners.csv"): OPEN,
    ("GET", "/suggesties"): OPEN,
    ("GET", "/vergelijk"): OPEN,
    ("GET", "/vergelijk.csv"): OPEN,
    ("GET", "/vergelijk.json"): OPEN,
    ("GET", "/criteria"): OPEN,
    ("GET", "/criteria/<key>"): OPEN,
    ("GET", "/criteria/uitgaven"): OPEN,
    ("GET", "/api/v1/partners"): OPEN,
    ("GET", "/api/v1/partners/<slug>"): OPEN,
    ("GET", "/api/v1/criteria"): OPEN,
    ("GET", "/api/v1/openapi.json"): OPEN,
    ("GET", "/inloggen"): (200, 303, 303, 303, 303, 303, 303),
    ("POST", "/inloggen"): TOKEN_IS_MISSING,
    ("GET", "/inloggen/opnieuw"): SIGNED_IN,
    ("POST", "/inloggen/opnieuw"): TOKEN_IS_MISSING,
    ("POST", "/uitloggen"): TOKEN_IS_MISSING,
    ("GET", "/inloggen/tweede-stap"): (303,) * 7,
    ("POST", "/inloggen/tweede-stap"): TOKEN_IS_MISSING,
    ("POST", "/inloggen/passkey/vraag"): TOKEN_IS_MISSING,
    ("POST", "/inloggen/passkey"): TOKEN_IS_MISSING,
    ("GET", "/account/tweede-stap"): SIGNED_IN,
    ("GET", "/account/tweede-stap/app"): SIGNED_IN,
    ("POST", "/account/tweede-stap/app"): TOKEN_IS_MISSING,
    ("POST", "/account/tweede-stap/passkey/vraag"): TOKEN_IS_MISSING,
    ("POST", "/account/tweede-stap/passkey"): TOKEN_IS_MISSING,
    ("POST", "/account/tweede-stap/<int:number>/naam"): TOKEN_IS_MISSING,
    ("POST", "/account/tweede-stap/<int:number>/verwijder"): TOKEN_IS_MISSING,
    ("POST", "/account/tweede-stap/herstelcodes"): TOKEN_IS_MISSING,
    ("GET", "/partners/<slug>/gegevens"): REPRESENTATIVES,
    ("GET", "/partners/<slug>/gegevens/<theme>"): REPRESENTATIVES,
    ("POST", "/partners/<slug>/gegevens/<theme>"): (403, 403, 422, 403, 403, 403, 403),
    ("POST", "/partners/<slug>/gegevens/<theme>/klopt-nog"): TOKEN_IS_MISSING,
    ("POST", "/partners/<slug>/gegevens/<theme>/weg"): TOKEN_IS_MISSING,
    ("GET", "/partners/<slug>/gegevens/controle"): REPRESENTATIVES,
    ("POST", "/partners/<slug>/gegevens/controle"): TOKEN_IS_MISSING,
    ("GET", "/partners/<slug>/gegevens/ondertekend/<int:number>"): (303, 403, 303, 403, 403, 403, 403),
    ("GET", "/woordkeus"): SIGNED_IN,
    ("GET", "/partners/<slug>/gegevens/bestand"): REPRESENTATIVES,
    ("GET", "/partners/<slug>/gegevens/bestand.csv"): REPRESENTATIVES,
    ("GET", "/partners/<slug>/gegevens/bestand.json"): REPRESENTATIVES,
    ("GET", "/partners/<slug>/gegevens/bestand.xlsx"): REPRESENTATIVES,
    ("POST", "/partners/<slug>/gegevens/bestand"): TOKEN_IS_MISSING,
    ("GET", "/partners/<slug>/gegevens/bestand/bewaar"): (303, 403, 303, 403, 403, 403, 403),
    ("POST", "/partners/<slug>/gegevens/bestand/bewaar"): TOKEN_IS_MISSING,
    ("GET", "/partners/<slug>/feit"): (303, 403, 403, 403, 200, 403, 403),
    ("POST", "/partners/<slug>/feit"): TOKEN_IS_MISSING,
    ("GET", "/feit/<int:number>/betwist"): SIGNED_IN,
    ("POST", "/feit/<int:number>/betwist"): TOKEN_IS_MISSING,
    ("GET", "/feit/<int:number>/betwisting"): (303,) * 7,
    ("GET", "/betwisting/<int:number>"): HIDDEN,
    ("POST", "/betwisting/<int:number>/reactie"): TOKEN_IS_MISSING,
    ("POST", "/betwisting/<int:number>/intrekken"): TOKEN_IS_MISSING,
    ("POST", "/betwisting/<int:number>/besluit"): TOKEN_IS_MISSING,
    ("GET", "/correcties"): OPEN,
    ("GET", "/betwistingen"): OPEN,
    ("GET", "/werkbank/nieuwe-partner"): CURATORS,
    ("POST", "/werkbank/nieuwe-partner"): TOKEN_IS_MISSING,
    ("GET", "/werkbank/partners/<slug>"): (303, 403, 403, 403, 200, 403, 403),
    ("POST", "/werkbank/partners/<slug>"): TOKEN_IS_MISSING,
    ("GET", "/werkbank/uitschrijvingen"): CURATORS,
    ("GET", "/werkbank/partners/<slug>/uitschrijven"): (303, 403, 403, 403, 303, 403, 403),
    ("POST", "/werkbank/partners/<slug>/uitschrijven"): TOKEN_IS_MISSING,
    ("GET", "/uitschrijving/<int:number>"): (404, 404, 200, 404, 200, 200, 404),
    ("POST", "/uitschrijving/<int:number>/reactie"): TOKEN_IS_MISSING,
    ("POST", "/uitschrijving/<int:number>/doorgaan"): TOKEN_IS_MISSING,
    ("POST", "/uitschrijving/<int:number>/ongedaan"): TOKEN_IS_MISSING,
    ("GET", "/werkbank/dubbel"): CURATORS,
    ("POST", "/werkbank/dubbel/niet-dezelfde"): TOKEN_IS_MISSING,
    ("POST", "/werkbank/dubbel/<int:number>/toch-wel"): TOKEN_IS_MISSING,
    ("GET", "/werkbank/samenvoegen"): (303, 403, 403, 403, 200, 403, 403),
    ("POST", "/werkbank/samenvoegen"): TOKEN_IS_MISSING,
    ("GET", "/samenvoeging/<int:number>"): CURATORS,
    ("POST", "/samenvoeging/<int:number>/ongedaan"): TOKEN_IS_MISSING,
    ("GET", "/werkbank/antwoorden"): STAFF,
    ("GET", "/antwoord/<int:number>/nakijken"): CURATORS_SEE,
    ("POST", "/antwoord/<int:number>/nakijken"): TOKEN_IS_MISSING,
    ("GET", "/bewijs/<int:number>"): (404, 404, 200, 404, 200, 404, 404),
    ("GET", "/account/nieuw"): OPEN,
    ("POST", "/account/nieuw"): TOKEN_IS_MISSING,
    ("GET", "/account/wachtwoord-vergeten"): OPEN,
    ("POST", "/account/wachtwoord-vergeten"): TOKEN_IS_MISSING,
    ("GET", "/account/link/<token>"): (410,) * 7,
    ("POST", "/account/link/<token>"): TOKEN_IS_MISSING,
    ("GET", "/account"): SIGNED_IN,
    ("POST", "/account"): TOKEN_IS_MISSING,
    ("GET", "/account/gegevens.json"): SIGNED_IN,
    ("GET", "/account/wachtwoord"): SIGNED_IN,
    ("POST", "/account/wachtwoord"): TOKEN_IS_MISSING,
    ("GET", "/account/adres"): SIGNED_IN,
    ("POST", "/account/adres"): TOKEN_IS_MISSING,
    ("GET", "/account/wissen"): SIGNED_IN,
    ("POST", "/account/wissen"): TOKEN_IS_MISSING,
    ("POST", "/account/mail"): TOKEN_IS_MISSING,
    ("POST", "/account/sessies/<int:number>/beeindig"): TOKEN_IS_MISSING,
    ("POST", "/account/overal-uitloggen"): TOKEN_IS_MISSING,
    ("POST", "/account/belangen"): TOKEN_IS_MISSING,
    ("POST", "/account/belangen/<int:number>/beeindig"): TOKEN_IS_MISSING,
    ("GET", "/berichten"): SIGNED_IN,
    ("POST", "/berichten/gelezen"): TOKEN_IS_MISSING,
    ("GET", "/leden"): CURATORS,
    ("GET", "/leden/nieuw"): CURATORS,
    ("POST", "/leden/nieuw"): TOKEN_IS_MISSING,
    ("GET", "/leden/<int:number>"): CURATORS_SEE,
    ("GET", "/leden/<int:number>/wijzig"): CURATORS_SEE,
    ("POST", "/leden/<int:number>/wijzig"): TOKEN_IS_MISSING,
    ("POST", "/leden/<int:number>/beeindig"): TOKEN_IS_MISSING,
    ("POST", "/leden/<int:number>/uitnodigen"): TOKEN_IS_MISSING,
    ("POST", "/leden/<int:number>/uitnodiging/<int:link>/intrekken"): TOKEN_IS_MISSING,
    ("POST", "/leden/<int:number>/lid/<int:account>/beeindig"): TOKEN_IS_MISSING,
    ("GET", "/werkbank"): STAFF,
    ("GET", "/logboek"): STAFF,
    ("GET", "/beheer/rollen"): STAFF,
    ("POST", "/beheer/rollen"): TOKEN_IS_MISSING,
    ("POST", "/beheer/rollen/<int:number>/beeindig"): TOKEN_IS_MISSING,
    ("GET", "/bewaard"): SIGNED_IN,
    ("POST", "/bewaard"): TOKEN_IS_MISSING,
    ("GET", "/bewaard/<token>"): OPEN,
    ("GET", "/bewaard/<token>.atom"): OPEN,
    ("GET", "/bewaard/<token>/naam"): (303, 403, 403, 403, 403, 403, 403),
    ("POST", "/bewaard/<token>/naam"): TOKEN_IS_MISSING,
    ("POST", "/bewaard/<token>/gezien"): TOKEN_IS_MISSING,
    ("POST", "/bewaard/<token>/vergeten"): TOKEN_IS_MISSING,
}


@pytest.fixture
def listed(app: Flask) -> None:
    the_criteria()
    partner = a_partner("Getoond")
    a_partner("Ander")
    proof = evidence.add(a_representative(partner), partner, Upload("bewijs.pdf", "application/pdf", a_pdf()))
    an_answer(partner, "iso", "ja", file_id=proof.id)
    a_saved_search(a_member()).token = TOKEN
    representing.ask(a_member(), partner, PartnerRole.EDITOR, "consultant")
    membership.add(OPERATOR, PlainOrganisation("Een organisatie"))
    leaving.announce(
        a_curator(), partner, LeavingKind.OTHER, "Zomaar, dat is ook een reden.", clock.today() + timedelta(days=30)
    )
    one, other = a_partner("Gebleven"), a_partner("Opgegaan")
    merging.merge(a_curator(), one, other, (), plan(one, other).digest)
    db.session.commit()


def actors() -> list[Actor]:
    """One of each column."""
    partner, another = (
        db.session.scalars(db.select(Partner).where(Partner.slug == slug)).one() for slug in ("getoond", "ander")
    )
    made = [
        *(a_visitor(), a_member(), a_representative(partner), a_representative(another)),
        *(a_curator(), with_interest(a_curator(), partner), an_admin()),
    ]
    db.session.commit()
    return made


def address(path: str) -> str:
    filled = (
        path.replace("<slug>", "getoond").replace("<key>", "iso").replace("<token>", TOKEN).replace("<theme>", "thema")
    )
    filled = re.sub(r"<int:\w+>", "1", filled)
    if "samenvoegen" in path:
        return filled + "?een=getoond&ander=ander"
    return filled + ("?p=getoond&p=ander" if "vergelijk" in path else "")


def test_every_route_has_its_row(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert routes == set(ACCESS)


def test_every_cell(app: Flask, listed: None) -> None:
    wrong = []
    for column, actor in zip(range(len(ACTORS)), actors(), strict=True):
        client = client_of(app, actor)
        for (method, path), expected in ACCESS.items():
            g.__dict__.clear()
            db.session.rollback()
            status = client.open(address(path), method=method).status_code
            if status != expected[column]:
                wrong.append(f"{method} {path} as {ACTORS[column]}: {status}, not {expected[column]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("status", list(PartnerStatus))
def test_list_equals_page_for_every_actor(app: Flask, status: PartnerStatus) -> None:
    """The filter in SQL and the fact in Python are the same rule (architecture, permissions)."""
    the_criteria()
    partner = a_partner("Iets", status=status)
    for actor in everyone(partner):
        listed = partner.id in queries.with_ids([partner.id], actor)
        assert listed == may(actor, Permission.PARTNER_READ, partner), (status, actor)


@pytest.mark.parametrize("status", [PartnerStatus.DRAFT, PartnerStatus.DELISTED])
def test_what_is_not_listed_shows_nowhere(app: Flask, status: PartnerStatus) -> None:
    """A poisoned row (row O3): an unlisted partner with answers reaches no page, facet, API or download."""
    the_criteria()
    a_partner("Zichtbaar")
    hidden = a_partner("Geheimnaam", status=status, legal_name="Geheimnaam BV")
    an_answer(hidden, "naam", "Geheimnaam-product")
    an_answer(hidden, "iso", "ja")
    db.session.commit()
    client = app.test_client()
    for path in (
        "/",
        "/partners",
        "/partners?q=geheimnaam",
        "/partners?iso=ja",
        "/vergelijk?p=geheimnaam&p=zichtbaar",
        "/vergelijk.csv?p=geheimnaam&p=zichtbaar",
        "/api/v1/partners",
        "/criteria/iso",
        "/methode",
        "/actualiteit",
        "/cijfers",
        "/cijfers.csv",
    ):
        body = client.get(path).text
        assert "Geheimnaam" not in body, path
    assert client.get("/partners/geheimnaam").status_code == 404
    assert client.get("/partners/geheimnaam/cijfers").status_code == 404
    assert client.get("/api/v1/partners/geheimnaam").status_code == 404
    assert client.get("/api/v1/partners?iso=ja").json["total"] == 0  # type: ignore[index]


def test_hidden_and_unknown_get_the_same_answer(app: Flask) -> None:
    the_criteria()
    a_partner("Verborgen", status=PartnerStatus.DRAFT)
    db.session.commit()
    client = app.test_client()
    for odd in ("%00", "a%00b", "%C3%A9", "..%2f", "x" * 5000):
        assert client.get(f"/partners/{odd}").status_code == 404, odd
        assert client.get(f"/api/v1/partners/{odd}").status_code in (400, 404), odd
    hidden, unknown = client.get("/partners/verborgen"), client.get("/partners/bestaatniet")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.text.replace("verborgen", "x") == unknown.text.replace("bestaatniet", "x")


def test_an_answer_that_nobody_asked_permission_for_is_withheld(app: Flask) -> None:
    app.add_url_rule("/vergeten", view_func=lambda: "geheim")
    response = app.test_client().get("/vergeten")
    assert response.status_code == 500
    assert "geheim" not in response.text


def test_asking_what_an_address_can_do_is_harmless(app: Flask, listed: None) -> None:
    """Flask answers OPTIONS without a view; that is no answer of ours that forgot to ask."""
    for path in ("/", "/partners", "/api/v1/partners", "/inloggen"):
        assert app.test_client().options(path).status_code == 200, path


def test_a_number_that_no_database_holds_leads_nowhere(app: Flask, listed: None) -> None:
    """On PostgreSQL looking for it would be a fault (SEC-10)."""
    client = client_of(app, a_curator())
    for method, path in ACCESS:
        if "<int:" in path:
            odd = address(re.sub(r"<int:\w+>", str(2**31), path))
            g.__dict__.clear()
            assert client.open(odd, method=method).status_code in (400, 404), f"{method} {path}"
    app.config["WTF_CSRF_ENABLED"] = False
    for number in (2**31, 2**63, 10**40):
        g.__dict__.clear()
        assert client.post(f"/account/sessies/{number}/beeindig").status_code == 404, number
