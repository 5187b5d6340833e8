"""What changed in an answer that is checked: only what differs from what stood there, each part by its name."""

from dataclasses import dataclass

from partnerkompas.answers.models import Answer
from partnerkompas.answers.showing import shown
from partnerkompas.criteria.questions import Question
from partnerkompas.infra.language import _


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer beside the one it took the place of."""

    before: dict[str, str]
    """By part what stood there, only where that differs; "–" for nothing."""
    told: str
    """Which parts differ, in words; empty for a first answer."""


def compared(question: Question, answer: Answer, earlier: Answer | None) -> Compared:
    """What differs: "value", "note", "link", "seen" (what the proof shows) and "file"."""
    if earlier is None:
        return Compared({}, "")
    now, then = _parts(question, answer), _parts(question, earlier)
    labels = {
        "value": _("het antwoord"),
        "note": _("de toelichting"),
        "link": _("de link"),
        "seen": _("wat er te zien is"),
        "file": _("het bestand"),
    }
    before = {part: then[part] or "–" for part in now if now[part] != then[part]}
    if answer.file_id != earlier.file_id:
        before["file"] = _("een ander bestand") if earlier.file_id is not None else "–"
    if not before:
        return Compared({}, _("De partner bevestigde wat er stond: er is niets veranderd."))
    which = _("Veranderd: %(what)s.", what=", ".join(labels[part] for part in before))
    same = _("Het antwoord zelf bleef gelijk.")
    return Compared(before, which if "value" in before else f"{same} {which}")


def _parts(question: Question, answer: Answer) -> dict[str, str]:
    """The parts of an answer that its partner gives; what a curator saw is not the partner's."""
    return {
        "value": shown(question, answer),
        "note": answer.note,
        "link": answer.source_url,
        "seen": "" if answer.checked_on else answer.evidence,
    }
