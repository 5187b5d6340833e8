"""The commands that look after the index: they say truly how it stands, and none ends in a trace."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from partnerkompas.cli import main, rounds
from partnerkompas.config import Settings
from partnerkompas.infra import logs, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.infra.mail import Mail
from partnerkompas.infra.request_cycle import committed, unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.search import index, sync
from partnerkompas.search.index import folder as index_folder
from partnerkompas.search.snapshot import files
from partnerkompas.search.sync import applying, reading, verifying
from tests.edition import SMALL, question, with_question
from tests.factories import a_partner, an_answer, the_criteria
from tests.search.market import TODAY, applied, folder, found, last
from tests.search.test_failing import away
from tests.search.test_index_in_step import missing

Command = Callable[..., Result]


@pytest.fixture
def command(market: Flask, no_news: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Commands in English on a market, of which nobody applies what changes; each ends with a status, not a trace."""
    monkeypatch.setattr(logs, "configure", lambda _level: None)
    environment = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "LANGUAGE": "en"}
    runner = CliRunner(env={f"PARTNERKOMPAS_{name}": value for name, value in environment.items()})

    def run(*words: str) -> Result:
        db.session.rollback()
        done = runner.invoke(main, words)
        committed.disconnect(sync.after_commit)  # an application that is made connects it
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.output
        return done

    with speaking("nl"):  # what a command sets for its process is put back
        yield run


def some_come(many: int) -> None:
    with unit_of_work():
        for n in range(many):
            a_partner(f"Firma {n}")


def write_mail() -> None:
    with unit_of_work():
        mail.post("iemand@voorbeeld.example", "Bericht", "Tekst")


def is_sent() -> bool:
    db.session.rollback()
    return db.session.scalars(db.select(Mail)).one().sent_at is not None


def test_the_status_says_what_is_applied_and_what_is_written(market: Flask, command: Command) -> None:
    before = last()
    assert command("index", "status").output == f"applied: {before}, written: {before}\n"
    some_come(3)
    after = last()
    assert after >= before + 3
    assert command("index", "status").output == f"applied: {before}, written: {after}\n"
    assert command("outbox", "drain").exit_code == 0
    assert command("index", "status").output == f"applied: {after}, written: {after}\n"
    missing(folder(market))
    done = command("index", "status")
    assert (done.exit_code, done.output) == (0, f"applied: nothing, written: {after}\n")


def test_verifying_names_what_differs(command: Command) -> None:
    done = command("index", "verify")
    assert (done.exit_code, done.output) == (0, "Database and index are the same.\n")
    some_come(1)
    done = command("index", "verify")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert {"firma-0: not in the snapshot", "firma-0: not in the index"} <= set(lines)
    assert not [line for line in lines if line.startswith(("alfa", "beta"))], "and nothing that does not"
    done = command("index", "rebuild")
    assert (done.exit_code, done.output) == (0, "The index knows 3 partners.\n")
    assert command("index", "verify").exit_code == 0


def test_of_a_partner_that_differs_in_much_it_is_said_how_much_more(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work():
        for criterion, value in (("iso", "ja"), ("personen", 7), ("sinds", 1999), ("medewerkers", "b1")):
            an_answer(db.session.get_one(Partner, 2), criterion, value)

    def told() -> str:
        (line,) = (line for line in sync.differences() if line.startswith("beta: anders in de momentopname: "))
        return line

    facts, more = told().rsplit(", en nog ", 1)
    most = verifying.MOST_FACTS + int(more)
    monkeypatch.setattr(verifying, "MOST_FACTS", most)
    whole = told()
    assert "en nog" not in whole
    assert whole.startswith(f"{facts}, ")
    monkeypatch.setattr(verifying, "MOST_FACTS", most - 1)
    assert told().endswith(", en nog 1")


def is_gone(app: Flask) -> None:
    missing(folder(app))


def many_changed(_app: Flask) -> None:
    some_come(4)


def words_are_others(_app: Flask) -> None:
    with unit_of_work():
        the_criteria(with_question(SMALL, question("keurmerk", "yes_no")))


@pytest.mark.parametrize("happens", [is_gone, many_changed, words_are_others])
def test_draining_makes_a_large_catalogue_anew_here_and_now(
    market: Flask, command: Command, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Flask], None]
) -> None:
    """A request would leave that to a thread beside it; and all else is done too."""
    monkeypatch.setattr(applying, "INLINE", 1)
    monkeypatch.setattr(reading, "FEW", 2)
    happens(market)
    with pytest.raises(applying.TooManyNow):
        sync.drain()
    write_mail()
    done = command("outbox", "drain")
    assert done.exit_code == 0
    assert done.output.startswith(f"{6 if happens is many_changed else 2} partners read again.\n")
    assert is_sent()
    assert applied(market)[0] == last()
    assert command("index", "verify").exit_code == 0


