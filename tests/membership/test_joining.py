"""Getting an account, getting back into it, becoming a member, moving to another address: all by a mailed link."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import attempts, passwords, queries
from partnerkompas.accounts.attempts import SIGNING_IN
from partnerkompas.accounts.models import Account, Attempt, Authenticator
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import actions, inviting, joining
from partnerkompas.membership import queries as queries_of_links
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.membership.models import Link, Organisation
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.at_once import at_once
from tests.factories import NOW
from tests.signed_in import Person, link_to, mails_to

EMAIL, PASSWORD, OTHER = "jan@bakkerij.example", "een lange zin over appels", "een lange zin over peren"
LEVEL = {"level": "tactical"}
ODD = (
    *("(een)jan@bakkerij.example", "<jan@bakkerij.example>", "jan@bakkerij.example(twee.nl", "x,jan@bakkerij.example"),
    *("=?utf-8?q?jan=40x.nl=0a?=@bakkerij.example", "jan@bakkerij.example,x.nl", '"jan"@bakkerij.example'),
)
"""What mail reads as another text for the same mailbox, as two addresses, or not at all."""

pytestmark = pytest.mark.usefixtures("cheap_hashes")


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


@pytest.fixture
def bakery(app: Flask) -> int:
    with unit_of_work():
        made = actions.add(OPERATOR, PlainOrganisation("De Bakkerij", domains=("bakkerij.example",)))
    return made.id


def an_account(email: str = EMAIL, password: str = PASSWORD) -> int:
    with unit_of_work():
        made = accounts.make(OPERATOR, email, password)
    return made.id


def account(email: str = EMAIL) -> Account | None:
    db.session.rollback()
    return queries.by_email(email)


def invited(bakery: int, email: str = EMAIL) -> str:
    with unit_of_work():
        inviting.invite(OPERATOR, db.session.get_one(Organisation, bakery), email, "secret")
    return link_to(email)


def who(person: Person) -> str:
    page = person.get("/account")
    return "" if page.status_code == 303 else page.text


def main(page: str) -> str:
    """A page without its head, where the number of messages stands."""
    return page.partition("<main")[2]


# An account of one's own


def test_from_asking_to_an_account(visitor: Person) -> None:
    asked = visitor.send("/account/nieuw", email=f" {EMAIL.upper()} ")
    assert asked.status_code == 200
    assert "Kijk in uw mail" in asked.text
    assert account() is None, "nobody showed yet that they can read this mail"
    made = visitor.send(link_to(EMAIL), name="Jan Jansen", password=PASSWORD)
    assert (made.status_code, made.location) == (303, "/account")
    assert "Jan Jansen" in who(visitor)
    stored = account()
    assert stored is not None
    assert passwords.matches(stored.password_hash, PASSWORD)
    assert stored.roles == frozenset()
    assert stored.organisation_id is None


def test_the_page_is_the_same_whether_there_is_an_account_or_not(app: Flask, visitor: Person) -> None:
    """SEC-17: page, status, and the work: one link and one mail each."""
    an_account()
    for path in ("/account/nieuw", "/account/wachtwoord-vergeten"):
        before = db.session.query(Link).count()
        known = visitor.send(path, email=EMAIL)
        unknown = visitor.send(path, email="niemand@bakkerij.example")
        assert known.status_code == unknown.status_code == 200
        assert known.text.replace(EMAIL, "") == unknown.text.replace("niemand@bakkerij.example", "")
        assert db.session.query(Link).count() == before + 2
    assert len(mails_to(EMAIL)) == len(mails_to("niemand@bakkerij.example")) == 2
    assert "Dat hebt u al" in mails_to(EMAIL)[0].body
    assert "hoort geen account" in mails_to("niemand@bakkerij.example")[1].body


def test_a_link_works_once(visitor: Person, app: Flask) -> None:
    visitor.send("/account/nieuw", email=EMAIL)
    link = link_to(EMAIL)
    visitor.send(link, password=PASSWORD)
    again = Person(app).get(link)
    assert again.status_code == 410
    assert "werkt niet meer" in again.text


def test_a_link_is_over_in_the_end(visitor: Person) -> None:
    visitor.send("/account/nieuw", email=EMAIL)
    link = link_to(EMAIL)
    with clock.fixed_at(NOW + timedelta(hours=23, minutes=59)):
        assert visitor.get(link).status_code == 200
    with clock.fixed_at(NOW + timedelta(days=1)):
        assert visitor.get(link).status_code == 410
    assert visitor.get("/account/link/" + "x" * 43).status_code == 410, "unknown and over get the same answer"


def test_a_mailed_link_lets_the_owner_in_while_strangers_try(visitor: Person, app: Flask) -> None:
    """A hundred wrong passwords from all over hold everywhere but where the owner came from, with password or link."""
    an_account()
    secret = app.secret_key or b""
    with unit_of_work():
        for number in range(100):
            attempts.count(SIGNING_IN, attempts.keys(EMAIL, f"203.0.113.{number}", secret))
    assert visitor.send("/inloggen", email=EMAIL, password=PASSWORD).status_code == 429
    visitor.send("/account/wachtwoord-vergeten", email=EMAIL)
    assert visitor.send(link_to(EMAIL), password=OTHER).status_code == 303
    assert visitor.send("/inloggen", email=EMAIL, password=OTHER).status_code == 303
    elsewhere = Person(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert elsewhere.send("/inloggen", email=EMAIL, password=OTHER).status_code == 429


def test_only_the_hash_of_a_link_is_kept_and_nobody_hears_of_it(visitor: Person) -> None:
    visitor.send("/account/nieuw", email=EMAIL)
    token = link_to(EMAIL).rpartition("/")[2]
    assert len(token) >= 43
    (row,) = db.session.scalars(db.select(Link))
    assert token not in str(vars(row))
    page = visitor.get(f"/account/link/{token}")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_opening_a_link_does_nothing_yet(visitor: Person) -> None:
    """Mail programs open links to look at them (SEC-04)."""
    visitor.send("/account/nieuw", email=EMAIL)
    link = link_to(EMAIL)
    for _ in range(3):
        assert visitor.get(link).status_code == 200
    assert account() is None


@pytest.mark.parametrize(
    ("given", "told"), [("kort", "ten minste 15"), ("123456789987654321", "snel te raden"), ("", "ten minste")]
)
def test_a_weak_password_is_refused_and_the_link_stays(visitor: Person, given: str, told: str) -> None:
    visitor.send("/account/nieuw", email=EMAIL)
    refused = visitor.send(link_to(EMAIL), name="Jan", password=given)
    assert refused.status_code == 422
    assert told in refused.text
    assert 'value="Jan"' in refused.text
    assert account() is None
    assert visitor.send(link_to(EMAIL), password=PASSWORD).status_code == 303


def test_a_password_is_weighed_once_and_only_where_there_is_place(
    app: Flask, visitor: Person, weighed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weighing costs the work of some hashes, and who has a link may send what costs most, again and again."""
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    visitor.send("/account/nieuw", email=EMAIL)
    link, owner = link_to(EMAIL), Person(app, queries.actor(db.session.get_one(Account, an_account("x@y.example"))))
    weighed.clear()
    for person, path in ((visitor, link), (owner, "/account/wachtwoord")):
        with passwords.place(), passwords.place():
            assert person.send(path, password="1qaz2wsx3edc4rfv").status_code == 503
        assert weighed == []
        refused = person.send(path, password="1qaz2wsx3edc4rfv")
        assert (refused.status_code, "snel te raden" in refused.text) == (422, True)
        assert weighed == ["1qaz2wsx3edc4rfv"]
        assert person.send(path, password="zonderhoofdletterofcijfer").status_code == 303
        assert weighed[1:] == ["zonderhoofdletterofcijfer"]
        weighed.clear()


