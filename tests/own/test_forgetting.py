"""What is no longer needed of people goes when its term is over, and what still matters stays (GDPR-03)."""

from datetime import timedelta

import pytest
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries
from partnerkompas.accounts.models import Account, Attempt, SignedIn
from partnerkompas.cli import rounds
from partnerkompas.infra import clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.mail import Mail
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.membership import links
from partnerkompas.membership.models import Link, Purpose
from partnerkompas.own import forgetting
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR
from tests.factories import NOW, a_curator, a_member, an_admin, the_criteria
from tests.signed_in import Person, audited, link_to

EMAIL, PASSWORD = "jan@bakkerij.example", "een lange zin over appels"
MOMENT = timedelta(minutes=1)


def forget_after(days: int, *more: timedelta) -> None:
    with clock.fixed_at(NOW + timedelta(days=days) + sum(more, timedelta())), unit_of_work():
        forgetting.forget_old(OPERATOR)


def addresses() -> set[str]:
    db.session.rollback()
    return {*db.session.scalars(db.select(Mail.to))} | {*db.session.scalars(db.select(Link.email))}


def test_links_go_thirty_days_after_they_were_used_or_over(app: Flask) -> None:
    with unit_of_work():
        links.make(Purpose.INVITATION, "wacht@x.example")
        links.make(Purpose.PASSWORD, "over@x.example")
        links.make(Purpose.REGISTER, "gebruikt@x.example")
        db.session.execute(db.update(Link).where(Link.email == "gebruikt@x.example").values(used_at=NOW))
    forget_after(30)
    assert addresses() == {"wacht@x.example", "over@x.example", "gebruikt@x.example"}
    forget_after(30, MOMENT)
    assert addresses() == {"wacht@x.example", "over@x.example"}
    forget_after(30, timedelta(hours=1), MOMENT)
    assert addresses() == {"wacht@x.example"}
    forget_after(37)
    assert addresses() == {"wacht@x.example"}
    forget_after(37, MOMENT)
    assert addresses() == set()


def test_mail_goes_after_it_was_sent_and_never_while_it_waits(app: Flask) -> None:
    def post(name: str, **values: object) -> None:
        made = mail.post(f"{name}@x.example", "iets", "tekst")
        for key, value in values.items():
            setattr(made, key, value)

    with unit_of_work():
        post("wacht")
        post("later", tries=3, due_at=NOW + timedelta(days=1))
        post("verstuurd", taken_at=NOW, sent_at=NOW, body="")
        post("opgegeven", tries=7, given_up_at=NOW, body="")
        post("misschien", taken_at=NOW)
    everything = addresses()
    forget_after(30)
    assert addresses() == everything
    forget_after(30, MOMENT)
    assert addresses() == everything - {"verstuurd@x.example"}
    assert mail.counts() == {"waiting": 2, "in_doubt": 1, "given_up": 1}, "what did not arrive is still told"
    forget_after(90)
    assert mail.counts() == {"waiting": 2, "in_doubt": 1, "given_up": 1}
    forget_after(90, MOMENT)
    assert mail.counts() == {"waiting": 2, "in_doubt": 0, "given_up": 0}
    forget_after(900)
    assert addresses() == {"wacht@x.example", "later@x.example"}


def test_forgetting_sends_nothing_twice(app: Flask) -> None:
    sent: list[str] = []

    def carry(message: object) -> None:
        sent.append(str(message))

    with unit_of_work():
        mail.post(EMAIL, "iets", "tekst")
    assert mail.send_waiting(carry, "x@x.example") == 1
    for days in (29, 31, 100):
        forget_after(days)
        with clock.fixed_at(NOW + timedelta(days=days)):
            assert mail.send_waiting(carry, "x@x.example") == 0
    assert len(sent) == 1


def test_sessions_and_attempts_go(app: Flask) -> None:
    number = a_member().account_id
    db.session.commit()
    with unit_of_work():
        owner = db.session.get_one(Account, number)
        ended = queries.session_with(accounts.begin_session(owner, "Firefox"))
        accounts.begin_session(owner, "Safari")
        assert ended is not None
        ended.ended_at = NOW
        db.session.add(Attempt(what="link", account_key="x", address_key="y"))
    forget_after(1, MOMENT)
    assert not db.session.scalars(db.select(Attempt)).all()
    forget_after(30, MOMENT)
    assert [row.browser for row in db.session.scalars(db.select(SignedIn))] == ["Safari"]
    forget_after(31, MOMENT)
    assert not db.session.scalars(db.select(SignedIn)).all(), (
        "a session is over after a day, and gone after thirty more"
    )


def test_the_daily_round_does_it_and_leaves_a_trace_without_names(app: Flask) -> None:
    the_criteria()
    with unit_of_work():
        mail.post(EMAIL, "iets", "tekst").sent_at = NOW
        links.make(Purpose.REGISTER, EMAIL)
    with clock.fixed_at(NOW + timedelta(days=40)):
        rounds.do_what_is_due()
        rounds.do_what_is_due()
    assert addresses() == set()
    (told,) = [row for row in audited() if row.deed == "personal:forgotten"]
    assert told.before == {"links": 1, "mail": 1}


def test_nobody_forgets_by_hand(app: Flask) -> None:
    for somebody in (VISITOR, a_member(), a_curator(), an_admin()):
        with pytest.raises(NotAllowed):
            forgetting.forget_old(somebody)


def test_the_terms_are_told(app: Flask) -> None:
    the_criteria()
    person = Person(app, a_member())
    page = person.get("/account").text
    for told in (
        "30 dagen nadat ze gebruikt of verlopen zijn",
        "30 dagen nadat hij verstuurd is",
        "90 dagen, om te zien waarom",
        "30 dagen nadat ze eindigden",
        "1 dag, en zonder adressen",
    ):
        assert told in page
    kept = person.get("/account/gegevens.json").json["kept_for"]  # type: ignore[index]
    assert kept["Sessies"] == "30 dagen nadat ze eindigden"
    assert "90 dagen" in Person(app).get("/over").text


@pytest.mark.usefixtures("cheap_hashes")
def test_where_an_account_was_is_known_for_erasing_as_long_as_mail_went_there(app: Flask) -> None:
    """The link by which it came may be forgotten before it moves; mail about the move still went there."""
    visitor, elsewhere = Person(app), "jan@elders.example"
    visitor.send("/account/nieuw", email=EMAIL)
    visitor.send(link_to(EMAIL), password=PASSWORD)
    forget_after(40)
    account = queries.by_email(EMAIL)
    assert account is not None
    with clock.fixed_at(NOW + timedelta(days=41)):
        Person(app, queries.actor(account)).send("/account/adres", email=elsewhere)
        Person(app).send(link_to(elsewhere))
        assert {EMAIL, elsewhere} <= addresses()
        moved = queries.by_email(elsewhere)
        assert moved is not None
        Person(app, queries.actor(moved)).send("/account/wissen")
    assert addresses() == set()
