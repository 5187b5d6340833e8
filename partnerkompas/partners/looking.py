"""What is looked at counts in the figures of use (row I4), unless it is looked at by who keeps it."""

from collections.abc import Iterable

from partnerkompas.infra.counting import What, note
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor


def note_partners(what: What, shown: Iterable[Partner], actor: Actor) -> None:
    """Count that these were looked at: not by who has a role, nor a partner by who speaks for it."""
    if not actor.roles:
        note(what, [each.slug for each in shown if each.is_listed and each.id not in actor.represents])


def note_criteria(keys: Iterable[str], actor: Actor) -> None:
    """Count that these were filtered on: what users want, so not by who has a role or speaks for any partner."""
    if not actor.roles and not actor.represents:
        note(What.FILTER, keys)