def test_no_other_field_gives_more(visitor: Person, bakery: int) -> None:
    """SEC-03."""
    visitor.send("/account/nieuw", email=EMAIL)
    link = link_to(EMAIL)
    token = visitor.token(link)
    more = {
        "email": "ander@bakkerij.example",
        "roles": "admin",
        "organisation_id": str(bakery),
        "purpose": "invitation",
    }
    visitor.post(link, {"csrf_token": token, "password": PASSWORD, "level": "board", **more})
    made = account()
    assert made is not None
    assert (made.roles, made.organisation_id, made.level) == (frozenset(), None, "")
    assert account("ander@bakkerij.example") is None


@pytest.mark.parametrize("given", ["", "jan", "jan@", "jan\0@bakkerij.example", "x" * 300 + "@bakkerij.example", *ODD])
def test_what_is_no_address_gets_no_mail(visitor: Person, given: str) -> None:
    assert visitor.send("/account/nieuw", email=given).status_code == 422
    assert db.session.query(Link).count() == 0


def test_nobody_fills_a_mailbox(app: Flask) -> None:
    """SEC-16: five mails a day to one address, ten an hour from one."""
    for n in range(6):
        assert Person(app).send("/account/nieuw", email=EMAIL).status_code == 200, n
    assert len(mails_to(EMAIL)) == db.session.query(Link).count() == 5
    with clock.fixed_at(NOW + timedelta(days=1)):
        assert Person(app).send("/account/nieuw", email=EMAIL).status_code == 200
    for n in range(9):
        with clock.fixed_at(NOW + timedelta(days=1)):
            Person(app).send("/account/nieuw", email=f"p{n}@bakkerij.example")
    with clock.fixed_at(NOW + timedelta(days=1)):
        assert Person(app).send("/account/nieuw", email="nog@bakkerij.example").status_code == 429


