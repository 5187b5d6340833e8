"""The forms of the second step. Labels and messages are in the language of the request."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError

from partnerkompas.infra.language import _


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A code, and where to go afterwards."""

    code = StringField()
    next = HiddenField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.code.label.text = _("Code")

    def validate_code(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Vul de code in."))
        if len(field.data) > 100:
            raise ValidationError(_("Deze code klopt niet."))


class NewAppForm(CodeForm):
    """The first code of a new app, and what to call it."""

    name = StringField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.code.label.text = _("Code die de app nu toont")
        self.name.label.text = _("Naam (mag leeg blijven)")
