"""What a process of its own does until it is killed: write, read, or make the index anew.

A writer says on a line what it was told is safe; a reader that it read something new, and what is wrong.
"""

import os
import random
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.search import sync
from partnerkompas.search.asking import found_by_words
from partnerkompas.search.words import parse
from tests.factories import an_answer


def write(seed: int) -> None:
    """Change a random partner again and again: a number that nobody else writes, and whether it does Navision."""
    chance, told = random.Random(seed), ""
    for turn in range(10**9):
        number = seed * 1_000_000 + turn
        with suppress(IntegrityError), unit_of_work():  # two at once on one answer: the second is refused
            ids = db.session.scalars(db.select(Partner.id).order_by(Partner.id)).all()
            partner = db.session.get_one(Partner, chance.choice(ids))
            an_answer(partner, "personen", number)
            an_answer(partner, "producten", chance.choice(["bc", "fin", "bc|fin"]))
            told = f"safe {partner.id} {number}"
        if told.endswith(f" {number}"):
            print(told, flush=True)


def read() -> None:
    """Ask again and again: words and counts are of one moment, and time never goes back."""
    last = 0
    while True:
        ready = sync.ready()
        named = found_by_words(ready, parse("navision ", ready.lexicon)).bit_count()
        counted = ready.snapshot.counts_of("producten").get("bc", 0)
        if named != counted:
            told = (ready.behind, ready.reader and ready.reader.applied.number, [each.id for each in ready.columns])
            print(f"wrong: {named} found, {counted} counted at {ready.snapshot.number}: {told}", flush=True)
        if ready.snapshot.number < last:
            print(f"wrong: {ready.snapshot.number} after {last}", flush=True)
        if ready.snapshot.number != last:
            print("read", flush=True)
        last = ready.snapshot.number
        db.session.rollback()


def rebuild() -> None:
    """Make index and snapshot anew again and again."""
    while True:
        sync.rebuild()
        print("rebuilt", flush=True)


def run(what: str, seed: int, settings: Settings, log: Path) -> None:
    """Do one of the three; all that is said, also by a crash, goes into a file."""
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    with create_app(settings).app_context():
        writing.set(False)
        {"write": lambda: write(seed), "read": read, "rebuild": rebuild}[what]()