def test_what_another_process_makes_anew_meanwhile_is_not_made_again(
    market: Flask, no_news: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 100,000 partners that takes two minutes; what came after it is applied all the same."""
    monkeypatch.setattr(applying, "INLINE", 1)
    missing(folder(market))
    made, build, rebuild = list[bool](), applying._built, applying.rebuild

    def after_another(**given: bool) -> int:
        rebuild()
        some_come(1)
        return rebuild(**given)

    monkeypatch.setattr(applying, "_built", lambda *given: made.append(True) or build(*given))
    monkeypatch.setattr(applying, "rebuild", after_another)
    sync.drain_patiently()
    assert made == [True]
    assert applied(market) == (last(), TODAY)


UNWRITABLE = "The index cannot be brought up to date now: the index cannot be written: "


def test_an_index_that_cannot_be_written_keeps_nothing_else_from_being_done(market: Flask, command: Command) -> None:
    some_come(1)
    write_mail()
    with away(folder(market)):
        done = command("outbox", "drain")
        assert done.exit_code == 1
        assert done.output.startswith(UNWRITABLE)
        assert is_sent()
        done = command("index", "rebuild")
        assert (done.exit_code, done.output.count("\n")) == (1, 1)
        assert done.output.startswith(f"Error: {UNWRITABLE}")
        done = command("index", "verify")
        assert (done.exit_code, "there is no index" in done.output) == (1, True)
        done = command("index", "status")
        assert (done.exit_code, done.output) == (0, f"applied: nothing, written: {last()}\n")
    assert command("outbox", "drain").exit_code == 0
    assert found("firma") == {"firma-0"}


def test_an_index_that_somebody_else_writes_is_said_to_be_busy(
    market: Flask, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "WAIT", 0.0)
    before = last()
    some_come(1)
    write_mail()
    with index.alone(folder(market)):
        done = command("outbox", "drain")
        assert done.exit_code == 1
        assert done.output.startswith("The index cannot be brought up to date now: somebody else is writing\n")
        assert is_sent()
        assert command("index", "status").output == f"applied: {before}, written: {last()}\n"
        assert "firma-0: not in the index" in command("index", "verify").output
    assert command("outbox", "drain").exit_code == 0


def test_what_the_command_itself_changes_is_in_the_index_or_it_says_that_it_is_not(
    market: Flask, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What falls due takes partners off the list, and somebody may begin to write just then."""
    monkeypatch.setattr(applying, "WAIT", 0.0)
    with ExitStack() as stack:

        def falls_due() -> int:
            some_come(1)
            stack.enter_context(index.alone(folder(market)))
            return 1

        monkeypatch.setattr(rounds, "do_what_is_due", falls_due)
        done = command("outbox", "drain")
        assert done.exit_code == 1
        assert done.output.startswith("0 partners read again.\n1 reminders written.\nThe index cannot be brought up to")
    monkeypatch.setattr(rounds, "do_what_is_due", lambda: some_come(2))
    assert command("outbox", "drain").exit_code == 0
    assert found("firma") == {"firma-0", "firma-1"}


def words_of_an_older_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_folder, "NUMBERS", (1, 1))
    monkeypatch.setattr(index_folder, "VERSION", f"1.1-{sys.byteorder}")


def snapshots_of_an_older_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FORM", [1, files.FORM[1]])


@pytest.mark.parametrize("be", [words_of_an_older_version, snapshots_of_an_older_version])
def test_an_index_of_a_newer_version_is_left_alone_and_called_so(
    market: Flask, command: Command, monkeypatch: pytest.MonkeyPatch, be: Callable[[pytest.MonkeyPatch], None]
) -> None:
    said = (
        "The index is of a newer version of Partnerkompas and stays so. "
        "Make an index of this version with: partnerkompas index rebuild\n"
    )
    some_come(1)
    write_mail()
    made = {path: path.read_bytes() for path in folder(market).rglob("*") if path.is_file()}
    be(monkeypatch)
    for words in (("index", "verify"), ("index", "status")):
        done = command(*words)
        assert (done.exit_code, done.output) == (1, f"Error: {said}"), words
    done = command("outbox", "drain")
    assert done.exit_code == 1
    assert done.output.startswith(said)
    assert is_sent()
    assert {path: path.read_bytes() for path in folder(market).rglob("*") if path.is_file()} == made
    assert command("index", "rebuild").exit_code == 0
    assert command("index", "verify").exit_code == 0
