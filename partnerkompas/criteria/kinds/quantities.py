"""Kinds with a place on a line: amounts, days, months and years. They answer to ranges."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.dates import format_date
from babel.numbers import format_decimal
from wtforms import DateField, DecimalField, IntegerField, StringField

from partnerkompas.criteria.kinds.kind import FacetStyle, FormField, Kind, NotAnAnswer, Value, kind, required
from partnerkompas.criteria.questions import Question, Text
from partnerkompas.infra.language import LOCALES, _
from partnerkompas.infra.parameters import repeatable
from partnerkompas.infra.written_days import TwoDays, iso_day, iso_month

MOST_DIGITS = 15
"""A JSON number keeps this many digits exactly (IEEE 754 double)."""


@kind
class Amount(Kind):
    """A number with a unit; stored as int, or as float when the question has decimals."""

    name = "amount"
    label = Text("getal", "number")
    facet_style: FacetStyle = "range"
    ordered = True
    input_type = "number"
    needs = frozenset({"unit"})
    knows = frozenset({"decimals", "minimum", "maximum"})

    def parse(self, question: Question, raw: object) -> Value:
        if isinstance(raw, bool):
            raise NotAnAnswer(_("“%(value)s” is geen getal", value=raw))
        number = self._decimal(question, required(raw))
        if number != round(number, question.decimals):
            raise NotAnAnswer(
                _("“%(value)s” heeft meer dan %(n)s cijfers achter de komma", value=raw, n=question.decimals)
            )
        if question.minimum is not None and number < Decimal(str(question.minimum)):
            raise NotAnAnswer(_("%(value)s is minder dan %(limit)s", value=number, limit=question.minimum))
        if question.maximum is not None and number > Decimal(str(question.maximum)):
            raise NotAnAnswer(_("%(value)s is meer dan %(limit)s", value=number, limit=question.maximum))
        return float(number) if question.decimals else int(number)

    @staticmethod
    def _decimal(question: Question, text: str) -> Decimal:
        """A number as people write it: 1250, 0.5 or 0,5. What could mean a thousand, such as 1.000, is refused."""
        if question.decimals < 3 and re.fullmatch(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+", text, re.ASCII):
            raise NotAnAnswer(_("“%(value)s” kan twee dingen zijn; schrijf duizend als 1000", value=repeatable(text)))
        if not re.fullmatch(r"[+-]?\d+([.,]\d+)?", text, re.ASCII) or len(text) > MOST_DIGITS + 2:
            raise NotAnAnswer(_("“%(value)s” is geen getal", value=repeatable(text)))
        try:
            return Decimal(text.replace(",", "."))
        except InvalidOperation as wrong:
            raise NotAnAnswer(_("“%(value)s” is geen getal", value=repeatable(text))) from wrong

    def example(self, question: Question, language: str) -> str:
        return Text("12,5", "12.5").in_(language) if question.decimals else "12"

    def show(self, question: Question, value: Value, language: str) -> str:
        number = format_decimal(value, locale=LOCALES[language])
        return f"{number} {question.unit.in_(language)}" if question.unit else number

    def field(self, question: Question, language: str) -> FormField:
        made = DecimalField if question.decimals else IntegerField
        return made(question.label.in_(language))

    def number(self, question: Question, value: Value) -> float | None:
        return float(value)

    def bound(self, question: Question, text: str, upper: bool) -> float:
        return float(self._decimal(question, text))

    def show_number(self, question: Question, number: float) -> str:
        return str(int(number)) if number == int(number) else repr(number)

    def sort_key(self, question: Question, value: Value, language: str) -> float | str:
        return float(value)


class Calendar(Kind):
    """What days, months and years share: ISO text in files, a number on a line for ranges."""

    facet_style: FacetStyle = "range"
    ordered = True

    def number(self, question: Question, value: Value) -> float | None:
        return float(self._first_day(str(value)).toordinal())

    def bound(self, question: Question, text: str, upper: bool) -> float:
        """A year or month as a bound means its first day below, its last day above."""
        first = self._first_day(text.strip())
        if not upper:
            return float(first.toordinal())
        parts = text.strip().count("-")
        if parts == 0:
            return float(date(first.year, 12, 31).toordinal())
        if parts == 1:
            next_month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return float(next_month.toordinal() - 1)
        return float(first.toordinal())

    def show_number(self, question: Question, number: float) -> str:
        return date.fromordinal(int(number)).isoformat()

    def sort_key(self, question: Question, value: Value, language: str) -> float | str:
        return float(self._first_day(str(value)).toordinal())

    def order_words(self, descending: bool) -> str:
        return _("nieuw naar oud") if descending else _("oud naar nieuw")

    @staticmethod
    def _first_day(text: str) -> date:
        """The first day of a year, month or day in ISO form; raises NotAnAnswer, also for 31 February."""
        found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text, re.ASCII)
        try:
            if not found:
                raise ValueError
            year, month, day = (int(part) if part else 1 for part in found.groups())
            if not 1800 <= year <= 2200:
                raise ValueError
            return date(year, month, day)
        except ValueError as wrong:
            raise NotAnAnswer(_("“%(value)s” is geen bestaande datum", value=repeatable(text))) from wrong


def _iso_day(text: str) -> str:
    """A day as people write it; what could mean two days is refused, as 1.000 is."""
    try:
        return iso_day(text)
    except TwoDays as wrong:
        raise NotAnAnswer(_("“%(value)s” kan twee dagen zijn; schrijf haar als 2026-11-22", value=text)) from wrong


@kind
class Date(Calendar):
    """A day; stored as 2026-11-22."""

    name = "date"
    input_type = "date"
    label = Text("datum", "date")

    def parse(self, question: Question, raw: object) -> Value:
        text = _iso_day(required(raw))
        if text.count("-") != 2:
            raise NotAnAnswer(_("“%(value)s” is geen datum als 2026-11-22", value=repeatable(text)))
        return self._first_day(text).isoformat()

    def example(self, question: Question, language: str) -> str:
        return Text("31-3-2026", "2026-03-31").in_(language)

    def show(self, question: Question, value: Value, language: str) -> str:
        return format_date(date.fromisoformat(value), "long", locale=LOCALES[language])

    def field(self, question: Question, language: str) -> FormField:
        return DateField(question.label.in_(language))


@kind
class Month(Calendar):
    """A month; stored as 2026-11."""

    name = "month"
    input_type = "month"
    label = Text("maand", "month")

    def parse(self, question: Question, raw: object) -> Value:
        text = iso_month(required(raw))
        if not re.fullmatch(r"\d+-\d+", text, re.ASCII):
            raise NotAnAnswer(_("“%(value)s” is geen maand als 2026-11", value=repeatable(text)))
        return self._first_day(text).isoformat()[:7]

    def example(self, question: Question, language: str) -> str:
        return "2026-03"

    def show(self, question: Question, value: Value, language: str) -> str:
        return format_date(self._first_day(value), "MMMM y", locale=LOCALES[language])

    def field(self, question: Question, language: str) -> FormField:
        return StringField(question.label.in_(language))

    def show_number(self, question: Question, number: float) -> str:
        return super().show_number(question, number)[:7]


@kind
class Year(Calendar):
    """A year; stored as a number."""

    name = "year"
    input_type = "number"
    label = Text("jaar", "year")
    knows = frozenset({"minimum", "maximum"})

    def parse(self, question: Question, raw: object) -> Value:
        text = required(raw)
        if text.count("-"):
            raise NotAnAnswer(_("“%(value)s” is geen jaar als 2026", value=repeatable(text)))
        year = self._first_day(text).year
        if question.minimum is not None and year < question.minimum:
            raise NotAnAnswer(_("%(value)s is minder dan %(limit)s", value=year, limit=int(question.minimum)))
        if question.maximum is not None and year > question.maximum:
            raise NotAnAnswer(_("%(value)s is meer dan %(limit)s", value=year, limit=int(question.maximum)))
        return year

    def example(self, question: Question, language: str) -> str:
        return "2019"

    def field(self, question: Question, language: str) -> FormField:
        return IntegerField(question.label.in_(language))

    def show_number(self, question: Question, number: float) -> str:
        return super().show_number(question, number)[:4]

    @staticmethod
    def _first_day(text: str) -> date:
        try:
            return Calendar._first_day(text)
        except NotAnAnswer as wrong:
            why = _("“%(value)s” is geen jaar van 1800 tot en met 2200", value=repeatable(text))
            raise NotAnAnswer(why) from wrong
