"""Which fields of a partner changed since a page showed them: the page holds a digest of each (REL-05). Pure."""

import json
from dataclasses import asdict
from hashlib import blake2b

from partnerkompas.partners.actions import PlainPartner

FIELDS = ("name", "legal_name", "kvk_number", "website", "group_name", "status", "former_names", "offices")
"""What a curator sees and changes on the page, in the order of the version."""


def version_of(partner: PlainPartner) -> str:
    """A text that is another one when one of the fields is; kept in the form."""
    values = asdict(partner)
    return ".".join(_digest(values[name]) for name in FIELDS)


def changed_since(version: str, now: PlainPartner) -> list[str]:
    """The fields that are other than they were at a version; all of them when it is none."""
    before = version.split(".")
    if len(before) != len(FIELDS):
        return list(FIELDS)
    return [name for name, old, new in zip(FIELDS, before, version_of(now).split("."), strict=True) if old != new]


def _digest(value: object) -> str:
    return blake2b(json.dumps(value).encode(), digest_size=6).hexdigest()
