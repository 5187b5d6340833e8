"""English is complete: no sentence of the Dutch interface is left in it, on any page or in any command (row M1)."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask, g, render_template, template_rendered
from flask import session as flask_session
from flask.testing import FlaskClient

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts import session, signing_in
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.models import Account, Authenticator
from partnerkompas.answers import actions as answers
from partnerkompas.answers.models import Answer
from partnerkompas.cli import main
from partnerkompas.config import Settings
from partnerkompas.criteria import actions as criteria
from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.questions import Option, OptionDate, OptionList, Text
from partnerkompas.curating import merging, telling_apart
from partnerkompas.curating.merge_plan import plan
from partnerkompas.exchange import importing
from partnerkompas.infra import clock, logs
from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.infra.mail import Mail
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import actions as membership
from partnerkompas.membership import inviting
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.partners import interests, leaving, representing
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import LeavingKind, OfficeRole, Partner, PartnerStatus
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, PartnerRole
from partnerkompas.search import sync
from tests.conftest import ROOT
from tests.dutch import CATALOGUE, PLACE, SHORT, SMALL_WORDS, Interface, messages, names_of, seen, texts_of
from tests.edition import SMALL, question, text, with_question
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
    the_criteria,
)
from tests.signed_in import Person, fields, link_to

DUTCH = Interface()

SOURCE = "voor de tests"
"""What the lists of the small edition name as their source, in its own language."""

BADGES = OptionList(
    "badges",
    text("badges"),
    "https://bron.example/lijst",
    (
        Option(
            "goud",
            Text("Goud", "Gold"),
            ("Au",),
            valid_from=date(2018, 1, 1),
            valid_until=date(2022, 10, 3),
            successor="b0",
            issuer="Microsoft",
            proves=text("proves"),
            proves_not=text("proves not"),
            source="https://bron.example/goud",
            dates=(OptionDate(text("end"), "2022", "one"), OptionDate(text("end"), "2023-01", "two")),
        ),
        *(Option(f"b{n}", text(f"badge {n}")) for n in range(9)),
    ),
    "2026-05",
    text("note"),
)


@pytest.fixture
def market(app: Flask) -> None:
    """Partners in every state the pages know."""
    extra = replace(question("badges", "many_of", options=BADGES), hint=text("hint"))
    edition = with_question(SMALL, extra)
    the_criteria()
    criteria.adopt(OPERATOR, replace(edition, lists=(*edition.lists, BADGES)))
    offices = [PlainOffice(city, "NL-UT") for city in ("Alfa", "Beta", "Gamma")]
    offices.append(PlainOffice("Delta", "NL-GR", OfficeRole.DELIVERY, "https://bron.example/delta"))
    one = a_partner(
        "Aap",
        legal_name="Aap Holding",
        kvk_number="12345678",
        website="https://aap.example",
        group_name="Dieren",
        former_names=("Beer",),
        offices=tuple(offices),
        fictional=True,
    )
    two = a_partner("Noot")
    a_partner("Weg", status=PartnerStatus.DELISTED)
    for n in range(30):
        a_partner(f"Mies {n}")
    an_answer(one, "producten", "bc|fin")
    an_answer(one, "badges", [option.code for option in BADGES.options], level=3, checked_on=date(2026, 3, 4))
    an_answer(one, "iso", "ja", recorded_at=datetime(2026, 2, 1, tzinfo=UTC))
    an_answer(one, "iso", "nee", source="public_page", source_url="https://bron.example", evidence="a page")
    an_answer(one, "medewerkers", "b2", valid_until=date(2026, 1, 1))
    an_answer(one, "venster", "zeven", "bc", checked_on=date(2026, 3, 4), checked_by_role="curator", level=2)
    an_answer(one, "reactietijd", "1.5", "bc", valid_until=date(2026, 12, 1))
    an_answer(one, "personen", 12, stated_on=None, source="members", level=4)
    answers.challenge(OPERATOR, an_answer(one, "sinds", "1999"), "the register says 2004")
    an_answer(two, "iso", "ja", source="register")
    an_answer(two, "branches", "46", source="curator")
    an_answer(two, "producten", "fin")
    db.session.commit()


PAGES = {
    "home": ["/"],
    "list": [
        "/partners",
        "/partners?q=navision+aap&producten=bc&producten=fin&producten.alle=fin&personen=1..20&personen=5..&sort=-personen",
        "/partners?q=aap&p=aap&p=noot&p=mies-1",
        "/partners?p=aap&pagina=2&sort=naam",
        "/partners?iso=ja&iso=nee&iso.stand=not_stated&voor=bc&reactietijd@bc=..2",
        "/partners?q=vindbaarniets&iso=ja&producten=sales",
        "/partners?op=2026-11-21",
    ],
    "what the list ignores": [
        "/partners?iets=1&sort=iets&pagina=x&voor=iets&op=2030-01-01&q=...&q=a&q=b&naam=x&pagina_iso=x&iso=iets",
        "/partners?iso.stand=iets&personen=9..1&personen=..&personen=a..b&personen.alle=1&iso@bc=ja&p=A+A&pagina=99",
        "/partners?op=gisteren&pagina=99&gezien=a..&vernieuwd=a..&sinds=a..&sinds=1..&reactietijd=0.001..",
        "/partners?" + "&".join(f"p=mies-{n}" for n in range(8)) + "&q=" + "a" * 300 + "&iso=ja" * 300,
    ],
    "profile": ["/partners/aap", "/partners/aap?op=2026-11-21&x=1", "/partners/noot", "/partners/mies-1?p=aap&p=noot"],
    "a delisted partner": ["/partners/weg"],
    "comparison": [
        "/vergelijk",
        "/vergelijk?p=aap",
        "/vergelijk?p=aap&p=noot&p=mies-1",
        "/vergelijk?p=mies-1&p=mies-2&verschillen=1&op=2026-11-22",
        "/vergelijk?p=aap&p=niemand&p=noot&verschillen=1&x=1&op=2030-01-01",
        "/vergelijk?" + "&".join(f"p=mies-{n}" for n in range(8)),
    ],
    "criteria": ["/criteria", "/criteria?op=2020-01-01&x=1", "/criteria/uitgaven"],
    "a criterion": [f"/criteria/{each.key}" for each in SMALL.questions] + ["/criteria/badges?op=2026-11-22&x=1"],
    "method": ["/methode"],
    "freshness": ["/actualiteit", "/actualiteit?sort=-ouderdom", "/actualiteit?sort=iets&x=1"],
    "figures of use": ["/cijfers?x=1"],
    "figures of a partner": ["/partners/aap/cijfers?x=1"],
    "about": ["/over"],
    "rules": ["/spelregels"],
    "sign in": ["/inloggen"],
    "an error": ["/bestaat-niet"],
}


@pytest.mark.parametrize("addresses", PAGES.values(), ids=PAGES)
def test_an_english_page_has_no_dutch(market: None, app: Flask, addresses: list[str]) -> None:
    client = app.test_client()
    for address in addresses:
        assert DUTCH.in_(seen(client.get(address).text)), f"the check finds no Dutch on the Dutch page {address}"
        english = seen(client.get(f"/en{address}").text)
        assert DUTCH.in_(english) == [], address
        assert [each for each in english if SMALL_WORDS.search(each) and SOURCE not in each] == [], address
        assert [each for each in english if re.search(r"\bnl\b", each)] == [], f"{address}: a Dutch text of a criterion"


def test_who_is_signed_in_reads_english(market: None, app: Flask) -> None:
    english = seen(client_of(app, a_curator()).get("/en/methode").text)
    assert "Sign out" in english
    assert DUTCH.in_(english) == []


KEPT = "q=aap&producten=bc&iso.stand=not_stated&personen=1..20&weg=1&sort=-weg"
"""A search of somebody, with parts that do not exist."""


@pytest.fixture
def somebodys(market: None, app: Flask) -> tuple[FlaskClient, str]:
    """Who keeps that search, in a session, and its link; one partner came since, one left and one is gone."""
    member = a_member()
    saved = a_saved_search(member, KEPT)
    saved.request, saved.found = (
        KEPT,
        [each.id for each in db.session.scalars(db.select(Partner).order_by(Partner.id)) if each.id % 2],
    )
    token = saved.token
    db.session.commit()
    return client_of(app, member), token


def test_saved_searches_are_english(app: Flask, somebodys: tuple[FlaskClient, str]) -> None:
    client, token = somebodys
    for address in ("/bewaard?veranderd=1&x=1", f"/bewaard/{token}", f"/bewaard/{token}/naam", "/partners?q=aap"):
        assert DUTCH.in_(seen(client.get(address).text)), address
        english = [each for each in seen(client.get(f"/en{address}").text) if "/bewaard" not in each]
        assert DUTCH.in_(english) == [], address
        assert [each for each in english if SMALL_WORDS.search(each) and each != "Onze zoekopdracht"] == [], address
    feed = client.get(f"/en/bewaard/{token}.atom").text
    assert DUTCH.in_(re.split("<[^>]*>", feed)) == []
    app.config["WTF_CSRF_ENABLED"] = False
    for given in ({}, {"naam": "x" * 99}):
        english = seen(client.post("/en/bewaard", data=given).text)
        assert english[0].startswith("Error: Save this search")
        assert DUTCH.in_(english) == []


ADDRESSES = {
    "visitor": [
        "/account/nieuw",
        "/account/wachtwoord-vergeten",
        "/account/link/x",
        "/partners/aap",
        "/partners/vertrokken",
    ],
    "member": [
        *("/account", "/account/adres", "/account/wachtwoord", "/account/wissen", "/berichten", "/leden/1"),
        *("/account/tweede-stap", "/account/tweede-stap/app", "/partners/aap/vertegenwoordigen", "/inloggen/opnieuw"),
    ],
    "signer": [
        *("/account", "/partners/aap", "/partners/aap/gegevens", "/partners/aap/gegevens/thema"),
        *("/partners/aap/gegevens/tweede", "/partners/aap/gegevens/controle"),
        *("/partners/aap/gegevens/ondertekend/1", "/vertegenwoordiging/1", "/partners/aap/gegevens/bestand"),
    ],
    "curator": [
        *(
            "/werkbank",
            "/werkbank/nieuwe-partner",
            "/werkbank/partners/noot",
            "/werkbank/uitschrijvingen",
            "/werkbank/partners/noot/uitschrijven",
            "/uitschrijving/1",
            "/uitschrijving/2",
            "/werkbank/dubbel",
            "/werkbank/samenvoegen?een=noot&ander=gebleven",
            "/werkbank/samenvoegen?een=noot&ander=gebleven&blijft=noot",
            "/samenvoeging/1",
            "/partners/opgegaan",
            "/partners/vertrokken",
            "/werkbank/antwoorden",
            "/vertegenwoordiging/2",
            "/leden",
            "/leden/1",
            "/leden/1/wijzig",
        ),
        *("/leden/nieuw", "/logboek", "/logboek?van=x", "/beheer/rollen", "/partners/aap/feit", "/partners/aap"),
        *("/partners/aap/feit?criterium=personen", "/account/tweede-stap"),
    ],
    "admin": ["/beheer/rollen", "/werkbank"],
    "absorbed": ["/partners/opgegaan/gegevens"],
    "opponent": ["/feit/1/betwist", "/betwisting/1", "/betwistingen", "/correcties"],
}


@pytest.fixture
def people(market: None, app: Flask) -> dict[str, Person]:
    """Somebody of each sort, with something to see: an organisation, a request, drafts, something signed and asked."""
    aap = db.session.scalars(db.select(Partner).where(Partner.slug == "aap")).one()
    made = {"member": a_member(), "signer": a_representative(aap, PartnerRole.SIGNER)}
    made |= {"curator": a_curator(), "admin": an_admin(), "visitor": a_visitor(), "opponent": a_member()}
    organisation = membership.add(OPERATOR, PlainOrganisation("Org", domains=("org.example",)))
    db.session.get_one(Account, made["member"].account_id).organisation_id = organisation.id
    inviting.invite(OPERATOR, organisation, "x@org.example", "secret")
    representing.ask(a_member(), db.session.get_one(Partner, 2), PartnerRole.EDITOR, "x")
    interests.declare(made["member"], db.session.get_one(Account, made["member"].account_id), aap, "client", "x")
    day = clock.today()
    leaving.announce(
        made["curator"], aap, LeavingKind.OTHER, "Xxxxxxx xxxxxx xxxxxx xxx.", day + timedelta(days=leaving.NOTICE)
    )
    leaving.announce(made["curator"], a_partner("Vertrokken"), LeavingKind.STOPPED, "Xxxxxxx xxxxxx xxxxxx xxx.", day)
    one, other = a_partner("Gebleven"), a_partner("Opgegaan", offices=(PlainOffice("Delft"),))
    made["absorbed"] = a_representative(other)
    merging.merge(made["curator"], one, other, (), plan(one, other).digest)
    telling_apart.differ(made["curator"], one, aap)
    an_answer(one, "naam", "x")
    db.session.commit()
    found = {name: Person(app, accounts_now(actor)) for name, actor in made.items()}
    first, check = "/partners/aap/gegevens/thema", "/partners/aap/gegevens/controle"
    signer = found["signer"]
    signer.send(
        first,
        first,
        **{"personen:waarde": "3", "personen:toelichting": "the best", "personen:bron": "https://x.example"},
    )
    signer.send(check, akkoord="1")
    waiting = db.session.scalars(db.select(Answer.id).order_by(Answer.id.desc())).first()
    found["curator"].send(f"/antwoord/{waiting}/nakijken", besluit="vragen", reden="x")
    signer.send(first, first, **{"naam:waarde": "x", "sinds:waarde": "2001"})
    return found


def accounts_now(actor: Actor) -> Actor:
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    return accounts.actor(account) if account else actor


@pytest.mark.parametrize("who", ADDRESSES)
def test_pages_of_people_are_english(people: dict[str, Person], who: str) -> None:
    for address in ADDRESSES[who]:
        person = people[who]
        assert DUTCH.in_(seen(person.get(address).text)), address
        page = person.get(f"/en{address}")
        assert page.status_code in (200, 410), address
        english = [each for each in seen(page.text) if "/" not in each and each not in SMALL.by_key]
        assert DUTCH.in_(english) == [], address
        assert [each for each in english if SMALL_WORDS.search(each)] == [], address


def test_mail_is_in_the_language_of_its_reader(people: dict[str, Person], app: Flask) -> None:
    person = Person(app)
    person.send("/en/account/nieuw", email="new@voorbeeld.example")
    people["signer"].send("/account", "/account", language="en")
    people["curator"].send("/leden/1", "/leden/1/uitnodigen", email="y@org.example")
    told = [mail for mail in db.session.scalars(db.select(Mail)) if mail.to == "new@voorbeeld.example"]
    assert told
    for mail in told:
        assert "You asked for an account" in mail.body
        assert DUTCH.in_([mail.subject, *mail.body.split("\n")]) == []


def test_no_page_is_forgotten(app: Flask, somebodys: tuple[FlaskClient, str], people: dict[str, Person]) -> None:
    """Every template is either fetched above or an error page, which is looked at here."""
    rendered = set()

    def note(_sender: Flask, template: object, **_more: object) -> None:
        rendered.add(getattr(template, "name", ""))

    client, token = somebodys
    waiting = db.session.scalars(
        db.select(Answer.id).where(Answer.criterion == "personen").order_by(Answer.id.desc())
    ).first()
    with template_rendered.connected_to(note, app):
        for who, addresses in ADDRESSES.items():
            for address in addresses:
                people[who].get(address)
        people["curator"].get(f"/antwoord/{waiting}/nakijken")
        walk_where_an_address_is_not_enough(app, people)
        g.__dict__.clear()
        for address in ("/bewaard", f"/bewaard/{token}", f"/bewaard/{token}/naam"):
            client.get(address)
        client = app.test_client()
        g.__dict__.clear()
        for addresses in PAGES.values():
            client.get(addresses[0])
        client.get("/criteria/uitgaven")
    folder = ROOT / "partnerkompas" / "templates"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    forgotten = {name for name in names if not name.startswith(("components/", "errors/"))} - rendered - {"base.html"}
    assert not forgotten
    for name in sorted(name for name in names if name.startswith("errors/")):
        with app.test_request_context("/"), speaking("en"):
            assert DUTCH.in_(seen(render_template(name, detail=""))) == [], name


def walk_where_an_address_is_not_enough(app: Flask, people: dict[str, Person]) -> None:
    """Pages that only come after something was sent."""
    member = people["member"]
    key = re.sub(r"\s", "", re.search(r'class="key">([^<]+)<', member.get("/account/tweede-stap/app").text)[1])  # type: ignore[index]
    codes = member.send("/account/tweede-stap/app", code=pyotp.TOTP(key).at(clock.now()))
    assert "herstelcodes" in codes.text
    with app.test_request_context(), unit_of_work():
        session.begin_halfway(db.session.get_one(Account, member_number(member)))
        answer = app.make_response("")
        app.session_interface.save_session(app, flask_session, answer)
    halfway = Person(app)
    name, _equals, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
    halfway.client.set_cookie(name, value)
    assert "Tweede stap" in halfway.get("/inloggen/tweede-stap").text
    curator = people["curator"]
    key = re.sub(r"\s", "", re.search(r'class="key">([^<]+)<', curator.get("/account/tweede-stap/app").text)[1])  # type: ignore[index]
    curator.send("/account/tweede-stap/app", code=pyotp.TOTP(key).at(clock.now()))
    step = db.session.scalars(db.select(Authenticator.id).order_by(Authenticator.id.desc())).first()
    curator.send("/account/tweede-stap", f"/account/tweede-stap/{step}/verwijder")
    Person(app).send("/account/nieuw", email="z@voorbeeld.example")
    Person(app).get(link_to("z@voorbeeld.example"))
    first = "/partners/aap/gegevens/thema"
    form = fields(people["signer"].get(first).text, first)
    Person(app).post(first, form)
    refused = Person(app, accounts_now(a_member())).post(f"/en{first}", {**form, "naam:waarde": "Aap"})
    assert DUTCH.in_(seen(refused.text)) == []
    by_file = "/partners/aap/gegevens/bestand"
    upload = {
        **fields(people["signer"].get(by_file).text, by_file),
        "bestand": (BytesIO(b"criterion,value\npersonen,77\n"), "x.csv"),
    }
    report = people["signer"].post(by_file, upload)
    people["signer"].send(first, first, **{"personen:waarde": "88"})
    walk_with_a_file(people["signer"], first)
    people["signer"].post(f"{by_file}/bewaar", fields(report.text, f"{by_file}/bewaar"))
    people["admin"].send("/account/wissen")


def walk_with_a_file(person: Person, page: str) -> None:
    """Add a file, and open it when it is not there any more."""
    form = {**fields(person.get(page).text, page), "naam:waarde": "x", "naam:bestand": (BytesIO(a_pdf()), "x.pdf")}
    person.post(page, form)
    person.post(page, {**fields(person.get(page).text, page), "naam:zonder": "1"})
    assert person.get("/bewijs/1").status_code == 410


def member_number(person: Person) -> int:
    """The number of the account of somebody."""
    found = re.search(r"nummer (\d+)", person.get("/account/wissen").text)
    assert found
    return int(found[1])


def test_signing_in_wrongly_is_told_in_english(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for given in ({}, {"email": "x", "password": "y" * 9999}, {"email": "a@b.example", "password": "y"}):
        english = seen(client.post("/en/inloggen", data=given).text)
        assert english[0].startswith("Error: Sign in")
        assert DUTCH.in_(english) == []

    def too_many(*_arguments: object, **_more: object) -> None:
        raise TooMany(90)

    monkeypatch.setattr(signing_in, "sign_in", too_many)
    english = seen(client.post("/en/inloggen", data={"email": "a@b.example", "password": "y"}).text)
    assert "This was tried too often. Try again in 2 minutes." in english


def test_the_api_explains_itself_in_english(market: None, app: Flask) -> None:
    client = app.test_client()
    for address in ("partners?iets=1", "partners/aap?x=1", "partners/aap?op=1&op=2", "partners/aap?op=x", "iets"):
        told = client.get(f"/en/api/v1/{address}").get_json()
        assert DUTCH.in_([told["title"], told["detail"]]) == [], address
    assert DUTCH.in_([client.get("/en/api/v1/partners?sort=-personen").get_json()["order"]["explanation"]]) == []


def test_our_own_criteria_are_english_on_english_pages(app: Flask) -> None:
    """With the real criteria, code lists and facts; sources and issuers are named in their own language."""
    edition = the_criteria(read_edition(ROOT / "seed/criteria", ROOT / "seed/options", None))
    folder = ROOT / "seed" / "partners"
    report = importing.import_partners(OPERATOR, folder / "dynamics_nl.csv", folder / "dynamics_nl.map.toml")
    db.session.commit()
    slugs = [slug for slug, _name in sync.ready().snapshot.firms.names]
    assert len(slugs) == report.partners.created > 1
    english = {each.en for each in texts_of(edition)}
    dutch = {each.nl for each in texts_of(edition) if each.nl != each.en and each.nl not in english}
    long = re.compile("|".join(re.escape(each) for each in sorted(dutch, key=len, reverse=True) if len(each) > SHORT))
    sources = names_of(edition)
    client = app.test_client()
    addresses = ["/", "/partners", "/criteria", "/methode", "/vergelijk?" + "&".join(f"p={each}" for each in slugs[:6])]
    addresses += [f"/partners/{slug}" for slug in slugs] + [f"/criteria/{each.key}" for each in edition.questions]
    for address in addresses:
        told = [each for each in seen(client.get(f"/en{address}").text) if not any(name in each for name in sources)]
        assert DUTCH.in_(told) == [], address
        assert [each for each in told if long.search(each)] == [], address


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """Commands in English, on the database of this test; what they set for their process is put back."""
    monkeypatch.setattr(logs, "configure", lambda _level: None)
    environment = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "LANGUAGE": "en"}
    with speaking("nl"):
        yield CliRunner(env={f"PARTNERKOMPAS_{name}": value for name, value in environment.items()})


def test_commands_speak_english(command: CliRunner, tmp_path: Path) -> None:
    files = {
        "p.csv": "slug,name,iets\nA b,x,1\nc,,1\nd,D,2\n",
        "a.csv": "partner,criterion,state,value\nd,iets,,\nniemand,rechtsvorm,,bv\nd,rechtsvorm,iets,\n",
        "leeg.csv": "",
        "x.json": "{",
        "x.doc": "x",
        "c/x.toml": "[theme]\nkey = 1\n[[criteria]]\nkey = 'x'\nkind = 'x'\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    said = ""
    for line in (
        "index rebuild",
        f"import criteria {ROOT / 'seed/criteria'} --dry-run",
        f"import criteria {ROOT / 'seed/criteria'}",
        f"import criteria {ROOT / 'seed/criteria'}",
        f"import criteria {tmp_path / 'c'}",
        f"import partners {tmp_path / 'p.csv'} --dry-run",
        f"import partners {tmp_path / 'p.csv'}",
        f"import answers {tmp_path / 'a.csv'}",
        *(f"import answers {tmp_path / name}" for name in ("leeg.csv", "x.json", "x.doc", "weg.csv")),
        "index status",
        "index verify",
        "outbox drain",
        "index verify",
        "account add niets --role curator",
        "account add iemand@voorbeeld.example --role curator",
    ):
        result = command.invoke(main, line.split())
        assert result.output, line
        assert DUTCH.in_(result.output.splitlines()) == [], line
        said += result.output
    for each in ("Dry run: nothing was saved.", "is missing", "iemand@voorbeeld.example now has the role curator."):
        assert each in said, each


def test_a_server_that_cannot_start_says_so_in_english(command: CliRunner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = command.invoke(main, ["serve", "--port", str(taken.getsockname()[1])])
    assert "is not free. Choose another with --port." in result.output


def test_the_catalogue_is_tidy() -> None:
    """Sentence case, typographic quotes, no exclamation marks, "u" and not "je"; and no dates, so that it is stable."""
    source = CATALOGUE.read_text()
    for each in ("#, fuzzy", "#~", "-Date:", "Generated-By"):
        assert each not in source, each
    for nl, en in messages():
        assert nl[-1:] not in ".:" or en[-1:] == nl[-1:], f"{nl} · {en}"
        assert nl[0].isupper() == en[0].isupper() or nl[0] == "“", f"{nl} · {en}"
        assert not re.search(r"[!<>]|\"|\bje\b|\bjouw?\b", nl), nl
        assert not re.search(r"[!<>]|\"|'|\w’re\b|n’t\b", en), en
        assert sorted(PLACE.findall(nl)) == sorted(PLACE.findall(en)), f"{nl} · {en}"
