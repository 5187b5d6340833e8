"""The forms of signing in. Labels and messages are in the language of the request."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.accounts.passwords import LONGEST
from partnerkompas.accounts.queries import lower_case
from partnerkompas.infra.language import _
from partnerkompas.permissions.vocabulary import Role


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password, and where to go afterwards."""

    password = PasswordField()
    next = HiddenField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.password.label.text = _("Wachtwoord")

    def validate_password(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Vul uw wachtwoord in."))
        if len(field.data) > LONGEST:
            raise ValidationError(_("Een wachtwoord heeft ten hoogste %(n)s tekens.", n=LONGEST))


class EmailForm(FlaskForm):  # type: ignore[misc]
    """One e-mail address."""

    email = EmailField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.email.label.text = _("E-mailadres")

    def validate_email(self, field: Field) -> None:
        address = lower_case(field.data or "")
        if not address:
            raise ValidationError(_("Vul een e-mailadres in, zoals naam@voorbeeld.nl."))
        field.data = address


class SignInForm(PasswordForm, EmailForm):
    """Address, password, and where to go afterwards."""


class RoleForm(EmailForm):
    """Who gets which role."""

    role = SelectField()

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.role.label.text = _("Rol")
        self.role.choices = [SelectChoice(role.value, role_label(role)) for role in Role]


def role_label(role: Role) -> str:
    """A role in words."""
    return {Role.CURATOR: _("curator"), Role.ADMIN: _("beheerder")}[role]
