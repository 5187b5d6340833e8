"""Look after the index, and after what waits to be done."""

import sys

import click

from partnerkompas.cli import rounds
from partnerkompas.cli.running import INDEX_FAILS, about_index, in_application
from partnerkompas.config import Settings
from partnerkompas.infra import mail, outbox
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.search import index, sync

MOST_LINES = 100
"""A report of differences names at most so many; the rest is counted."""


@click.group("index")
def index_group() -> None:
    """The words index, which can always be made again."""


@index_group.command()
@in_application
def rebuild(settings: Settings) -> None:
    """Make the index anew beside the old one, and swap."""
    click.echo(_("De index kent %(n)s partners.", n=sync.rebuild()))


@index_group.command()
@in_application
def verify(settings: Settings) -> None:
    """Compare database and index; exit status 1 when they differ."""
    sync.refuse_newer()
    lines = sync.differences()
    for line in lines[:MOST_LINES]:
        click.echo(line)
    if len(lines) > MOST_LINES:
        click.echo(_("en nog %(n)s", n=len(lines) - MOST_LINES))
    if lines:
        sys.exit(1)
    click.echo(_("Database en index zijn gelijk."))


@index_group.command()
@in_application
def status(settings: Settings) -> None:
    """The last number that was applied, and the last one written."""
    sync.refuse_newer()
    reader, written = index.open_reader(settings.index_folder), outbox.last_number(db.session)
    applied = reader.applied.number if reader else _("niets")
    click.echo(_("toegepast: %(applied)s, geschreven: %(written)s", applied=applied, written=written))


@click.group("outbox")
def outbox_group() -> None:
    """What is waiting to be done."""


@outbox_group.command("drain")
@in_application
def drain(settings: Settings) -> None:
    """Do what is waiting; exit status 1 when the index cannot follow now, after all the rest was done."""
    read = _read_again()
    if read is not None:
        click.echo(_("%(n)s partners opnieuw gelezen.", n=read))
    click.echo(_("%(n)s herinneringen geschreven.", n=rounds.do_what_is_due()))
    if read is not None:
        read = _read_again()  # some may just have left the guide
    click.echo(_("%(n)s bestanden met bewijs verwijderd.", n=rounds.forget_evidence(settings)))
    click.echo(_("%(n)s mails verstuurd.", n=rounds.send_mail(settings)))
    left = mail.counts()
    if left["waiting"] or left["in_doubt"] or left["given_up"]:
        click.echo(_("wacht: %(waiting)s, misschien verstuurd: %(in_doubt)s, opgegeven: %(given_up)s", **left))
    if read is None:
        sys.exit(1)


def _read_again() -> int | None:
    """Bring the index up to date and give how many partners were read; None, and said why, when that cannot be now."""
    try:
        return sync.drain_patiently()
    except (*INDEX_FAILS, OSError) as wrong:
        click.echo(about_index(wrong), err=True)
        return None
