"""What came of an import: how many records did what, and every one that was refused, with its place and reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from partnerkompas.infra.language import _, ngettext
from partnerkompas.partners.actions import Outcome

MOST_REFUSALS = 1000
"""How many rejections a report keeps and prints; the rest is counted, so that a hopeless file does not fill memory."""


def shortened(value: object) -> str:
    """A value as a report repeats it: one line of at most 60 characters."""
    text = " ".join(str(value)[:500].split()) if value is not None else ""
    return text if len(text) <= 60 else text[:59] + "…"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing that was not loaded: where it stands, and why."""

    file: str
    where: str
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        value = f"“{self.value}”" if self.value else ""
        place = ", ".join(part for part in (self.file, self.where, self.column, value) if part)
        return f"{place}: {self.reason}"


@dataclass(slots=True)
class Tally:
    """How many of one sort were created, updated and left as they were."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def count(self, outcome: Outcome) -> None:
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)

    def __str__(self) -> str:
        return _(
            "%(created)s nieuw, %(updated)s bijgewerkt, %(unchanged)s ongewijzigd",
            created=self.created,
            updated=self.updated,
            unchanged=self.unchanged,
        )


@dataclass(slots=True)
class Report:
    """The outcome of one import; `ok` when nothing was refused."""

    file: str
    dry_run: bool = False
    partners: Tally = field(default_factory=Tally)
    answers: Tally = field(default_factory=Tally)
    rejected: list[Rejection] = field(default_factory=list)
    """The first thousand; `refusals` counts them all."""
    refusals: int = 0
    notices: list[str] = field(default_factory=list)
    """What a reader may want to know and is no fault, such as columns a mapping does not use."""

    @property
    def created(self) -> int:
        return self.partners.created + self.answers.created

    @property
    def updated(self) -> int:
        return self.partners.updated + self.answers.updated

    @property
    def unchanged(self) -> int:
        return self.partners.unchanged + self.answers.unchanged

    @property
    def ok(self) -> bool:
        return not self.refusals

    def reject(self, where: str, column: str, value: object, reason: str) -> None:
        """Note one thing that was not loaded."""
        self.refusals += 1
        if len(self.rejected) < MOST_REFUSALS:
            self.rejected.append(Rejection(self.file, where, column, shortened(value), reason))

    def notice(self, message: str) -> None:
        """Note what is no fault; the same message counts once."""
        if message not in self.notices and len(self.notices) < MOST_REFUSALS:
            self.notices.append(message)

    def lines(self) -> Iterator[str]:
        """The report as text, in the language of this moment: counts first, then every refusal on a line."""
        if self.dry_run:
            yield _("Proef: er is niets bewaard.")
        for name, tally in ((_("partners"), self.partners), (_("antwoorden"), self.answers)):
            if tally != Tally():
                yield f"{name}: {tally}"
        if self.created + self.updated + self.unchanged == 0:
            yield _("Er is niets geladen.")
        yield from self.notices
        yield ngettext("%(n)s keer geweigerd", "%(n)s keer geweigerd", self.refusals)
        yield from map(str, self.rejected)
        if self.refusals > len(self.rejected):
            yield _("en nog %(n)s", n=self.refusals - len(self.rejected))

    def __str__(self) -> str:
        return "\n".join(self.lines())
