"""A form of one text: a reaction, a reason. Labels and messages are in the language of the request."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, TextAreaField
from wtforms.validators import ValidationError

from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import LONGEST


class WordsForm(FlaskForm):  # type: ignore[misc]
    """One text that must be there; what it is called depends on who writes it."""

    tekst = TextAreaField()

    def __init__(self, posted: MultiDict[str, str], label: str, **given: Any) -> None:
        super().__init__(posted, **given)
        self.tekst.label.text = label

    def validate_tekst(self, field: Field) -> None:
        must_be_there(field)


def must_be_there(field: Field) -> None:
    """Check that a field holds a text, and not a longer one than is kept. Raises ValidationError."""
    if not (field.data or "").strip():
        raise ValidationError(_("Vul bij “%(label)s” iets in.", label=field.label.text))
    if len(field.data) > LONGEST:
        raise ValidationError(_("Gebruik ten hoogste %(n)s tekens.", n=LONGEST))
