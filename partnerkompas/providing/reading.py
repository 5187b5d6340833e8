"""A theme as somebody filled it in: posted fields in, contents and faults out.

The fields of a place are called `<place>:<part>`, where the place is `<criterion>` or `<criterion>@<product>`. What is
wrong at one place does not keep the others from being saved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import MultiDict

from partnerkompas.answers.models import State
from partnerkompas.answers.saying import state_of
from partnerkompas.criteria.kinds import NotAnAnswer, kind_of
from partnerkompas.criteria.kinds.texts import web_address
from partnerkompas.criteria.questions import Question
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.providing.actions import Given
from partnerkompas.providing.contents import Asked, Content, Place

NONE = "none"
"""None of a list: an answer of its own, which no boxes ticked cannot say."""
LONGEST_NOTE = 280
LONGEST_EVIDENCE = 500
PARTS = ("toelichting", "bron", "toont", "tot")
"""What goes with an answer, as the fields are called that somebody types it in."""

Posted = MultiDict[str, str]


@dataclass(slots=True)
class Filled:
    """What was typed in a theme: what can be saved, what is wrong by field, and where the other's answer is taken."""

    given: dict[Place, Given] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    """By name of a place: the file that was kept for it just now, for the form that is shown again."""


def name_of(place: Place) -> str:
    """What the fields of a place are called."""
    return "@".join(filter(None, place))


def read(asked: Iterable[Asked], posted: Posted, kept: Mapping[str, int], wrong_files: Mapping[str, str]) -> Filled:
    """Read the fields of some places. A place whose fields were not posted is not touched.

    By name of a place, `kept` are the files that came with it, and `wrong_files` says why one cannot be used.
    """
    filled = Filled(kept=kept)
    for each in asked:
        name = name_of(each.place)
        version = posted.get(f"{name}:versie")
        if version is None or posted.get(f"{name}:neem"):
            continue
        try:
            if name in wrong_files:
                raise _Wrong("bestand", wrong_files[name])
            content = _content(each, name, posted, kept.get(name))
            _refuse_what_is_over(each, content, confirms=bool(posted.get(f"{name}:klopt")))
        except _Wrong as wrong:
            filled.faults[f"{name}:{wrong.part}"] = str(wrong)
        else:
            filled.given[each.place] = Given(content, version, bool(posted.get(f"{name}:klopt")))
    return filled


class _Wrong(ValueError):
    """One part of a place cannot be used."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(why)
        self.part = part


def _content(asked: Asked, name: str, posted: Posted, file_id: int | None) -> Content:
    state, value = _answer(asked, posted.get(f"{name}:stand", ""), posted.getlist(f"{name}:waarde"))
    if state == State.NOT_STATED:
        if file_id is not None:
            raise _Wrong("bestand", _("Dit bestand hoort bij een antwoord. Vul dat ook in, of haal het bestand weg."))
        _refuse_what_hangs_loose(asked, name, posted)
        return Content()
    if file_id is None and not posted.get(f"{name}:zonder"):
        file_id = asked.content.file_id
    return Content(
        state=state,
        value=value,
        note=_text("toelichting", posted.get(f"{name}:toelichting", ""), LONGEST_NOTE),
        source_url=_link(posted.get(f"{name}:bron", "")),
        evidence=_text("toont", posted.get(f"{name}:toont", ""), LONGEST_EVIDENCE),
        file_id=file_id,
        valid_until=_day(posted.get(f"{name}:tot", "")),
    )


def _refuse_what_hangs_loose(asked: Asked, name: str, posted: Posted) -> None:
    """Nothing that was typed goes without a word; what stood there already goes with its answer."""
    kept = parts_typed(asked.content)
    for part in PARTS:
        typed = printable(posted.get(f"{name}:{part}", ""))
        if typed and typed != kept[part]:
            raise _Wrong(part, _("Dit hoort bij een antwoord. Vul dat ook in, of maak dit leeg."))


def _refuse_what_is_over(asked: Asked, content: Content, *, confirms: bool) -> None:
    """Nobody states what does not hold any more; a draft that nobody touches may have waited for longer."""
    is_touched = content != asked.content or (confirms and not asked.confirms)
    if is_touched and content.valid_until is not None and content.valid_until <= clock.today():
        raise _Wrong("tot", _("Deze dag is vandaag of al voorbij. Vul een latere in, of maak dit leeg."))


def _answer(asked: Asked, chosen: str, typed: list[str]) -> tuple[State, object]:
    """State and value of what was chosen and typed; who typed an answer need not choose that as well."""
    raw = [each for each in typed if each.strip()]
    before = asked.content
    if chosen in (State.NOT_APPLICABLE, State.NOT_STATED, NONE):
        if raw and raw != typed_as(asked.question, before):
            raise _Wrong("stand", _("U gaf een antwoord en koos ook dat het er niet is. Kies één van de twee."))
        if chosen == NONE:
            return _parsed(asked.question, [])
        return State(chosen), None
    if not raw:
        if chosen == State.STATED:
            raise _Wrong("waarde", _("Vul het antwoord in, of kies iets anders."))
        return State.NOT_STATED, None
    return _parsed(asked.question, raw)


def _parsed(question: Question, raw: list[str]) -> tuple[State, object]:
    kind = kind_of(question)
    try:
        value = kind.parse(question, raw if takes_many(question) else raw[0])
    except NotAnAnswer as wrong:
        raise _Wrong("waarde", _("Dit kan niet: %(why)s.", why=wrong)) from None
    return state_of(question, value), value


def takes_many(question: Question) -> bool:
    """Whether an answer is any number of choices, so that none of them is an answer too."""
    try:
        return isinstance(kind_of(question).parse(question, []), list)
    except NotAnAnswer:
        return False


def typed_as(question: Question, content: Content) -> list[str]:
    """What stands in the field of an answer, as a form gives it back."""
    if content.value is None:
        return []
    kind = kind_of(question)
    return list(kind.codes(question, content.value)) or [kind.to_cell(question, content.value)]


def parts_typed(content: Content) -> dict[str, str]:
    """What stands in the fields of PARTS."""
    return {
        "toelichting": content.note,
        "bron": content.source_url,
        "toont": content.evidence,
        "tot": content.valid_until.isoformat() if content.valid_until else "",
    }


def _text(part: str, typed: str, most: int) -> str:
    text = printable(typed)
    if len(text) > most:
        raise _Wrong(part, _("Dit heeft %(n)s tekens; %(most)s is het meeste.", n=len(text), most=most))
    return text


def _link(typed: str) -> str:
    text = typed.strip()
    if not text:
        return ""
    try:
        return web_address(text)
    except NotAnAnswer as wrong:
        raise _Wrong("bron", _("Dit kan niet: %(why)s.", why=wrong)) from None


def _day(typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise _Wrong("tot", _("Schrijf de dag als 2026-03-31.")) from None