# A new password


def test_a_new_password_ends_all_sessions_and_signs_nobody_in(app: Flask, visitor: Person) -> None:
    number = an_account()
    with unit_of_work():
        accounts.begin_session(db.session.get_one(Account, number), "Firefox")
    visitor.send("/account/wachtwoord-vergeten", email=EMAIL)
    link = link_to(EMAIL)
    chosen = visitor.send(link, password=OTHER)
    assert (chosen.status_code, chosen.location) == (303, "/inloggen")
    assert "Uw wachtwoord is veranderd. Log ermee in." in visitor.get("/inloggen").text
    assert "Log ermee in." not in visitor.get("/inloggen").text, "it is told once"
    assert who(visitor) == ""
    stored = account()
    assert stored is not None
    assert passwords.matches(stored.password_hash, OTHER)
    assert not queries.sessions(number)
    assert "wachtwoord is veranderd" in mails_to(EMAIL)[-1].body
    assert visitor.get(link).status_code == 410


def test_a_new_password_ends_the_other_links(visitor: Person) -> None:
    an_account()
    visitor.send("/account/wachtwoord-vergeten", email=EMAIL)
    first = link_to(EMAIL)
    visitor.send("/account/wachtwoord-vergeten", email=EMAIL)
    visitor.send(link_to(EMAIL), password=OTHER)
    assert visitor.get(first).status_code == 410


def test_a_link_is_no_second_step(visitor: Person) -> None:
    """SEC-18: a reset does not get past the second factor."""
    number = an_account()
    with unit_of_work():
        db.session.add(Authenticator(account_id=number, kind="totp", name="app", secret="x"))
    visitor.send("/account/wachtwoord-vergeten", email=EMAIL)
    visitor.send(link_to(EMAIL), password=OTHER)
    assert who(visitor) == ""
    entered = visitor.send("/inloggen", email=EMAIL, password=OTHER)
    assert entered.location.startswith("/inloggen/tweede-stap")
    assert who(visitor) == ""


