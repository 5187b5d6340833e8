"""What was read from a file, on its way between the report and accepting it.

It travels in the form itself, signed: nothing is written before somebody accepts, nothing has to be cleaned up after
who never does, and any process can take it up. It holds for one account, one partner, one release and one hour, and is
no longer than a form may be.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from partnerkompas.answers.models import State
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.providing.actions import Given
from partnerkompas.providing.contents import Content, Place

HOLDS = timedelta(hours=1)
MOST_HELD = 400_000
"""Characters; a form field of 500,000 is refused before anybody looks at it."""

Holder = tuple[int | None, int, str]
"""The account, the partner and the release of the criteria that it was read for."""


class NotHeld(ValueError):
    """What was read cannot be taken up, or not be held at all; its text says why."""


def held(secret: str, holder: Holder, given: Mapping[Place, Given]) -> str:
    """What was read as a text to send back. Raises NotHeld when it is too much."""
    until = (clock.now() + HOLDS).isoformat()
    text = _signer(secret).dumps({"for": holder, "until": until, "given": [_plain(*each) for each in given.items()]})
    assert isinstance(text, str)  # the library allows for signers of bytes
    if len(text) > MOST_HELD:
        raise NotHeld(_("er staat te veel in om in één keer te bewaren; verdeel het over twee bestanden"))
    return text


def taken(secret: str, holder: Holder, text: str) -> dict[Place, Given]:
    """What was read, for whom it was read. Raises NotHeld."""
    try:
        found = _signer(secret).loads(text)
    except BadData as wrong:
        raise NotHeld(_("Wat gelezen was, is niet compleet. Laad het bestand opnieuw.")) from wrong
    if tuple(found["for"]) != holder or datetime.fromisoformat(found["until"]) < clock.now():
        raise NotHeld(_("Wat gelezen was, geldt niet meer. Laad het bestand opnieuw."))
    return dict(_given(each) for each in found["given"])


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="bulk")


def _plain(place: Place, given: Given) -> dict[str, Any]:
    until = given.content.valid_until
    content = {**asdict(given.content), "valid_until": until and until.isoformat()}
    return {"place": place, "version": given.version, "content": content}


def _given(each: dict[str, Any]) -> tuple[Place, Given]:
    told = each["content"]
    until = told["valid_until"] and date.fromisoformat(told["valid_until"])
    content = Content(**{**told, "state": State(told["state"]), "valid_until": until})
    criterion, product = each["place"]
    return (criterion, product), Given(content, each["version"])
