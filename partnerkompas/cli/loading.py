"""Load files: partners, answers, criteria, code lists."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from partnerkompas.cli.running import in_application
from partnerkompas.config import Settings
from partnerkompas.criteria import actions as criteria_actions
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.files import WrongFile, read_edition
from partnerkompas.exchange import importing
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR


@click.group("import")
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
    adopt(file, folder, beside=True, dry_run=dry_run)


@import_.command("options")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@in_application
def import_option_lists(settings: Settings, file: Path, dry_run: bool) -> None:
    """A code list, or a folder of them."""
    adopt(None, file, beside=True, dry_run=dry_run)


def adopt(criteria_path: Path | None, options: Path | None, *, beside: bool, dry_run: bool = False) -> None:
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
