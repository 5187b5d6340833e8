"""The form that names a search, to keep it or to rename it."""

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError

from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.saved.actions import tidied


class NameForm(FlaskForm):  # type: ignore[misc]
    """A name, and the request that gets it when it is new. Labels and messages are in the language of the request."""

    naam = StringField(filters=[lambda name: printable(name or "")])
    zoekvraag = HiddenField()

    def __init__(self, posted: MultiDict[str, str], **given: object) -> None:
        super().__init__(posted, **given)
        self.naam.label.text = _("Naam")

    def validate_naam(self, field: Field) -> None:
        try:
            tidied(field.data or "")
        except NotAcceptable as wrong:
            raise ValidationError(str(wrong)) from None
