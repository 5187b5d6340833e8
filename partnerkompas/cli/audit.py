"""Look whether the audit is as it was written."""

import sys

import click

from partnerkompas.cli.running import in_application
from partnerkompas.config import Settings
from partnerkompas.infra import audit_check
from partnerkompas.infra.language import _


@click.group("audit")
def audit_group() -> None:
    """The log of all changes."""


@audit_group.command("verify")
@click.option("--noted", default="", metavar="HASH", help="a hash that an earlier run gave: it must still be there")
@in_application
def verify(settings: Settings, noted: str) -> None:
    """Walk the chain of the log; exit status 1 and the first row that does not fit, if there is one."""
    found = audit_check.check(noted)
    if found.fault:
        click.echo(found.fault)
        sys.exit(1)
    click.echo(_("Het logboek klopt: %(n)s regels. Laatste schakel: %(hash)s", n=found.number, hash=found.hash or "–"))