def test_after_an_hour_the_old_password_stays(visitor: Person) -> None:
    an_account()
    visitor.send("/account/wachtwoord-vergeten", email=EMAIL)
    with clock.fixed_at(NOW + timedelta(hours=1)):
        assert visitor.get(link_to(EMAIL)).status_code == 410


@pytest.mark.parametrize("purpose", ["password", "invitation", "address"])
def test_a_link_for_another_account_ends_the_session_of_who_is_signed_in(
    app: Flask, visitor: Person, bakery: int, purpose: str
) -> None:
    """The page to sign in sends on who is signed in, so the notice waited in the cookie and nobody read it."""
    number, other = an_account(), an_account("piet@bakkerij.example")
    filled, told = {
        "password": ({"password": OTHER}, "Uw wachtwoord is veranderd."),
        "invitation": (LEVEL, "U bent nu lid."),
        "address": ({}, "Uw account hoort nu bij jan@elders.example."),
    }[purpose]
    if purpose == "password":
        visitor.send("/account/wachtwoord-vergeten", email=EMAIL)
        link = link_to(EMAIL)
    elif purpose == "invitation":
        link = invited(bakery)
    else:
        owner = Person(app, queries.actor(db.session.get_one(Account, number)))
        owner.send("/account/adres", email="jan@elders.example")
        link = link_to("jan@elders.example")
    piet = Person(app, queries.actor(db.session.get_one(Account, other)))
    done = piet.send(link, **filled)
    assert (done.status_code, done.location.partition("?")[0]) == (303, "/inloggen")
    page = piet.get(done.location)
    assert page.status_code == 200
    assert told in page.text
    assert "U was hier ingelogd als piet@bakkerij.example, en bent nu uitgelogd." in page.text
    assert who(piet) == ""
    assert not queries.sessions(other)


def test_who_uses_a_link_for_the_own_account_is_not_told_of_another(app: Flask) -> None:
    number = an_account()
    owner = Person(app, queries.actor(db.session.get_one(Account, number)))
    owner.send("/account/wachtwoord-vergeten", email=EMAIL)
    owner.send(link_to(EMAIL), password=OTHER)
    page = owner.get("/inloggen").text
    assert "Uw wachtwoord is veranderd." in page
    assert "U was hier ingelogd" not in page


# An invitation


def test_an_invitation_makes_a_member(visitor: Person, bakery: int) -> None:
    link = invited(bakery)
    assert "De Bakkerij" in visitor.get(link).text
    assert visitor.send(link, password=PASSWORD).status_code == 422, "from which level is asked for"
    assert visitor.send(link, password=PASSWORD, **LEVEL).location == "/account"
    member = account()
    assert member is not None
    assert (member.organisation_id, member.level) == (bakery, "tactical")
    assert "De Bakkerij" in who(visitor)
    deeds = [row.deed for row in db.session.scalars(db.select(AuditRow).where(AuditRow.account_id == member.id))]
    assert "member:joined" in deeds


def test_who_has_an_account_becomes_a_member_with_it(app: Flask, visitor: Person, bakery: int) -> None:
    number = an_account()
    accepted = visitor.send(invited(bakery), **LEVEL)
    assert accepted.location == "/inloggen?next=/account"
    assert "U bent nu lid." in visitor.get(accepted.location).text
    member = account()
    assert member is not None
    assert (member.id, member.organisation_id) == (number, bakery)
    assert passwords.matches(member.password_hash, PASSWORD), "an invitation changes no password"


def test_an_invitation_that_was_taken_back_leads_nowhere(visitor: Person, bakery: int) -> None:
    link = invited(bakery)
    with unit_of_work():
        organisation = db.session.get_one(Organisation, bakery)
        inviting.take_back(OPERATOR, organisation, db.session.scalars(db.select(Link.id)).one())
    assert visitor.get(link).status_code == 410


