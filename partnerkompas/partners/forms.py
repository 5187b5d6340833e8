"""The forms of speaking for a partner. Labels and messages are in the language of the request."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import LONGEST
from partnerkompas.partners.representing import LONGEST_FUNCTION
from partnerkompas.permissions.vocabulary import PartnerRole


def role_label(role: PartnerRole) -> str:
    """What somebody does for the partner, in words."""
    return {
        PartnerRole.EDITOR: _("antwoorden invullen en bijhouden"),
        PartnerRole.SIGNER: _("antwoorden invullen en bijhouden, en namens de partner ondertekenen"),
    }[role]


class ClaimForm(FlaskForm):  # type: ignore[misc]
    """What somebody does at a partner and wants to do here."""

    function = StringField(filters=[lambda text: printable(text or "")])
    role = RadioField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **{"role": PartnerRole.EDITOR.value, **given})
        self.function.label.text = _("Wat doet u bij deze partner?")
        self.role.label.text = _("Wat wilt u hier doen?")
        self.role.choices = [SelectChoice(role.value, role_label(role)) for role in PartnerRole]

    def validate_function(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Vul in wat u bij de partner doet."))
        if len(field.data) > LONGEST_FUNCTION:
            raise ValidationError(_("Gebruik ten hoogste %(n)s tekens.", n=LONGEST_FUNCTION))


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """Why something was granted or refused."""

    note = TextAreaField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.note.label.text = _("Toelichting")

    def validate_note(self, field: Field) -> None:
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("Gebruik ten hoogste %(n)s tekens.", n=LONGEST))
