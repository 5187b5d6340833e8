"""What one answer says beside its value, part by part and in words: for who compares two, or copies one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from partnerkompas.answers.showing import shown
from partnerkompas.answers.wording import Remark, remarks
from partnerkompas.criteria.questions import Question
from partnerkompas.evidence.showing import FileView
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.infra.web import show_date
from partnerkompas.providing.contents import EMPTY, Content

Files = Mapping[int, FileView]
"""Files by their numbers."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer beside its value: what stands there, and what will; empty for nothing."""

    sort: Literal["note", "link", "seen", "until", "file"]
    label: str
    before: str | FileView
    after: str | FileView
    remarks: tuple[Remark, ...] = ()
    """What no reader can check in what will stand there; the author decides (row U7)."""
    warning: str = ""

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def parts(before: Content, after: Content, files: Files) -> tuple[Part, ...]:
    """The parts that stand there or will, of which one content takes the place of another."""
    until = show_date(before.valid_until), show_date(after.valid_until)
    every = (
        Part("note", _("Toelichting"), before.note, after.note, remarks(after.note)),
        Part("link", _("Link"), before.source_url, after.source_url),
        Part("file", _("Bestand"), _file(before, files), _file(after, files)),
        Part("seen", _("Wat daar te zien is"), before.evidence, after.evidence, remarks(after.evidence)),
        Part("until", _("Het bewijs geldt tot en met"), *until, warning=ends_too_soon(after.valid_until)),
    )
    return tuple(part for part in every if part.before or part.after)


def said(question: Question, content: Content, files: Files) -> str:
    """All that one content says, in lines."""
    lines = [shown(question, content)]
    for part in parts(EMPTY, content, files):
        text = part.after if isinstance(part.after, str) else part.after.name or part.after.kind
        lines.append(f"{part.label}: {text}")
    return "\n".join(lines)


def ends_too_soon(until: date | None) -> str:
    """What to say of a proof that ends today or ended already: who signs it now states what does not hold."""
    today = clock.today()
    if until is None or until > today:
        return ""
    if until == today:
        return _("Dit bewijs eindigt vandaag: ondertekent u het zo, dan is het antwoord morgen verlopen.")
    return _("Dit bewijs is afgelopen: ondertekent u het zo, dan is het antwoord meteen verlopen.")


def _file(content: Content, files: Files) -> str | FileView:
    return files.get(content.file_id, "") if content.file_id is not None else ""
