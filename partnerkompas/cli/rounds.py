"""What the server does beside requests: mail whenever there is any, figures of use, once a day what falls due."""

from collections.abc import Callable
from threading import Event, Thread, current_thread

from flask import Flask

from partnerkompas.config import Settings
from partnerkompas.evidence import actions as evidence
from partnerkompas.evidence import queries as kept
from partnerkompas.evidence import storing
from partnerkompas.infra import clock, mail
from partnerkompas.infra.language import speak
from partnerkompas.infra.logs import log
from partnerkompas.infra.request_cycle import committed, unit_of_work
from partnerkompas.own import forgetting
from partnerkompas.partners import leaving
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.providing import reminding
from partnerkompas.search import sync
from partnerkompas.search.sheets import read_first
from partnerkompas.site import agreement
from partnerkompas.usage import actions as usage
from partnerkompas.usage.writing import keep_writing

SECONDS = 30
"""How long to wait when nothing is committed here: another process may have written mail, or a try may be due."""


def send_mail(settings: Settings) -> int:
    """Send what is due, and say how many left."""
    return mail.send_waiting(mail.carrier(settings.mail_url, settings.mail_folder), settings.mail_from)


def do_what_is_due() -> int:
    """Take partners off the list whose day has come, tell of what expires and changes, and forget what is too old.

    That is figures of use, and links, mail and sessions of people.

    Once a day is enough, again is harmless. Returns how many messages that were.
    """
    with unit_of_work():
        leaving.carry_out()
        usage.forget_old(usage.ROUNDS, clock.today())
        forgetting.forget_old(usage.ROUNDS)
        return reminding.remind() + agreement.tell_of_changes()


def forget_evidence(settings: Settings) -> int:
    """Remove files of evidence that did their work, and what lies among them without belonging to anything."""
    with unit_of_work():
        forgotten = evidence.forget(OPERATOR, settings.evidence_days)
    return forgotten + storing.sweep(kept.names_kept())


def begin(app: Flask, settings: Settings, first_after: float = 0) -> Callable[[], None]:
    """Make the rounds and write figures of use, each in a thread.

    `first_after`: seconds before the first round, unless something is committed earlier. Returns what ends all that,
    after the mail that may be handed over and with all figures written.
    """
    news, over = Event(), Event()
    thread = Thread(target=_go_round, args=(app, settings, news, over, first_after), name="rounds", daemon=True)
    # a thread of its own: a mail server that takes its time must not make more wait that can get lost
    figures = Thread(target=keep_writing, args=(app, over), name="figures", daemon=True)

    def wake(_sender: object, **_more: object) -> None:
        if current_thread() is not thread:  # its own commits are no news, or it would never rest
            news.set()

    def end() -> None:
        committed.disconnect(wake)
        over.set()
        news.set()
        figures.join(mail.SECONDS)
        thread.join(mail.SECONDS)

    committed.connect(wake, weak=False)
    thread.start()
    figures.start()
    return end


def _go_round(app: Flask, settings: Settings, news: Event, over: Event, first_after: float) -> None:
    done_on = None
    news.wait(first_after)
    while not over.is_set():
        news.clear()
        try:
            with app.app_context():
                speak(settings.language)
                is_new_day = done_on != clock.today()
                if is_new_day:
                    do_what_is_due()
                send_mail(settings)
                if is_new_day:
                    forget_evidence(settings)  # last: a folder that cannot be written may not keep mail from leaving
                    done_on = clock.today()
                    read_first(app.extensions["sheets"], sync.ready())  # what was known yesterday may have expired
        except Exception:
            log.exception("the round was broken off")
        news.wait(SECONDS)
