"""An answer as it is read to make facts of: plain, for a catalogue has hundreds of thousands."""

import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.types import UserDefinedType

from partnerkompas.answers.models import Answer


class AsRead(NamedTuple):
    """A plain row with what a fact is made of. Its fields are read ten times as fast as those of a Row."""

    partner_id: int
    id: int
    criterion: str
    product: str
    state: str
    value: Any
    source: str
    source_url: str
    evidence: str
    level: int
    stated_on: date | None
    checked_on: date | None
    checked_by_role: str
    valid_until: date | None
    release: str


@lru_cache(maxsize=20_000)
def _decoded(text: str | None) -> Any:
    """Each different text is decoded once: a market of answers has few different ones."""
    return None if text is None else json.loads(text)


class _Decoded(UserDefinedType[Any]):
    """JSON that is read as text."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        return _decoded


COLUMNS = tuple(
    type_coerce(cast(Answer.value, Text), _Decoded()) if name == "value" else Answer.__table__.c[name]
    for name in AsRead._fields
)
"""What is selected for it."""
