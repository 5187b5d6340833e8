"""What a mapping makes of a foreign file: subjects, and of each the records that a file of our own would have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from partnerkompas.criteria.kinds import NotAnAnswer, kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.exchange.mapping import AnswerRule, ColumnRule, Condition, Mapping
from partnerkompas.exchange.reading import read_records
from partnerkompas.exchange.records import Record
from partnerkompas.exchange.report import Report
from partnerkompas.exchange.steps import framed, taken
from partnerkompas.infra.language import _
from partnerkompas.partners.models import slug_for

DAYS = frozenset({"stated_on", "checked_on", "valid_until"})


@dataclass(frozen=True, slots=True)
class Item:
    """One record as the import wants it."""

    where: str
    values: dict[str, Any]
    names: dict[str, str] = field(default_factory=dict)
    """What a column is called in the file, when that is something else."""


@dataclass(slots=True)
class Subject:
    """All that a foreign file says of one partner: one record, or with the layout "facts" several lines."""

    where: str
    name: str
    facts: list[Record] = field(default_factory=list)
    """The lines about it; one record when a record is a partner."""
    by_attribute: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """The raw values that one line gives at one place."""

    values: list[str]
    line: Record


def subjects_of(rules: Mapping, path: Path) -> Iterator[Subject]:
    """The subjects of a file. With the layout "facts" all of it is in memory, since its lines can be in any order."""
    needed = (rules.facts.partner, rules.facts.attribute, rules.facts.value) if rules.facts else ()
    records = read_records(path, rules.file.records, needed)
    if rules.facts is None:
        yield from (Subject(record.where, "", [record], fault=record.fault) for record in records)
        return
    by_name: dict[str, Subject] = {}
    for number, record in enumerate(records):
        name = " ".join(str(record.values.get(rules.facts.partner) or "").split())
        fault = record.fault or ("" if name else _("de naam van de partner ontbreekt"))
        if fault:
            by_name[f"\0{number}"] = Subject(record.where, name, [record], True, fault)
        else:
            by_name.setdefault(name, Subject(record.where, name, [], True)).facts.append(record)
    yield from by_name.values()


def partner_of(rules: Mapping, subject: Subject) -> Item:
    """The partner that a subject is, as a record of partners."""
    values: dict[str, Any] = {"name": subject.name}
    names: dict[str, str] = {}
    for name, rule in rules.partner.fields().items():
        if rule.from_ is None:
            values[name] = rule.value
            continue
        found = [value for piece in pieces(rules, subject, rule.from_) for value in taken(rule, piece.values)]
        names[name] = rule.from_
        values[name] = found if name == "former_names" else next(iter(found), "")
        if name == "listed_on":
            values[name] = whole_day(values[name])
    if offices := rules.partner.offices:
        cities = [city for piece in pieces(rules, subject, offices.from_) for city in taken(offices, piece.values)]
        values["offices"] = [
            {"city": city, "province": rules.province(city), "role": offices.role} for city in dict.fromkeys(cities)
        ]
    values.setdefault("slug", slug_for(str(values["name"])))
    return Item(subject.where, values, names)


def answers_of(rules: Mapping, subject: Subject, slug: str, edition: Edition, report: Report) -> Iterator[Item]:
    """The answers in a subject, as records of answers.

    A question that takes many values gets all that are found; what is no option is reported, and the rest is kept.
    A question that takes one gets the first; with the layout "facts" every line gives an answer, the last the current.
    """
    _notice_unused(rules, subject, report)
    for criterion, product in dict.fromkeys((rule.criterion, rule.product) for rule in rules.answers):
        question = edition.by_key[criterion]
        found = [
            (rule, piece, values)
            for rule in rules.answers
            if (rule.criterion, rule.product) == (criterion, product) and _applies(rules, subject, rule)
            for piece in pieces(rules, subject, rule.from_)
            if (values := _options(question, rule, piece, report))
        ]
        if takes_many(question):
            together = list(accumulate(values for _rule, _piece, values in found))
            found = [(rule, piece, all_) for (rule, piece, _values), all_ in zip(found, together, strict=True)]
        if rules.facts is None:
            found = found[-1:] if takes_many(question) else found[:1]
        for rule, piece, values in found:
            value = list(dict.fromkeys(values)) if takes_many(question) else values[0]
            said = {"partner": slug, "criterion": criterion, "product": product, "value": value}
            yield Item(piece.line.where, said | _metadata(rules, piece.line), {"value": rule.from_})


def pieces(rules: Mapping, subject: Subject, path: str) -> list[Piece]:
    """What the lines of a subject give at a path; lines that give nothing are left out."""
    if rules.facts is None:
        found = [Piece(_texts(line.values, path), line) for line in subject.facts]
    else:
        lines = [line for line in subject.facts if _texts(line.values, rules.facts.attribute) == [path]]
        found = [Piece(_texts(line.values, rules.facts.value), line) for line in lines]
    return [piece for piece in found if piece.values]


def takes_many(question: Question) -> bool:
    """Whether a kind takes any number of values: then it also takes none."""
    try:
        kind_of(question).parse(question, [])
    except NotAnAnswer:
        return False
    return True


def whole_day(written: str) -> str:
    """A day, month or year as the first day it can be."""
    if re.fullmatch(r"\d{4}", written, re.ASCII):
        return f"{written}-01-01"
    return f"{written}-01" if re.fullmatch(r"\d{4}-\d\d", written, re.ASCII) else written


def _texts(values: Any, path: str) -> list[str]:
    """Every single value at a dotted path, as text; goes into lists on the way, marked with [] or not."""
    if isinstance(values, dict) and path in values:
        return _leaves(values[path])
    name, _dot, rest = path.partition(".")
    name = name.removesuffix("[]")
    if isinstance(values, list):
        return [found for each in values for found in _texts(each, path)]
    if not isinstance(values, dict) or name not in values:
        return []
    return _texts(values[name], rest) if rest else _leaves(values[name])


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return []
    if isinstance(value, list):
        return [found for each in value for found in _leaves(each)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    written = "" if value is None else str(value).strip()
    return [written] if written else []


def _applies(rules: Mapping, subject: Subject, rule: AnswerRule) -> bool:
    def holds(condition: Condition) -> bool:
        there = (value for piece in pieces(rules, subject, condition.attribute) for value in piece.values)
        return not set(condition.value).isdisjoint(there)

    return (rule.only_if is None or holds(rule.only_if)) and (rule.not_if is None or not holds(rule.not_if))


def _options(question: Question, rule: AnswerRule, piece: Piece, report: Report) -> list[str]:
    """The values the steps give; of those for a choice, the ones that are no option are reported (issue 2, point 4)."""
    found = []
    for value in taken(rule, piece.values):
        try:
            if takes_many(question):
                kind_of(question).parse(question, [value])
            found.append(value)
        except NotAnAnswer as wrong:
            report.reject(piece.line.where, rule.from_, value, str(wrong))
    return found


def _metadata(rules: Mapping, line: Record) -> dict[str, Any]:
    found: dict[str, Any] = {str(name): value for name, value in rules.defaults.items()}
    for name, rule in rules.from_.items():
        written = _first(rule, line)
        if written:
            found[name] = written
    return {name: whole_day(str(value)) if name in DAYS else value for name, value in found.items()}


def _first(rule: ColumnRule, line: Record) -> str:
    texts = (text for column in rule.from_ for text in _texts(line.values, column))
    written = next(texts, "")
    return framed(written, rule.prefix, rule.suffix) if written else ""


def _notice_unused(rules: Mapping, subject: Subject, report: Report) -> None:
    """Say once of every column that it is not used."""
    for line in subject.facts:
        there = set(_paths(line.values, ""))
        if rules.facts:
            there |= set(_texts(line.values, rules.facts.attribute))
        rules.meet(there)
        for path in sorted(filter(rules.leaves_unsaid, there)):
            report.notice(_("kolom “%(name)s” wordt niet gebruikt", name=path[:60]))


def _paths(values: Any, above: str) -> Iterator[str]:
    """The dotted paths of everything in a record that has a value."""
    if isinstance(values, dict):
        for name, value in values.items():
            yield from _paths(value, f"{above}.{name}" if above else name)
    elif isinstance(values, list):
        for value in values:
            yield from _paths(value, above)
    elif values not in (None, ""):
        yield above
