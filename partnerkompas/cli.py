"""The commands (docs/interface.md). Exit status: 0 fine, 1 something was rejected or differs, 2 wrong use."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from waitress import create_server

from partnerkompas import create_app
from partnerkompas.accounts import actions as accounts
from partnerkompas.config import Settings
from partnerkompas.criteria import actions as criteria_actions
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.files import WrongFile, read_edition
from partnerkompas.exchange import exporting, importing
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.infra import logs, migrate, outbox
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, speak
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR, Role
from partnerkompas.search import index, sync

FIRST_ASKED = ("/", "/partners", "/api/v1/partners", "/en/partners", "/partners?q=erp")
"""Asked once before anybody can: what is read and printed once is then ready for the first visitor."""

MOST_LINES = 100
"""A report of differences names at most so many; the rest is counted."""


def in_application(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application, with its messages in the language of the settings."""

    @wraps(command)
    def run(*args: Any, **values: Any) -> Any:
        settings = read_settings()
        logs.configure("WARNING")
        speak(settings.language)
        try:
            with create_app(settings).app_context():
                if command.__name__ != "setup" and not migrate.is_current():
                    raise click.ClickException(_("De database is niet bijgewerkt. Voer eerst uit: partnerkompas setup"))
                return command(settings, *args, **values)
        except (index.IndexBusy, index.IndexUnwritable) as wrong:
            raise click.ClickException(_("De index kan nu niet worden bijgewerkt: %(why)s", why=wrong)) from wrong
        except OSError as wrong:
            raise click.ClickException(f"{wrong.filename or ''}: {wrong.strerror or wrong}".lstrip(": ")) from wrong
        except SQLAlchemyError as wrong:
            raise click.ClickException(
                _("De database antwoordt niet zoals het hoort: %(why)s", why=brief(wrong))
            ) from wrong

    return run


def read_settings() -> Settings:
    """The settings of the environment; wrong ones end the command with their names and reasons."""
    try:
        return Settings()
    except ValidationError as wrong:
        faults = "; ".join(f"PARTNERKOMPAS_{str(each['loc'][0]).upper()}: {each['msg']}" for each in wrong.errors())
        raise click.ClickException(faults) from wrong


def brief(wrong: Exception) -> str:
    """The first line of what went wrong, without a trace."""
    return str(wrong).split("\n")[0][:300]


@click.group()
@click.version_option(package_name="partnerkompas")
def main() -> None:
    """Partnerkompas: a neutral directory of Microsoft Dynamics partners."""


@main.command()
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
    _adopt(themes, source / "options", beside=False)
    if demo:
        for load, name in ((importing.import_partners, "partners.json"), (importing.import_answers, "answers.csv")):
            with unit_of_work():
                report = load(OPERATOR, settings.seed / "demo" / name)
            click.echo(f"{name}: {report}")
    click.echo(_("De index kent %(n)s partners.", n=sync.rebuild()))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, threads: int) -> None:
    """Serve the site with the production server."""
    _serve(host, port, threads)


@in_application
def _serve(settings: Settings, host: str, port: int, threads: int) -> None:
    logs.configure(settings.log_level)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for path in FIRST_ASKED:
        app.test_client().get(path)
    speak(settings.language)  # each request speaks the language of its address
    try:
        server = create_server(app, host=host, port=port, threads=threads, ident=None)
    except OSError as taken:
        raise click.ClickException(_("Poort %(port)s is niet vrij. Kies een andere met --port.", port=port)) from taken
    click.echo(_("Partnerkompas staat klaar op http://%(host)s:%(port)s", host=host, port=port))
    server.run()


@main.group("import")
def import_() -> None:
    """Load a file: CSV, JSON, YAML, TOML or XLSX by its extension."""


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.argument("file", type=click.Path(path_type=Path))(command)
    command = click.option("--dry-run", is_flag=True, help="Report what would happen; write nothing.")(command)
    return click.option("--map", "mapping", type=click.Path(path_type=Path), help="How a foreign file is read.")(
        command
    )


