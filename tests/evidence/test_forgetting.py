"""Verify, then forget (row U10): contents go in time, and rows and files stay in step whatever happens."""

import multiprocessing
import os
import signal
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from partnerkompas import create_app
from partnerkompas.answers.models import Answer, EvidenceFile
from partnerkompas.cli import rounds
from partnerkompas.config import Settings
from partnerkompas.evidence import actions, queries, storing
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import clock
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor
from tests.evidence.made import a_pdf, a_png, sent
from tests.evidence.test_on_answers import CHECK, THEME, contents, files, give
from tests.factories import NOW, a_curator, a_member, a_representative
from tests.signed_in import Person, fields


class Undone(Exception):
    """Ends a transaction that must not be committed."""


UPLOAD = Upload("bewijs.pdf", "application/pdf", a_pdf())


def signed_with(signer: Person, content: bytes, **filled: Any) -> Answer:
    """An answer about `personen` that was signed with a file."""
    assert give(signer, personen__waarde="12", personen__bestand=sent(content), **filled).status_code == 303
    assert signer.send(CHECK, akkoord="1").status_code == 303
    return answer()


def answer() -> Answer:
    db.session.rollback()
    newest = db.select(Answer).where(Answer.criterion == "personen").order_by(Answer.id.desc())
    return db.session.scalars(newest).first() or pytest.fail("no answer")


def check(app: Flask, waiting: Answer) -> None:
    address = f"/antwoord/{waiting.id}/nakijken"
    told = Person(app, a_curator()).send(address, besluit="nagekeken", niveau="2", reden="Gezien.")
    assert told.status_code == 303


def rounds_after(settings: Settings, days: int) -> int:
    with clock.fixed_at(NOW + timedelta(days=days)):
        return rounds.forget_evidence(settings)


