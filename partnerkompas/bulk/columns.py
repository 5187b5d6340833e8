"""The columns of the file to fill in, and what may stand in them, in the words of who fills it in. Pure."""

from dataclasses import dataclass
from typing import Any

from partnerkompas.answers.models import State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.language import _, language

KEPT = ("partner", "criterion", "product")
SHOWN = ("question", "codes", "public")
FILLED = ("state", "value", "note", "source_url", "evidence", "valid_until")
"""The columns a partner fills in; a record with none of them leaves its place as it is."""
COLUMNS = (*KEPT, *SHOWN, *FILLED, "version")

STATES = {
    State.NO: {"nl": "geen van deze", "en": "none of these"},
    State.NOT_APPLICABLE: {"nl": "niet van toepassing", "en": "not applicable"},
    State.NOT_STATED: {"nl": "geen antwoord geven", "en": "give no answer"},
}
"""How a file says that there is no value, in the words of the page of a theme."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or some of which the same is to be said: how it is called, what belongs there, and such a text."""

    names: tuple[str, ...]
    label: str
    expected: str
    example: str = ""


def state_word(state: State) -> str:
    """A state as the file says it, in the language of the reader."""
    return STATES[state][language()]


def state_meant(text: Any) -> Any:
    """The code of a state that is given in words of either language; anything else comes back as it is."""
    said = " ".join(text.casefold().split()) if isinstance(text, str) else text
    return next((state.value for state, words in STATES.items() if said in words.values()), text)


def to_fill_in() -> tuple[Column, ...]:
    """The columns that are read, in the order of the file."""
    states = ", ".join(f"“{state_word(each)}”" for each in STATES)
    return (
        Column(
            ("value",),
            _("antwoord"),
            _("Wat u antwoordt, in de woorden van de kolom codes. Meer dan één keuze met een | ertussen."),
            "Business Central|Finance",
        ),
        Column(
            ("state",),
            _("geen antwoord"),
            _(
                "Alleen als er bij value niets staat: %(states)s. Met het laatste haalt u een antwoord weg.",
                states=states,
            ),
            state_word(State.NOT_APPLICABLE),
        ),
        Column(("note",), _("toelichting"), _("Ten hoogste 280 tekens, alleen feiten."), _("Sinds maart 2026.")),
        Column(
            ("source_url",),
            _("link"),
            _("Een openbare pagina die het laat zien, het hele adres."),
            "https://www.voorbeeld.example/team",
        ),
        Column(
            ("evidence",),
            _("wat daar te zien is"),
            _("Wat iemand op die pagina ziet."),
            _("De lijst met medewerkers."),
        ),
        Column(
            ("valid_until",),
            _("bewijs geldt tot en met"),
            _("Alleen als dat korter is dan gewoonlijk."),
            _("31-3-2027"),
        ),
    )


def to_leave() -> tuple[Column, ...]:
    """The columns to leave as they are."""
    return (
        Column(
            KEPT,
            _("partner, vraag en product"),
            _("Zeggen waar het antwoord hoort. Een regel mag u weglaten; dan verandert er niets aan die vraag."),
        ),
        Column(SHOWN, _("vraag, keuzes en wat nu openbaar is"), _("Om te lezen. Wat u daar verandert, doet niets.")),
        Column(
            ("version",),
            _("versie"),
            _("Zo merken wij dat iemand anders intussen iets wijzigde, en vragen wij u wat er moet staan."),
        ),
    )


def examples(edition: Edition) -> list[tuple[str, str]]:
    """Every kind of question that is asked, with an answer as the file may have it."""
    found = {}
    for question in sorted(edition.questions, key=lambda each: not each.names_products):
        kind = kind_of(question)
        if kind.name not in found and (example := kind.example(question, language())):
            found[kind.name] = (kind.label.in_(language()), example)
    return sorted(found.values())
