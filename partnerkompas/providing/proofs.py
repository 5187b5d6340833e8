"""Files in the form of a theme: what was chosen at each place, kept before anything else of the form is judged.

A browser does not send a file a second time by itself. So a file that can be used is kept at once, also when something
else at its place is wrong or somebody else changed it meanwhile; the form that is shown again then holds its number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage

from partnerkompas.evidence import actions, queries
from partnerkompas.evidence.recognising import Refused
from partnerkompas.evidence.showing import FileView, view
from partnerkompas.evidence.uploads import Upload, read, was_chosen
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor
from partnerkompas.providing.contents import Asked
from partnerkompas.providing.reading import Posted, name_of


@dataclass(slots=True)
class Chosen:
    """By the name of a place: what was chosen there that can be used, and why something cannot."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def chosen(posted: Posted, sent: Mapping[str, FileStorage]) -> Chosen:
    """Look at every file that was sent with a form, one for each place at most; nothing is kept yet."""
    found = Chosen()
    for field_name, file in sent.items():
        name, _colon, part = field_name.rpartition(":")
        if part != "bestand" or not was_chosen(file) or posted.get(f"{name}:neem"):
            continue
        try:
            found.uploads[name] = read(file)
        except Refused as why:
            found.faults[name] = str(why)
    return found


def keep(actor: Actor, partner: Partner, asked: Iterable[Asked], posted: Posted, found: Chosen) -> dict[str, int]:
    """Keep what was chosen, and return by name of a place the file it now has, also one that an earlier try kept.

    What cannot be kept becomes a fault of `found`. Raises NotAllowed.
    """
    kept = {}
    for name in map(name_of, (each.place for each in asked)):
        if posted.get(f"{name}:neem"):
            continue
        earlier = posted.get(f"{name}:bewaard", "")
        try:
            if name in found.uploads:
                kept[name] = actions.add(actor, partner, found.uploads[name]).id
            elif earlier and not posted.get(f"{name}:zonder"):
                kept[name] = _still_there(partner, earlier)
        except NotAcceptable as why:
            found.faults[name] = str(why)
    return kept


def _still_there(partner: Partner, number: str) -> int:
    """A number that a form gives back: of a file of this partner and no other. Raises NotAcceptable."""
    file = queries.file(int(number)) if number.isascii() and number.isdecimal() and len(number) < 10 else None
    if file is None or file.partner_id != partner.id or file.removed_at is not None:
        raise NotAcceptable(_("Dit bestand is er niet meer. Kies het opnieuw."))
    return file.id


def before_and_after(asked: Iterable[Asked]) -> dict[int, FileView]:
    """The files of some places by their numbers: of what is public there, and of what is filled in."""
    contents = [content for each in asked for content in (each.public, each.content)]
    ids = {content.file_id for content in contents if content.file_id is not None}
    return {number: view(file) for number, file in queries.files(ids).items()}


def shown(asked: Iterable[Asked], kept: Mapping[str, int]) -> dict[int, FileView]:
    """The files of some places, and those that were kept just now, by their numbers."""
    ids = {each.content.file_id for each in asked if each.content.file_id is not None} | set(kept.values())
    return {number: view(file) for number, file in queries.files(ids).items()}
