"""The commands (docs/interface.md). Exit status: 0 fine, 1 something was rejected or differs, 2 wrong use."""

import click

from partnerkompas.cli.accounts import account
from partnerkompas.cli.audit import audit_group
from partnerkompas.cli.export import export
from partnerkompas.cli.loading import import_
from partnerkompas.cli.site import serve, setup
from partnerkompas.cli.upkeep import index_group, outbox_group


@click.group()
@click.version_option(package_name="partnerkompas")
def main() -> None:
    """Partnerkompas: a neutral directory of Microsoft Dynamics partners."""


for _command in (setup, serve, import_, export, index_group, outbox_group, account, audit_group):
    main.add_command(_command)
