"""The forms of leaving the directory. Labels and messages are in the language of the request."""

from datetime import timedelta

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable, reason
from partnerkompas.infra.words_form import must_be_there
from partnerkompas.partners import leaving
from partnerkompas.partners.models import LeavingKind


class LeavingForm(FlaskForm):  # type: ignore[misc]
    """Why a partner leaves the directory, and from which day."""

    soort = RadioField(validate_choice=False)
    dag = DateField()
    tekst = TextAreaField()

    def __init__(self, posted: MultiDict[str, str]) -> None:
        super().__init__(posted, dag=clock.today() + timedelta(days=leaving.NOTICE))
        self.soort.label.text = _("De reden")
        self.dag.label.text = _("Uit de gids op")
        self.tekst.label.text = _("Waarom")
        self.soort.choices = [SelectChoice(kind.value, words) for kind, words in leaving.kinds().items()]

    @property
    def kind(self) -> LeavingKind | None:
        """The sort of reason that was chosen, if one was."""
        return LeavingKind(self.soort.data) if self.soort.data in list(LeavingKind) else None

    def validate_soort(self, field: Field) -> None:
        if self.kind is None:
            raise ValidationError(_("Kies een reden."))

    def validate_dag(self, field: Field) -> None:
        if field.data is None:
            field.errors = []  # that of the field itself is in English
            raise ValidationError(_("Vul een dag in."))
        try:
            leaving.check_day(self.kind or LeavingKind.OTHER, field.data)
        except NotAcceptable as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_tekst(self, field: Field) -> None:
        must_be_there(field)
        try:
            reason(field.data, "")
        except NotAcceptable as wrong:
            raise ValidationError(str(wrong)) from None
