"""Make accounts."""

import click

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries
from partnerkompas.accounts.models import Account
from partnerkompas.cli.running import in_application
from partnerkompas.config import Settings
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR, Role
from partnerkompas.second_factor import actions as second_factor


@click.group()
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
    except NotAcceptable as reason:
        raise click.ClickException(str(reason)) from reason
    click.echo(_("%(name)s heeft nu de rol %(role)s.", name=name, role=role))
    if password:
        click.echo(_("Wachtwoord (u ziet dit één keer): %(password)s", password=password))


@account.command("sign-out")
@click.argument("email")
@in_application
def sign_out(settings: Settings, email: str) -> None:
    """End every session of somebody."""
    with unit_of_work():
        accounts.end_sessions(OPERATOR, _known(email))
    click.echo(_("%(email)s is nu overal uitgelogd.", email=email))


@account.command("reset-second-step")
@click.argument("email")
@in_application
def reset_second_step(settings: Settings, email: str) -> None:
    """Remove the second steps of somebody who lost them all; they are told by mail."""
    with unit_of_work():
        second_factor.reset(OPERATOR, _known(email))
    click.echo(_("%(email)s logt nu in zonder tweede stap.", email=email))


def _known(email: str) -> Account:
    found = queries.by_email(queries.lower_case(email))
    if found is None:
        raise click.ClickException(_("Bij %(email)s hoort geen account.", email=email))
    return found
