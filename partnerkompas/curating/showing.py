"""Partners that may be one, as data for pages, in the language of the reader."""

from collections.abc import Sequence
from typing import NamedTuple

from partnerkompas.curating.duplicates import Known, Sign, signs
from partnerkompas.infra.language import _
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.policy import may
from partnerkompas.permissions.vocabulary import Actor, Permission


class Pair(NamedTuple):
    """Two partners that may be one."""

    one: Known
    other: Known
    why: str
    """What is the same, in words."""
    mine: bool
    """Whether whoever looks may decide about both."""


def pair_lines(actor: Actor, pairs: Sequence[tuple[Known, Known]]) -> list[Pair]:
    """The lines of a list of pairs."""
    rows = partners.by_slugs({each.slug for pair in pairs for each in pair})
    told = {
        Sign.KVK: _("zelfde KvK-nummer"),
        Sign.SITE: _("zelfde website"),
        Sign.NAME: _("de namen lijken op elkaar"),
    }
    return [
        Pair(
            one,
            other,
            ", ".join(told[sign] for sign in signs(one, other)),
            all(may(actor, Permission.PARTNERS_MERGE, rows[each.slug]) for each in (one, other)),
        )
        for one, other in pairs
    ]