def test_an_invitation_of_an_organisation_that_ended_leads_nowhere(visitor: Person, bakery: int) -> None:
    link = invited(bakery)
    with unit_of_work():
        actions.end(OPERATOR, db.session.get_one(Organisation, bakery))
    assert visitor.get(link).status_code == 410


def test_an_invitation_works_for_seven_days(visitor: Person, bakery: int) -> None:
    link = invited(bakery)
    with clock.fixed_at(NOW + timedelta(days=6, hours=23)):
        assert visitor.get(link).status_code == 200
    with clock.fixed_at(NOW + timedelta(days=7)):
        assert visitor.get(link).status_code == 410


# Another address


def test_an_account_moves_when_mail_is_read_there(app: Flask) -> None:
    number = an_account()
    person = Person(app, queries.actor(db.session.get_one(Account, number)))
    asked = person.send("/account/adres", email="jan@elders.example")
    assert "Kijk in uw mail" in asked.text
    assert "ander e-mailadres" in mails_to(EMAIL)[-1].body, "the old address hears of it"
    other = Person(app)
    assert other.send(link_to("jan@elders.example")).location == "/inloggen"
    assert "Uw account hoort nu bij jan@elders.example." in other.get("/inloggen").text
    assert account() is None
    moved = account("jan@elders.example")
    assert moved is not None
    assert moved.id == number
    assert who(person) == "", "its sessions ended"


def test_an_address_that_is_taken_is_told_to_its_owner_only(app: Flask) -> None:
    number = an_account()
    an_account("piet@bakkerij.example")
    person = Person(app, queries.actor(db.session.get_one(Account, number)))
    free = person.send("/account/adres", email="vrij@bakkerij.example").text
    taken = person.send("/account/adres", email="piet@bakkerij.example").text
    assert main(free).replace("vrij@", "") == main(taken).replace("piet@", "")
    assert "Er is niets veranderd" in mails_to("piet@bakkerij.example")[-1].body
    assert "/account/link/" not in mails_to("piet@bakkerij.example")[-1].body


def test_a_new_password_ends_a_move_that_somebody_else_asked_for(app: Flask) -> None:
    """The mail about a move says to choose a new password when it was not you; then that must help."""
    for by_mail in (False, True):
        email, elsewhere = f"jan{by_mail:d}@bakkerij.example", f"dief{by_mail:d}@elders.example"
        an_account(email)
        thief, owner = Person(app), Person(app)
        for each in (thief, owner):
            each.send("/inloggen", email=email, password=PASSWORD)
        thief.send("/account/adres", email=elsewhere)
        link = link_to(elsewhere)
        if by_mail:
            owner.send("/account/wachtwoord-vergeten", email=email)
            assert owner.send(link_to(email), password=OTHER).status_code == 303
        else:
            assert owner.send("/account/wachtwoord", password=OTHER).status_code == 303
        assert Person(app).get(link).status_code == 410
        assert account(email) is not None


def test_another_password_ends_a_link_for_a_new_one(app: Flask) -> None:
    an_account()
    owner = Person(app)
    owner.send("/inloggen", email=EMAIL, password=PASSWORD)
    Person(app).send("/account/wachtwoord-vergeten", email=EMAIL)
    link = link_to(EMAIL)
    owner.send("/account/wachtwoord", password=OTHER)
    assert Person(app).get(link).status_code == 410


def test_of_two_who_use_a_link_at_once_one_is_told(app: Flask, visitor: Person) -> None:
    """Who presses the button twice gets one account, and no page of a fault."""
    visitor.send("/account/nieuw", email=EMAIL)
    link = queries_of_links.usable_link(link_to(EMAIL).rpartition("/")[2])
    assert link is not None
    number = link.id

    def use() -> str:
        return joining.open_account(db.session.get_one(Link, number), PASSWORD, "Jan", "").email

    assert set(at_once(app, use, use)) == {"Deze link werkt niet meer.", EMAIL}


