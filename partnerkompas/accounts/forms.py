"""The sign-in form."""

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, Field, HiddenField, PasswordField
from wtforms.validators import ValidationError

from partnerkompas.accounts.actions import lower_case
from partnerkompas.accounts.passwords import LONGEST
from partnerkompas.infra.language import _


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Address, password, and where to go afterwards. Labels and messages are in the language of the request."""

    email = EmailField()
    password = PasswordField()
    next = HiddenField()

    def __init__(self, posted: MultiDict[str, str], **given: object) -> None:
        super().__init__(posted, **given)
        self.email.label.text = _("E-mailadres")
        self.password.label.text = _("Wachtwoord")

    def validate_email(self, field: Field) -> None:
        if not lower_case(field.data or ""):
            raise ValidationError(_("Vul een e-mailadres in, zoals naam@voorbeeld.nl."))

    def validate_password(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Vul uw wachtwoord in."))
        if len(field.data) > LONGEST:
            raise ValidationError(_("Een wachtwoord heeft ten hoogste %(n)s tekens.", n=LONGEST))
