"""Partners and answers from files. One bad record never loses the others; an unusable file loads nothing at all.

The transaction belongs to the caller; here is a savepoint in it, so that a dry run does everything and keeps nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from partnerkompas.answers import actions as answers
from partnerkompas.answers.actions import NewAnswer
from partnerkompas.criteria import queries as criteria
from partnerkompas.exchange import answer_records, partner_records
from partnerkompas.exchange.answer_records import AnswerReader, Dispute
from partnerkompas.exchange.checks import Refused, text
from partnerkompas.exchange.mapped import Item, Subject, answers_of, partner_of, subjects_of
from partnerkompas.exchange.mapping import Mapping, read_mapping
from partnerkompas.exchange.reading import read_records
from partnerkompas.exchange.records import Record
from partnerkompas.exchange.report import Report
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _
from partnerkompas.partners import actions as partners
from partnerkompas.partners import queries as known_partners
from partnerkompas.partners.actions import Outcome, PlainPartner
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import Actor

PARTNERS_AT_ONCE = 200
ANSWERS_AT_ONCE = 5000
"""How much is held in memory between reading and writing."""

Progress = Callable[[int], None]
"""Is told how many records were done so far."""

T = TypeVar("T")


def import_partners(
    actor: Actor, path: Path, mapping: Path | None = None, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Load partners from a file; with a mapping file, also the answers that stand in the same records.

    A column that is not in the file leaves what is known as it is; an empty cell clears it. Raises UnusableFile when
    the file or the mapping cannot be used, NotAllowed when the actor may not edit partners; then nothing was loaded.
    """
    with _import(actor, path, dry_run) as work:
        if mapping:
            rules = read_mapping(mapping, work.reader.edition_of(work.reader.current))
            for some in _in_turns(subjects_of(rules, path), PARTNERS_AT_ONCE):
                work.save_mapped(rules, some, with_partners=True)
                work.done(len(some), progress)
            work.say_what_was_missed(rules)
        else:
            records = read_records(path, columns=partner_records.NEEDED)
            for chunk in _in_turns(records, PARTNERS_AT_ONCE):
                work.save_partners(work.items(chunk, frozenset(partner_records.COLUMNS)))
                work.done(len(chunk), progress)
    return work.report


