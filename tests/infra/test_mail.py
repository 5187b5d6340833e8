"""Mail: sent once, tried again, and never twice; by a real SMTP conversation and as files."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from partnerkompas.infra import clock, mail
from partnerkompas.infra.db import db
from partnerkompas.infra.language import speaking
from partnerkompas.infra.mail import Mail
from partnerkompas.infra.request_cycle import unit_of_work
from tests.factories import NOW

SENDER = "Partnerkompas <gids@voorbeeld.example>"


class Server(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it accepts, and does on command what servers do in bad times."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.mood = "fine"
        super().__init__(("127.0.0.1", 0), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            if word == "RCPT" and self.server.mood == "refuses":
                self.say(f"450 mailbox busy: {line}")
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    lines.append(text)
                self.server.kept.append("\n".join(lines))
                if self.server.mood == "hangs up":
                    return
                self.say("250 kept")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def _in_dutch() -> Iterator[None]:
    with speaking("nl"):
        yield


def send(server: Server) -> int:
    url = f"smtp://127.0.0.1:{server.server_address[1]}"
    return mail.send_waiting(mail.carrier(url, Path("nowhere")), SENDER)


def posted(subject: str = "iets\nnieuws") -> int:
    with unit_of_work():
        made = mail.post("jan@voorbeeld.example", subject, "Regel één\n.\nRegel drie: €")
    return made.id


def row(number: int) -> Mail:
    db.session.expire_all()
    return db.session.get_one(Mail, number)


def test_it_arrives_whole_and_once(app: Flask, server: Server) -> None:
    number = posted()
    assert send(server) == 1
    assert send(server) == 0
    (kept,) = server.kept
    arrived = email.message_from_string(kept, policy=email.policy.default)
    assert arrived["To"] == "jan@voorbeeld.example"
    assert arrived["From"] == SENDER
    assert arrived["Subject"] == "Partnerkompas: iets nieuws", "a line end in a subject would be a header"
    assert arrived["Auto-Submitted"] == "auto-generated"
    text = arrived.get_content().replace("\r\n", "\n")
    assert "Regel één\n" in text
    assert "Regel drie: €" in text
    assert "kunt niet op deze mail antwoorden" in text
    assert row(number).sent_at == NOW
    assert row(number).body == "", "a link that opens an account is not kept"


def test_refused_is_tried_again_later_and_given_up_in_the_end(app: Flask, server: Server) -> None:
    number = posted()
    server.mood = "refuses"
    moment = NOW
    for tries, wait in enumerate(mail.TRIES, 1):
        with clock.fixed_at(moment):
            assert send(server) == 0
            assert send(server) == 0, "not before it is due"
        assert row(number).tries == tries
        assert "mailbox busy" in row(number).problem
        assert row(number).taken_at is None
        moment += wait
    with clock.fixed_at(moment):
        send(server)
    assert row(number).given_up_at == moment
    assert row(number).body == ""
    assert mail.counts() == {"waiting": 0, "in_doubt": 0, "given_up": 1}


def test_refused_once_it_arrives_the_second_time(app: Flask, server: Server) -> None:
    number = posted()
    server.mood = "refuses"
    send(server)
    server.mood = "fine"
    assert send(server) == 0
    with clock.fixed_at(NOW + timedelta(minutes=1)):
        assert send(server) == 1
    assert len(server.kept) == 1
    assert row(number).problem == ""


def test_when_the_server_falls_silent_it_is_not_sent_twice(app: Flask, server: Server) -> None:
    """It may have arrived; sending again could make two of it."""
    posted()
    server.mood = "hangs up"
    assert send(server) == 0
    server.mood = "fine"
    with clock.fixed_at(NOW + timedelta(days=2)):
        assert send(server) == 0
    assert len(server.kept) == 1
    assert mail.counts() == {"waiting": 0, "in_doubt": 1, "given_up": 0}


def test_the_log_says_why_without_the_address(
    app: Flask, server: Server, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Servers repeat the address in what they say; the row of the mail has it anyway, and goes with it."""
    posted()
    server.mood = "refuses"
    with unit_of_work():
        mail.post("=?utf-8?q?jan=0a?=@voorbeeld.example", "een", "tekst")
    send(server)
    server.mood = "hangs up"
    posted()
    send(server)
    told = [vars(record)["problem"] for record in caplog.records if record.name == "partnerkompas"]
    assert sorted(told) == ["SMTPRecipientsRefused 450", "SMTPServerDisconnected", "ValueError"]
    (tmp_path / "mail").write_text("a file")
    posted()
    caplog.clear()
    mail.send_waiting(mail.carrier("", tmp_path / "mail"), SENDER)
    assert "File exists" in vars(caplog.records[-1])["problem"], "what is wrong with the machine is told whole"


def test_without_a_server_it_waits(app: Flask) -> None:
    number = posted()
    assert mail.send_waiting(mail.carrier("smtp://127.0.0.1:1", Path("nowhere")), SENDER) == 0
    assert row(number).tries == 1
    assert "ConnectionRefusedError" in row(number).problem


def test_a_change_that_is_rolled_back_sends_nothing(app: Flask, server: Server) -> None:
    def change() -> None:
        with unit_of_work():
            mail.post("jan@voorbeeld.example", "iets", "iets")
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert send(server) == 0
    assert server.kept == []


def test_one_that_cannot_be_sent_does_not_keep_the_others(app: Flask, server: Server) -> None:
    server.mood = "refuses"
    posted("een")
    send(server)
    server.mood = "fine"
    posted("twee")
    assert send(server) == 1
    assert "twee" in server.kept[0]


def test_an_address_that_no_mail_can_have_does_not_keep_the_others(app: Flask, server: Server) -> None:
    with unit_of_work():
        odd = mail.post("=?utf-8?q?jan=0a?=@voorbeeld.example", "een", "tekst")
    posted("twee")
    assert send(server) == 1
    assert "twee" in server.kept[0]
    assert (row(odd.id).taken_at, row(odd.id).tries) == (None, 1), "it was refused, and is not in doubt"


def test_as_a_file_when_there_is_no_server(app: Flask, tmp_path: Path) -> None:
    number = posted()
    folder = tmp_path / "mail"
    assert mail.send_waiting(mail.carrier("", folder), SENDER) == 1
    (file,) = folder.iterdir()
    arrived = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert arrived["To"] == "jan@voorbeeld.example"
    assert file.name.startswith(f"{number}.")


def test_a_folder_that_cannot_be_written_keeps_it_waiting(app: Flask, tmp_path: Path) -> None:
    number = posted()
    (tmp_path / "mail").write_text("a file")
    assert mail.send_waiting(mail.carrier("", tmp_path / "mail"), SENDER) == 0
    assert row(number).tries == 1


def test_a_link_is_to_the_site_and_in_the_language(app: Flask) -> None:
    mail.say_where("https://gids.example/")
    try:
        assert mail.link("/account") == "https://gids.example/account"
        with speaking("en"):
            assert mail.link("/account") == "https://gids.example/en/account"
    finally:
        mail.say_where("http://127.0.0.1:8000")
