"""How every command runs: inside the application, with its faults in words."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from partnerkompas import create_app
from partnerkompas.config import EmptySecret, Settings
from partnerkompas.infra import logs, migrate
from partnerkompas.infra.language import _, speak
from partnerkompas.search import index, sync

INDEX_FAILS = index.IndexBusy, index.IndexUnusable, index.IndexUnwritable
"""What says that the index cannot be used or brought up to date now."""


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
        except INDEX_FAILS as wrong:
            raise click.ClickException(about_index(wrong)) from wrong
        except EmptySecret as wrong:
            raise click.ClickException(
                _("%(file)s is leeg. Verwijder dit bestand; bij de volgende start komt er een nieuw.", file=wrong.path)
            ) from wrong
        except OSError as wrong:
            raise click.ClickException(f"{wrong.filename or ''}: {wrong.strerror or wrong}".lstrip(": ")) from wrong
        except SQLAlchemyError as wrong:
            raise click.ClickException(
                _("De database antwoordt niet zoals het hoort: %(why)s", why=brief(wrong))
            ) from wrong

    return run


def about_index(wrong: Exception) -> str:
    """What a command says of an index that it cannot use or bring up to date."""
    if isinstance(wrong, sync.MadeByNewer):
        return _(
            "De index is van een nieuwere versie van Partnerkompas en blijft zo. "
            "Maak een index van deze versie met: partnerkompas index rebuild"
        )
    return _("De index kan nu niet worden bijgewerkt: %(why)s", why=wrong)


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
