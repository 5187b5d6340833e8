"""The forms of getting an account, and of organisations. Labels and messages are in the language of the request."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.accounts.actions import LONGEST_NAME, WeakPassword
from partnerkompas.accounts.models import Level
from partnerkompas.accounts.passwords import SHORTEST, at_a_glance
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership.actions import PlainOrganisation, plain, tidied
from partnerkompas.membership.models import Organisation


def level_label(level: str) -> str:
    """A level in words; nothing for none."""
    return {
        "": "",
        Level.OPERATIONAL: _("operationeel: ik werk ermee"),
        Level.TACTICAL: _("tactisch: ik stuur het aan"),
        Level.BOARD: _("directie of bestuur"),
    }[level]


class LevelForm(FlaskForm):  # type: ignore[misc]
    """From which level a member speaks."""

    level = RadioField(validate_choice=False)

    def __init__(self, posted: MultiDict[str, str], **given: Any) -> None:
        super().__init__(posted, **given)
        self.level.label.text = _("Vanuit welk niveau praat u mee?")
        self.level.choices = [SelectChoice(level.value, level_label(level)) for level in Level]

    def validate_level(self, field: Field) -> None:
        if field.data not in list(Level):
            raise ValidationError(_("Kies vanuit welk niveau u meepraat."))


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password for an address. Whether it is easily guessed is for the action, as weighing that costs work."""

    password = PasswordField()

    def __init__(self, posted: MultiDict[str, str], email: str, **given: Any) -> None:
        super().__init__(posted, **given)
        self.address = email
        self.password.label.text = _("Nieuw wachtwoord")

    @property
    def hint(self) -> str:
        return _("Ten minste %(n)s tekens, bijvoorbeeld vier losse woorden. Plakken mag.", n=SHORTEST)

    def validate_password(self, field: Field) -> None:
        if why := at_a_glance(field.data or "", self.address):
            raise ValidationError(why)

    def refuse(self, weak: WeakPassword) -> None:
        """Say with the field why the action did not take its password."""
        self.password.errors = [str(weak)]


class NewAccountForm(NewPasswordForm):
    """A password and a name for a new account."""

    name = StringField()

    def __init__(self, posted: MultiDict[str, str], email: str, **given: Any) -> None:
        super().__init__(posted, email, **given)
        self.password.label.text = _("Kies een wachtwoord")
        self.name.label.text = _("Uw naam (mag leeg blijven)")

    def validate_name(self, field: Field) -> None:
        if len(field.data or "") > LONGEST_NAME:
            raise ValidationError(_("Een naam heeft ten hoogste %(n)s tekens.", n=LONGEST_NAME))


class NewMemberForm(NewAccountForm, LevelForm):
    """The same for a member of an organisation."""


class OrganisationForm(FlaskForm):  # type: ignore[misc]
    """An organisation; sectors and sizes are (code, label) pairs of the code lists."""

    name = StringField()
    sector = SelectField()
    size = SelectField()
    domains = TextAreaField()

    def __init__(
        self,
        posted: MultiDict[str, str],
        organisation: Organisation | None,
        sectors: list[tuple[str, str]],
        sizes: list[tuple[str, str]],
    ) -> None:
        now = plain(organisation) if organisation else PlainOrganisation("")
        super().__init__(posted, name=now.name, sector=now.sector, size=now.size, domains="\n".join(now.domains))
        self.name.label.text = _("Naam")
        self.sector.label.text = _("Branche")
        self.size.label.text = _("Omvang")
        self.domains.label.text = _("Domeinen van e-mailadressen")
        self.sector.choices = [SelectChoice(*each) for each in [("", _("niet opgegeven")), *sectors]]
        self.size.choices = [SelectChoice(*each) for each in [("", _("niet opgegeven")), *sizes]]

    @property
    def given(self) -> PlainOrganisation:
        return PlainOrganisation(
            self.name.data or "", self.sector.data or "", self.size.data or "", (self.domains.data or "").split()
        )

    def validate_name(self, field: Field) -> None:
        self._tidied(PlainOrganisation(field.data or ""))

    def validate_domains(self, field: Field) -> None:
        self._tidied(PlainOrganisation("x", domains=(field.data or "").split()))

    def _tidied(self, given: PlainOrganisation) -> None:
        try:
            tidied(given)
        except NotAcceptable as wrong:
            raise ValidationError(str(wrong)) from None
