"""The forms of the own page. Labels and messages are in the language of the request."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.accounts.actions import LONGEST_NAME
from partnerkompas.accounts.models import Account, Level
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.membership.forms import level_label
from partnerkompas.partners.interests import LONGEST_NOTE, kinds


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """Name, language of mail, and for a member the level."""

    name = StringField()
    language = RadioField(choices=[SelectChoice("nl", "Nederlands"), SelectChoice("en", "English")])
    level = RadioField(validate_choice=False)

    def __init__(self, posted: MultiDict[str, str], account: Account) -> None:
        super().__init__(posted, name=account.name, language=account.language, level=account.level)
        self.name.label.text = _("Naam (mag leeg blijven)")
        self.language.label.text = _("Taal van berichten")
        self.level.label.text = _("Vanuit welk niveau praat u mee?")
        self.level.choices = [SelectChoice(level.value, level_label(level)) for level in Level]
        if account.organisation_id is None:
            del self.level

    def validate_name(self, field: Field) -> None:
        if len(field.data or "") > LONGEST_NAME:
            raise ValidationError(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))

    def validate_level(self, field: Field) -> None:
        if field.data not in list(Level):
            raise ValidationError(_("Kies vanuit welk niveau u meepraat."))


class InterestForm(FlaskForm):  # type: ignore[misc]
    """A tie to a partner."""

    partner = StringField(filters=[lambda text: printable(text or "")])
    kind = SelectField(validate_choice=False)
    note = StringField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.partner.label.text = _("Partner")
        self.kind.label.text = _("Wat voor belang")
        self.note.label.text = _("Toelichting (mag leeg blijven)")
        self.kind.choices = [SelectChoice(*each) for each in [("", _("kies")), *kinds().items()]]

    def validate_kind(self, field: Field) -> None:
        if field.data not in kinds():
            raise ValidationError(_("Kies wat voor belang het is."))

    def validate_note(self, field: Field) -> None:
        if len(field.data or "") > LONGEST_NOTE:
            raise ValidationError(_("Een toelichting heeft ten hoogste %(n)s tekens.", n=LONGEST_NOTE))