def test_nobody_fills_a_mailbox_by_asking_to_move_there(app: Flask) -> None:
    number = an_account()
    person = Person(app, queries.actor(db.session.get_one(Account, number)))
    for n in range(5):
        assert person.send("/account/adres", email="piet@elders.example").status_code == 200, n
    refused = person.send("/account/adres", email="piet@elders.example")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 80_000
    assert len(mails_to("piet@elders.example")) == 5


def test_a_stranger_does_not_keep_the_owner_from_a_new_password(app: Flask) -> None:
    """Where somebody signed in lately, a higher limit holds: nobody can use up that one from elsewhere."""
    an_account()
    owner, stranger = Person(app), Person(app)
    owner.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    stranger.client.environ_base["REMOTE_ADDR"] = "192.0.2.2"
    owner.send("/inloggen", email=EMAIL, password=PASSWORD)
    for _n in range(6):
        stranger.send("/account/wachtwoord-vergeten", email=EMAIL)
    assert len(mails_to(EMAIL)) == 5
    owner.send("/account/wachtwoord-vergeten", email=EMAIL)
    assert len(mails_to(EMAIL)) == 6


@pytest.fixture
def at_work(app: Flask) -> Person:
    """Somebody at an address where the owner of the account signed in lately."""
    an_account()
    person = Person(app)
    person.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    person.send("/inloggen", email=EMAIL, password=PASSWORD)
    return person


def test_who_shares_the_network_of_an_owner_does_not_fill_the_mailbox(at_work: Person) -> None:
    for n in range(20):
        with clock.fixed_at(NOW + timedelta(minutes=10 * n)):
            assert at_work.send("/account/wachtwoord-vergeten", email=EMAIL).status_code == 200, n
    with clock.fixed_at(NOW + timedelta(hours=10)):
        at_work.send("/account/nieuw", email=EMAIL)
        assert len(mails_to(EMAIL)) == 20
    with clock.fixed_at(NOW + timedelta(days=1, minutes=1)):
        at_work.send("/account/nieuw", email=EMAIL)
        assert len(mails_to(EMAIL)) == 21


@pytest.mark.parametrize("path", ["/account/nieuw", "/account/wachtwoord-vergeten"])
def test_nobody_learns_from_the_network_of_an_owner_whether_there_is_an_account(at_work: Person, path: str) -> None:
    """SEC-17: more is mailed there, and no page tells: not within the limits of an hour, nor beyond them."""
    told = {}
    for n in range(24):
        with clock.fixed_at(NOW + timedelta(hours=1 + n // 4, minutes=n % 4)):
            for email in (EMAIL, "niemand@bakkerij.example"):
                answer = at_work.send(path, email=email)
                told[email, n] = answer.status_code, main(answer.text).replace(email, "")
        assert told[EMAIL, n] == told["niemand@bakkerij.example", n], n
        assert told[EMAIL, n][0] == 200
    assert (len(mails_to(EMAIL)), len(mails_to("niemand@bakkerij.example"))) == (20, 5)
    with clock.fixed_at(NOW + timedelta(hours=12)):
        for _n in range(10):
            at_work.send(path, email="x@bakkerij.example")
        for email in (EMAIL, "niemand@bakkerij.example"):
            assert at_work.send(path, email=email).status_code == 429


def test_a_known_address_does_not_pass_the_limit_of_all(at_work: Person) -> None:
    (most,) = attempts.ASKING_FOR_MAIL.of_all
    with unit_of_work():
        for n in range(most.times):
            db.session.add(Attempt(at=NOW, what="link", account_key=f"a{n}", address_key=f"b{n}"))
    assert at_work.send("/account/wachtwoord-vergeten", email=EMAIL).status_code == 429
    with clock.fixed_at(NOW + most.within):
        assert at_work.send("/account/wachtwoord-vergeten", email=EMAIL).status_code == 200
