"""The forms of checking and of entering a fact. Labels and messages are in the language of the request."""

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.answers.models import Level, Source, State
from partnerkompas.answers.saying import state_of
from partnerkompas.answers.showing import level_label, product_label
from partnerkompas.criteria.kinds import NotAnAnswer, kind_of
from partnerkompas.criteria.kinds.fields import bound
from partnerkompas.criteria.kinds.texts import web_address
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.evidence.recognising import Refused
from partnerkompas.evidence.uploads import Upload, read, was_chosen
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.reviewing.actions import Seen


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """Checked at a level with what was seen, or a question for the partner."""

    besluit = RadioField()
    niveau = SelectField()
    reden = TextAreaField()

    def __init__(self, posted: MultiDict[str, str], question: Question, may_check: bool = True) -> None:
        super().__init__(posted, besluit="nagekeken")
        self.besluit.label.text = _("Wat vindt u?")
        self.besluit.choices = [
            SelectChoice("nagekeken", _("het klopt met wat ik zag"), render_kw={"data-key": "c"}),
            SelectChoice("vragen", _("ik heb een vraag aan de partner"), render_kw={"data-key": "v"}),
        ]
        levels = range(Level.E2, min(Level.E3, question.highest_level) + 1) if may_check else range(0)
        self.niveau.label.text = _("Bewijsniveau, als het klopt")
        self.niveau.choices = [SelectChoice(str(int(each)), f"E{int(each)}, {level_label(each)}") for each in levels]
        if not self.niveau.choices:
            self.besluit.choices = self.besluit.choices[1:]
            self.besluit.data = "vragen"
            del self.niveau
        self.reden.label.text = _("Wat u zag, of wat u wilt weten")

    def validate_reden(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Schrijf op wat u zag, of wat u wilt weten."))


class EnterForm(FlaskForm):  # type: ignore[misc]
    """A fact from a public page or a register."""

    product = SelectField()
    bron = RadioField()
    adres = StringField()
    gezien_op = DateField()
    gezien = TextAreaField()
    bestand = FileField()

    def __init__(self, posted: MultiDict[str, Any], question: Question, edition: Edition) -> None:
        super().__init__(posted, bron=Source.PUBLIC_PAGE.value, gezien_op=clock.today())
        self.question, self.edition = question, edition
        self.product.label.text = _("Product")
        self.bron.label.text = _("Waar staat het?")
        self.adres.label.text = _("Adres van de pagina")
        self.gezien_op.label.text = _("Gezien op")
        self.gezien.label.text = _("Wat u daar zag")
        self.bestand.label.text = _("Een beeld van de pagina, of een uittreksel")
        self.upload: Upload | None = None
        self.bron.choices = [
            SelectChoice(Source.PUBLIC_PAGE.value, _("op een openbare pagina")),
            SelectChoice(Source.REGISTER.value, _("in een register of bij de uitgever")),
        ]
        options = edition.products.options if edition.products else ()
        self.product.choices = [SelectChoice(each.code, product_label(edition, each.code)) for each in options]
        if not question.per_product:
            del self.product
        self.value = bound(question, "waarde", posted.getlist("waarde"))
        self.value.label.text = _("Antwoord")
        self.state: State = State.STATED
        self.parsed: Any = None

    @property
    def seen(self) -> Seen:
        """What was seen, once the form is valid."""
        return Seen(
            question=self.question,
            product=self.product.data if self.question.per_product else "",
            state=self.state,
            value=self.parsed,
            source=Source(self.bron.data),
            source_url=self.adres.data.strip(),
            evidence=self.gezien.data or "",
            seen_on=self.gezien_op.data,
            upload=self.upload,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        right = self._read_value() and right
        if not right and self.upload is not None:
            self.bestand.errors = [_("Kies het bestand opnieuw: uw browser stuurt het niet vanzelf nog een keer.")]
        return right

    def _read_value(self) -> bool:
        kind, raw = kind_of(self.question), [each for each in self.value.raw_data or [] if str(each).strip()]
        try:
            many = self.value.type == "SelectMultipleField"
            self.parsed = kind.parse(self.question, raw if many else (raw or [""])[0])
        except NotAnAnswer as wrong:
            self.value.errors = [_("Dit kan niet: %(why)s.", why=wrong)]
            self.form_errors.append(_("Het antwoord: %(why)s.", why=wrong))
            return False
        self.state = state_of(self.question, self.parsed)
        return True

    def validate_adres(self, field: Field) -> None:
        try:
            web_address((field.data or "").strip())
        except NotAnAnswer as wrong:
            raise ValidationError(_("Dit kan niet: %(why)s.", why=wrong)) from None

    def validate_gezien_op(self, field: Field) -> None:
        if field.data is None or field.data > clock.today():
            raise ValidationError(_("Vul een dag in die niet meer hoeft te komen."))

    def validate_bestand(self, field: Field) -> None:
        try:
            self.upload = read(field.data) if was_chosen(field.data) else None
        except Refused as why:
            raise ValidationError(str(why)) from None

    def validate_gezien(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Schrijf op wat u gezien hebt."))
