"""Mail: written with the change it tells of, sent afterwards, tried again when it fails, and never sent twice.

A mail is taken before it is handed over. When the process ends in between, nobody can know whether it left, so it stays
taken and is not sent again; `in_doubt` counts those. What was sent loses its text: that may hold a link that opens an
account.
"""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Mapped, mapped_column

from partnerkompas.infra import clock
from partnerkompas.infra.db import Model, UtcDateTime, db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.logs import log
from partnerkompas.infra.request_cycle import unit_of_work

TRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
"""How long to wait after each failure; after the last one nobody tries again."""
SECONDS = 20
"""How long a mail server may take to answer."""

_site = "http://127.0.0.1:8000"


class Mail(Model):
    """One mail to one address."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    """What the last try met."""
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Refused(RuntimeError):
    """A mail could not be handed over; the message says why."""


class InDoubt(RuntimeError):
    """The server fell silent while it was handed over: it may have left, so it is not sent again."""


Carrier = Callable[[EmailMessage], None]
"""Hands one mail over, or raises Refused (it did not leave) or InDoubt."""


def post(to: str, subject: str, text: str) -> Mail:
    """Write a mail into the outbox, in the transaction of the change. Plain text, in the language of the moment."""
    foot = _("Partnerkompas, de neutrale gids van de gebruikersgroep. U kunt niet op deze mail antwoorden.")
    mail = Mail(to=to, subject=f"Partnerkompas: {' '.join(subject.split())}", body=f"{text}\n\n-- \n{foot}\n")
    db.session.add(mail)
    return mail


def say_where(site: str) -> None:
    """Say where the site is, for links in mail; never what a request says it is, which a stranger can choose."""
    global _site
    _site = site.rstrip("/")


def site() -> str:
    """Where the site is, without a slash at the end."""
    return _site


def link(path: str) -> str:
    """The whole address of a page of this site, in the language of the moment."""
    return f"{_site}{'/en' if language() == 'en' else ''}{path}"


def send_waiting(carry: Carrier, sender: str) -> int:
    """Send what is due, oldest first, and say how many left. Opens transactions of its own."""
    sent = 0
    while (mail := _take()) is not None:
        number = mail.id
        try:
            carry(_message(mail, sender))
        except Refused as problem:
            with unit_of_work():
                _put_back(db.session.get_one(Mail, number), str(problem))
            log.warning("mail not sent", extra={"mail": number, "problem": _in_short(problem)})
            continue
        except InDoubt as problem:
            log.error("mail in doubt", extra={"mail": number, "problem": _in_short(problem)})
            continue
        with unit_of_work():
            _mark_as_sent(db.session.get_one(Mail, number))
        sent += 1
    return sent


def _in_short(problem: Refused | InDoubt) -> str:
    """What went wrong, for the log: servers repeat the address in what they say, so the sort and the code only."""
    cause = problem.__cause__
    if isinstance(cause, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _text in cause.recipients.values()}
    elif isinstance(cause, smtplib.SMTPResponseException):
        codes = {cause.smtp_code}
    elif isinstance(cause, OSError) and not isinstance(cause, smtplib.SMTPException):
        return str(problem)  # of the machine or the network, which know no address
    else:
        codes = set()
    return " ".join((type(cause).__name__, *map(str, sorted(codes))))


def _take() -> Mail | None:
    due = select(Mail).where(*_waiting(), Mail.due_at <= clock.now()).order_by(Mail.due_at, Mail.id).limit(1)
    db.session.rollback()
    if db.session.scalar(due) is None:  # mostly so, and then nobody has to wait for a transaction that writes
        return None
    with unit_of_work():
        mail = db.session.scalar(due.with_for_update(skip_locked=True))
        if mail is not None:
            mail.taken_at = clock.now()
    return mail


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return Mail.sent_at.is_(None), Mail.taken_at.is_(None), Mail.given_up_at.is_(None)


def _put_back(mail: Mail, problem: str) -> None:
    mail.taken_at, mail.problem = None, problem[:500]
    if mail.tries < len(TRIES):
        mail.due_at = clock.now() + TRIES[mail.tries]
    else:
        mail.given_up_at, mail.body = clock.now(), ""
    mail.tries += 1


def _mark_as_sent(mail: Mail) -> None:
    mail.sent_at, mail.body, mail.problem = clock.now(), "", ""


def _message(mail: Mail, sender: str) -> EmailMessage:
    """A mail as it is handed over. Raises Refused for an address that no mail can have: the next ones must go."""
    message = EmailMessage(SMTP)
    try:
        message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    except (ValueError, IndexError) as wrong:  # what the library raises at what it cannot read
        raise Refused(f"{type(wrong).__name__}: {wrong}") from wrong
    message["Date"] = format_datetime(mail.made_at)
    message["Message-ID"] = f"<{mail.id}.{mail.made_at.timestamp():.0f}@partnerkompas>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def counts() -> dict[str, int]:
    """How many mails wait, are in doubt (taken, and nobody knows whether they left), and were given up."""
    which = {
        "waiting": _waiting(),
        "in_doubt": (Mail.taken_at.is_not(None), Mail.sent_at.is_(None)),
        "given_up": (Mail.given_up_at.is_not(None),),
    }
    return {
        name: db.session.scalar(select(func.count()).select_from(Mail).where(*where)) or 0
        for name, where in which.items()
    }


def carrier(url: str, folder: Path) -> Carrier:
    """What hands mail over: `smtp://[user:password@]host[:port]` (STARTTLS), `smtps://…`, or files in a folder."""
    return (lambda message: _hand_over(message, url)) if url else (lambda message: _write(message, folder))


def _write(message: EmailMessage, folder: Path) -> None:
    """Keep a mail as a file, named so that writing it again changes nothing."""
    name = message["Message-ID"].strip("<>").replace("@", ".")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.eml").write_bytes(message.as_bytes())
    except OSError as problem:
        raise Refused(str(problem)) from problem


def _hand_over(message: EmailMessage, url: str) -> None:
    server = _connected(url)
    try:
        server.send_message(message)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as no:
        raise Refused(f"{type(no).__name__}: {no}") from no
    except (OSError, smtplib.SMTPException) as silence:
        raise InDoubt(f"{type(silence).__name__}: {silence}") from silence
    finally:
        server.close()


def _connected(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except (OSError, smtplib.SMTPException) as problem:
        raise Refused(f"{type(problem).__name__}: {problem}") from problem
    return server