def test_a_month_after_it_was_checked(app: Flask, settings: Settings, signer: Person) -> None:
    waiting = signed_with(signer, a_pdf())
    number = waiting.file_id
    assert rounds_after(settings, 400) == 0, "what waits for a curator stays"
    check(app, waiting)
    assert rounds_after(settings, 29) == 0
    assert len(contents(settings)) == 1
    assert rounds_after(settings, 30) == 1
    assert contents(settings) == {}
    (file,) = files()
    assert (file.removed_at, file.called) == (NOW + timedelta(days=30), "")
    audit = db.session.scalars(db.select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert audit is not None
    assert (audit.deed, audit.subject, audit.before["file"]) == ("evidence:remove", "partner/aap", number)
    assert answer().file_id == number, "that it was there stays"
    assert rounds_after(settings, 31) == 0
    for person in (signer, Person(app, a_curator())):
        gone = person.get(f"/bewijs/{number}")
        assert gone.status_code == 410
        assert "verwijderd op 22 december 2026" in gone.text
    assert "verwijderd op 22 december 2026" in signer.get(THEME).text
    assert "gezien door een curator op 22 november 2026" in Person(app).get("/partners/aap").text


def test_what_was_forgotten_proves_no_later_check(app: Flask, settings: Settings, signer: Person) -> None:
    check(app, signed_with(signer, a_pdf()))
    rounds_after(settings, 30)
    give(signer, personen__waarde="13")
    signer.send(CHECK, akkoord="1")
    waiting = answer()
    assert waiting.file_id is not None
    page = Person(app, a_curator()).get(f"/antwoord/{waiting.id}/nakijken").text
    assert "verwijderd op 22 december 2026" in page
    check(app, waiting)
    assert "een bestand, gezien" not in Person(app).get("/partners/aap").text


def test_how_many_days_is_a_setting_up_to_thirty(app: Flask, settings: Settings, signer: Person) -> None:
    check(app, signed_with(signer, a_pdf()))
    shorter = settings.model_copy(update={"evidence_days": 3})
    assert (rounds_after(shorter, 2), rounds_after(shorter, 3)) == (0, 1)
    with pytest.raises(ValueError, match="less than or equal to 30"):
        Settings(evidence_days=31)


def test_a_month_after_another_took_its_place(app: Flask, settings: Settings, signer: Person) -> None:
    """Nobody checks it any more; what took its place waits, and stays."""
    signed_with(signer, a_pdf())
    signed_with(signer, a_png())
    assert rounds_after(settings, 29) == 0
    assert rounds_after(settings, 30) == 1
    assert list(contents(settings).values()) == [a_png()]


def test_a_month_after_its_answer_ran_out_unchecked(settings: Settings, signer: Person) -> None:
    signed_with(signer, a_pdf(), personen__tot="2026-12-22")
    assert (rounds_after(settings, 59), rounds_after(settings, 60)) == (0, 1)


def test_not_while_somebody_disputes_it(app: Flask, settings: Settings, signer: Person) -> None:
    check(app, signed_with(signer, a_pdf()))
    member = Person(app, a_member())
    member.send(f"/feit/{answer().id}/betwist", tekst="Op de website staat iets heel anders.")
    assert rounds_after(settings, 400) == 0
    member.send("/betwisting/1", "/betwisting/1/intrekken")
    assert rounds_after(settings, 400) == 1


def test_not_while_its_place_is_disputed_though_another_answer_took_it(
    app: Flask, settings: Settings, signer: Person
) -> None:
    """Who decides about the dispute may want to look at what was there."""
    check(app, signed_with(signer, a_pdf()))
    member = Person(app, a_member())
    member.send(f"/feit/{answer().id}/betwist", tekst="Op de website staat iets heel anders.")
    give(signer, personen__waarde="13", personen__zonder="1")
    signer.send(CHECK, akkoord="1")
    assert (answer().value, answer().file_id) == (13, None)
    assert rounds_after(settings, 400) == 0
    member.send("/betwisting/1", "/betwisting/1/intrekken")
    assert rounds_after(settings, 400) == 1


def test_what_came_with_a_form_that_was_never_sent_again(settings: Settings, signer: Person) -> None:
    give(signer, personen__waarde="twaalf", personen__bestand=sent(a_pdf()))
    assert len(contents(settings)) == 1
    with clock.fixed_at(NOW + timedelta(hours=23)):
        assert rounds.forget_evidence(settings) == 0
    assert rounds_after(settings, 1) == 1
    assert contents(settings) == {}


def test_a_draft_keeps_its_file(settings: Settings, signer: Person) -> None:
    give(signer, personen__waarde="12", personen__bestand=sent(a_pdf()))
    assert rounds_after(settings, 1000) == 0
    assert len(contents(settings)) == 1


def test_what_is_undone_removes_nothing(app: Flask, settings: Settings, aap: Partner, signer: Person) -> None:
    """The content goes after the row says so, never before."""
    give(signer, personen__waarde="12", personen__bestand=sent(a_pdf()))
    form = fields(signer.get(THEME).text, THEME)
    actor = a_representative(db.session.get_one(Partner, aap.id))
    db.session.commit()
    number = files()[0].id
    with suppress(Undone), unit_of_work():
        db.session.execute(db.text("DELETE FROM draft"))
        actions.let_go(actor, number)
        assert files_now() == [True]
        raise Undone
    signer.post(THEME, {**form, "naam:waarde": "Goed"})
    assert len(contents(settings)) == 1
    assert signer.get(f"/bewijs/{number}").status_code == 200


def files_now() -> list[bool]:
    """Of each row, whether it says that its content was removed; within a transaction."""
    return [each.removed_at is not None for each in db.session.scalars(db.select(EvidenceFile))]


def test_what_lies_there_without_a_row_is_swept(app: Flask, settings: Settings, aap: Partner) -> None:
    actor = a_representative(aap)
    db.session.commit()
    with suppress(Undone), unit_of_work():
        actions.add(actor, db.session.get_one(Partner, aap.id), UPLOAD)
        raise Undone
    assert files() == []
    (name,) = contents(settings)
    (settings.evidence_folder / "half.part").write_bytes(b"x")
    assert rounds.forget_evidence(settings) == 0, "its row may be about to be committed"
    for each in (name, "half.part"):
        os.utime(settings.evidence_folder / each, (0, 0))
    with unit_of_work():
        kept = actions.add(actor, db.session.get_one(Partner, aap.id), UPLOAD).stored_as
    os.utime(settings.evidence_folder / kept, (0, 0))
    assert rounds.forget_evidence(settings) == 2
    assert list(contents(settings)) == [kept]


@pytest.mark.parametrize("after_commit", [False, True])
def test_killed_on_the_way(app: Flask, settings: Settings, aap: Partner, after_commit: bool) -> None:
    """A process that is killed between file and commit leaves no row without its file; one that committed has both."""
    actor = a_representative(aap)
    db.session.commit()
    partner_id = aap.id
    db.session.remove()
    other = multiprocessing.get_context("spawn").Process(
        target=add_and_die, args=(settings.model_dump(), actor, partner_id, after_commit)
    )
    other.start()
    other.join(300)
    assert other.exitcode == -signal.SIGKILL
    rows = {each.stored_as: each.sha256 for each in files()}
    assert len(rows) == (1 if after_commit else 0)
    assert len(contents(settings)) == 1
    for name, digest in rows.items():
        assert storing.get(name, digest) == UPLOAD.content
    assert queries.names_kept() == set(rows)


def add_and_die(values: dict[str, Any], actor: Actor, partner_id: int, after_commit: bool) -> None:
    with create_app(Settings(**values)).app_context():
        with unit_of_work():
            actions.add(actor, db.session.get_one(Partner, partner_id), UPLOAD)
            if not after_commit:
                os.kill(os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