def import_answers(
    actor: Actor, path: Path, mapping: Path | None = None, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Load answers of partners that are known here; with a mapping file, from the records of a foreign file.

    Rows for one partner, criterion and product with different days of recording are history, oldest first. Raises
    UnusableFile and NotAllowed as `import_partners` does.
    """
    with _import(actor, path, dry_run) as work:
        if mapping:
            rules = read_mapping(mapping, work.reader.edition_of(work.reader.current))
            for some in _in_turns(subjects_of(rules, path), PARTNERS_AT_ONCE):
                work.save_mapped(rules, some, with_partners=False)
                work.done(len(some), progress)
            work.say_what_was_missed(rules)
        else:
            columns = frozenset(answer_records.COLUMNS) | answer_records.SHOWN_ONLY
            for chunk in _in_turns(read_records(path, columns=answer_records.NEEDED), ANSWERS_AT_ONCE):
                work.save_answers(work.items(chunk, columns), one_a_day=True)
                work.done(len(chunk), progress)
    return work.report


@contextmanager
def _import(actor: Actor, path: Path, dry_run: bool) -> Iterator["_Import"]:
    work = _Import(actor, Report(path.name, dry_run))
    with db.session.begin_nested() as savepoint:
        yield work
        if dry_run:
            savepoint.rollback()


class _Import:
    """One import while it runs: what it needs to know, what it has seen, and its report."""

    def __init__(self, actor: Actor, report: Report) -> None:
        self.actor, self.report = actor, report
        self.reader = AnswerReader(criteria.current_release_number(), criteria.edition_of)
        self.edition = criteria.current_edition()
        self.records = 0
        self.slugs: set[str] = set()
        self.places: set[int] = set()
        self.unknown_columns: set[str] = set()
        self.partners: dict[str, Partner] = {}

    def done(self, records: int, progress: Progress | None) -> None:
        self.records += records
        if progress:
            progress(self.records)

    def items(self, records: Iterable[Record], columns: frozenset[str]) -> Iterator[Item]:
        """The records that can be used; reports the others, and once every column that has no meaning."""
        for record in records:
            if record.fault:
                self.report.reject(record.where, "", "", record.fault)
                continue
            for name in record.values.keys() - columns - self.unknown_columns:
                self.unknown_columns.add(name)
                self.report.reject(record.where, name, "", _("deze kolom is onbekend en wordt niet geladen"))
            yield Item(record.where, record.values)

    def save_partners(self, items: Iterable[Item]) -> list[Item]:
        """Save the partners that are right; gives their items."""
        right: list[Item] = []
        given: dict[str, dict[str, Any]] = {}
        for item in items:
            try:
                fields = partner_records.parsed(item.values, self.edition)
                self._refuse_second_partner(fields["slug"])
                given[fields["slug"]] = fields
                right.append(item)
            except Refused as refused:
                self._reject(item, refused)
        there = {slug: partners.plain(each) for slug, each in known_partners.by_slugs(given).items()}
        wanted = [replace(there.get(slug, PlainPartner(slug, "")), **fields) for slug, fields in given.items()]
        for partner, outcome in partners.save_many(self.actor, wanted):
            self.partners[partner.slug] = partner
            self.report.partners.count(outcome)
        return right

    def save_answers(self, items: Iterable[Item], one_a_day: bool) -> None:
        """Save the answers that are right. `one_a_day`: two answers recorded on one day at one place are a mistake."""
        items = list(items)
        self._meet({str(item.values.get("partner") or "").strip() for item in items})
        right: list[tuple[Item, NewAnswer, Dispute | None]] = []
        for item in items:
            try:
                partner = self._partner(text("partner", item.values.get("partner")))
                answer, dispute = self.reader.parsed(item.values, partner.id)
                if one_a_day:
                    self._refuse_second(answer)
                right.append((item, answer, dispute))
            except Refused as refused:
                self._reject(item, refused)
        if right:
            self._record(right)

    def say_what_was_missed(self, rules: Mapping) -> None:
        """Name every column of the mapping that the file never had a value for."""
        for name in rules.missed:
            self.report.notice(_("de mapping noemt “%(name)s”, maar daar staat nergens iets", name=name[:60]))

    def save_mapped(self, rules: Mapping, subjects: list[Subject], with_partners: bool) -> None:
        """Save what a mapping makes of some subjects: partners, then the answers of those that are right."""
        for subject in subjects:
            if subject.fault:
                self.report.reject(subject.where, "", "", subject.fault)
        by_place = {subject.where: subject for subject in subjects if not subject.fault}
        items = [partner_of(rules, subject) for subject in by_place.values()]
        right = self.save_partners(items) if with_partners else self._known(items)
        found = [
            answer
            for item in right
            for answer in answers_of(rules, by_place[item.where], item.values["slug"], self.edition, self.report)
        ]
        self.save_answers(found, one_a_day=False)

    def _known(self, items: list[Item]) -> list[Item]:
        """The items whose partner is known here; the others are refused, once each."""
        self._meet({item.values["slug"] for item in items})
        right = []
        for item in items:
            try:
                self._partner(item.values["slug"])
                self._refuse_second_partner(item.values["slug"])
                right.append(item)
            except Refused as refused:
                self._reject(item, refused)
        return right

    def _partner(self, slug: str) -> Partner:
        partner = self.partners.get(slug)
        if partner is None:
            raise Refused("partner", slug, _("deze partner is hier niet bekend"))
        return partner

    def _meet(self, slugs: set[str]) -> None:
        """Know the partners with these slugs, and not ever more of them."""
        if len(self.partners) > 2 * ANSWERS_AT_ONCE:
            self.partners.clear()
        self.partners |= known_partners.by_slugs(slugs - self.partners.keys())

    def _refuse_second_partner(self, slug: str) -> None:
        if slug in self.slugs:
            raise Refused("slug", slug, _("deze partner staat al eerder in dit bestand"))
        self.slugs.add(slug)

    def _refuse_second(self, answer: NewAnswer) -> None:
        """Remembers a number per answer, not the answer: a few dozen bytes for each row of the file."""
        key = hash((answer.place, answer.recorded_at))
        if key in self.places:
            reason = _(
                "dit antwoord staat al eerder in dit bestand; geef bij een geschiedenis elke rij een eigen recorded_on"
            )
            raise Refused("criterion", answer.criterion, reason)
        self.places.add(key)

    def _record(self, right: list[tuple[Item, NewAnswer, Dispute | None]]) -> None:
        about = {partner.id: partner for partner in self.partners.values()}
        concerned = {answer.partner_id: about[answer.partner_id] for _item, answer, _dispute in right}
        outcomes = answers.record(self.actor, concerned.values(), [answer for _item, answer, _dispute in right])
        disputed = []
        for (item, answer, dispute), outcome in zip(right, outcomes, strict=True):
            if outcome == Outcome.OUTDATED:
                reason = _("er is al een antwoord bekend dat later is vastgelegd")
                self._reject(item, Refused("recorded_on", answer.recorded_at, reason))
                continue
            self.report.answers.count(outcome)
            if dispute:
                disputed.append((answer, dispute.reason, dispute.since))
        if disputed:
            answers.challenge_said(self.actor, disputed)

    def _reject(self, item: Item, refused: Refused) -> None:
        column = item.names.get(refused.column, refused.column)
        self.report.reject(item.where, column, refused.value, refused.reason)


def _in_turns(things: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(things)
    while some := list(islice(source, size)):
        yield some
