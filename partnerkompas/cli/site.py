"""Set the site up, and serve it."""

import gc
import signal
from pathlib import Path
from urllib.parse import urlencode

import click
from flask import current_app
from waitress import create_server

from partnerkompas.cli import demo as demonstration
from partnerkompas.cli import receiving, rounds
from partnerkompas.cli.loading import adopt
from partnerkompas.cli.running import in_application
from partnerkompas.config import Settings
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.exchange import importing
from partnerkompas.infra import logs, mail, migrate
from partnerkompas.infra.db import MOST_THREADS
from partnerkompas.infra.language import _, speak
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR
from partnerkompas.search import sync
from partnerkompas.search.choosing import starts_open
from partnerkompas.search.request import NOTHING
from partnerkompas.search.sheets import read_first

FIRST_ASKED = "/", "/partners", "/en/partners", "/partners?pagina=2", "/partners?q=erp", "/api/v1/partners"
MOST_CHOSEN = 4

FIRST_ROUND = 5.0
"""Seconds after which the server first does what is due: who comes first after a start need not wait for that."""


@click.command()
@click.option("--demo", is_flag=True, help="Also load the fictional demonstration data.")
@click.option(
    "--criteria",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Other criteria than our own.",
)
@in_application
def setup(settings: Settings, demo: bool, folder: Path | None) -> None:
    """Make or update the database, the criteria and the index; again is harmless."""
    migrate.upgrade()
    source = folder or settings.seed
    themes = source / "criteria" if (source / "criteria").is_dir() else source / "criteria.toml"
    adopt(themes, source / "options", beside=False)
    if demo:
        for load, name in ((importing.import_partners, "partners.json"), (importing.import_answers, "answers.csv")):
            with unit_of_work():
                report = load(OPERATOR, settings.seed / "demo" / name)
            click.echo(f"{name}: {report}")
        with unit_of_work():
            made = demonstration.load(settings.seed / "demo" / "accounts.toml")
        click.echo(_("%(n)s accounts van de demonstratie gemaakt; zie README.md.", n=made))
    click.echo(_("De index kent %(n)s partners.", n=sync.rebuild()))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, MOST_THREADS))
def serve(host: str, port: int, threads: int) -> None:
    """Serve the site with the production server."""
    _serve(host, port, threads)


def _chosen(edition: Edition) -> list[str]:
    """Page and API with a word and something chosen of some facets; and a page for what is chosen most by itself.

    What that takes (the facet as it then looks, the answers that cards then show) a first visitor else waits for.
    """
    facets = [(question, kind_of(question).choices(question, "nl")) for question in edition.facets]
    chosen = [(question, buckets[0].code) for question, buckets in facets if buckets]
    some = urlencode([("q", "erp"), *((question.key, code) for question, code in chosen[:MOST_CHOSEN])])
    alone = [urlencode({question.key: code}) for question, code in chosen if starts_open(question, NOTHING)]
    product = edition.products.options[0].code if edition.products else ""
    about = [urlencode({f"{question.key}@{product}": code}) for question, code in chosen if question.per_product][:1]
    return [f"/api/v1/partners?{some}", *(f"/partners?{query}" for query in (some, *alone, *about))]


@in_application
def _serve(settings: Settings, host: str, port: int, threads: int) -> None:
    logs.configure(settings.log_level)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    # read and asked before anybody can ask: what is read and printed once is then ready for the first visitor; that is
    # not counted as use, for this client does not say that it is a browser
    read_first(app.extensions["sheets"], sync.ready())
    asked = (*FIRST_ASKED, *_chosen(criteria.current_edition()))
    for path in asked:
        app.test_client().get(path)
    gc.collect()
    gc.freeze()  # what is held for good need not be gone through again and again: every request waits for that
    for path in asked:  # after that walk nothing of it was in the caches of the processor
        app.test_client().get(path)
    speak(settings.language)  # each request speaks the language of its address
    try:
        # select(), which is what it uses else, ends the process at the 1,024th open file
        server = create_server(
            app, host=host, port=port, threads=threads, ident=None, asyncore_use_poll=True, **receiving.options()
        )
    except OSError as taken:
        raise click.ClickException(_("Poort %(port)s is niet vrij. Kies een andere met --port.", port=port)) from taken
    if not settings.site_url:
        mail.say_where(f"http://{host}:{port}")
    end_rounds = rounds.begin(app, settings, FIRST_ROUND)
    click.echo(_("Partnerkompas staat klaar op http://%(host)s:%(port)s", host=host, port=port))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service is ended like Ctrl-C: in order
    server.run()
    end_rounds()