@import_.command("partners")
@import_options
@in_application
def import_partners(settings: Settings, file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Partners, and with --map also their answers."""
    _import(importing.import_partners, file, mapping, dry_run)


@import_.command("answers")
@import_options
@in_application
def import_answers(settings: Settings, file: Path, mapping: Path | None, dry_run: bool) -> None:
    """What is known of partners."""
    _import(importing.import_answers, file, mapping, dry_run)


def _import(load: Callable[..., Any], file: Path, mapping: Path | None, dry_run: bool) -> None:
    try:
        if dry_run:
            report = load(OPERATOR, file, mapping, dry_run=True, progress=_progress)
            db.session.rollback()
        else:
            with unit_of_work():
                report = load(OPERATOR, file, mapping, progress=_progress)
    except (UnusableFile, WrongFile) as unusable:
        raise click.ClickException(str(unusable)) from unusable
    click.echo(str(report))
    sys.exit(0 if report.ok else 1)


def _progress(done: int) -> None:
    """Say on a terminal how far it is; a pipe or log gets no such lines."""
    if sys.stderr.isatty():
        click.echo(f"\r{done} …", nl=False, err=True)


@import_.command("criteria")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--options", "options", type=click.Path(exists=True, path_type=Path), help="Folder or file of code lists."
)
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@in_application
def import_criteria(settings: Settings, file: Path, options: Path | None, dry_run: bool) -> None:
    """A criteria file or a folder of them; code lists come from `options` beside it unless given."""
    beside = (file if file.is_dir() else file.parent) / "options"
    sibling = file.parent / "options"
    folder = options or next((each for each in (beside, sibling) if each.is_dir()), None)
    _adopt(file, folder, beside=True, dry_run=dry_run)


@import_.command("options")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@in_application
def import_option_lists(settings: Settings, file: Path, dry_run: bool) -> None:
    """A code list, or a folder of them."""
    _adopt(None, file, beside=True, dry_run=dry_run)


def _adopt(criteria_path: Path | None, options: Path | None, *, beside: bool, dry_run: bool = False) -> None:
    """Release the edition that files make, on top of the one in force when `beside`."""
    try:
        now = criteria.current_edition() if beside else None
        edition = read_edition(criteria_path, options, now)
        if dry_run:
            click.echo(_("Alles klopt. Er is niets bewaard."))
            return
        with unit_of_work():
            release = criteria_actions.adopt(OPERATOR, edition)
            number = release.number if release else criteria.current_release_number()
    except WrongFile as wrong:
        raise click.ClickException(str(wrong)) from wrong
    except criteria_actions.ChangesKind as turned:
        text = _("De soort of reikwijdte van een bestaand criterium kan niet veranderen: %(keys)s", keys=turned)
        raise click.ClickException(text) from turned
    kept, made = _("Criteria ongewijzigd: uitgave %(n)s."), _("Criteria: uitgave %(n)s.")
    click.echo((made if release else kept) % {"n": number})


@main.group()
def export() -> None:
    """Write what is public to a file, or to standard output."""


def _export_command(what: str, write: Callable[..., Any]) -> None:
    @export.command(what, help=f"The {what} that are public.")
    @click.option("--format", "form", type=click.Choice(["csv", "json", "xlsx"]), default="csv", show_default=True)
    @click.option("--all", "everything", is_flag=True, help="Also what is not public: drafts and delisted partners.")
    @click.argument("file", type=click.Path(path_type=Path), required=False)
    @in_application
    def command(settings: Settings, form: str, everything: bool, file: Path | None) -> None:
        actor = OPERATOR if everything else VISITOR
        if file is None:
            write(actor, form, sys.stdout.buffer)
            return
        with file.open("wb") as stream:
            write(actor, form, stream)


for _what, _write in exporting.EXPORTS.items():
    _export_command(_what, _write)


@main.group("index")
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
    reader, written = index.open_reader(settings.index_folder), outbox.last_number(db.session)
    applied = reader.applied.number if reader else _("niets")
    click.echo(_("toegepast: %(applied)s, geschreven: %(written)s", applied=applied, written=written))


@main.group("outbox")
def outbox_group() -> None:
    """What is waiting to be done."""


@outbox_group.command("drain")
@in_application
def drain(settings: Settings) -> None:
    """Do what is waiting."""
    click.echo(_("%(n)s partners opnieuw gelezen.", n=sync.drain()))


@main.group()
def account() -> None:
    """Accounts."""


@account.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@in_application
def add_account(settings: Settings, email: str, role: str) -> None:
    """Add an account with a role; its first password is shown once."""
    try:
        with unit_of_work():
            made, password = accounts.add_account(OPERATOR, email, Role(role))
            name = made.email
    except accounts.NotAcceptable as reason:
        raise click.ClickException(str(reason)) from reason
    click.echo(_("%(name)s heeft nu de rol %(role)s.", name=name, role=role))
    if password:
        click.echo(_("Wachtwoord (u ziet dit één keer): %(password)s", password=password))
