"""Write files of what is public."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from partnerkompas.cli.running import in_application
from partnerkompas.config import Settings
from partnerkompas.exchange import exporting
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR


@click.group()
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
