"""The form of a partner. Labels and messages are in the language of the request."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, RadioField, StringField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.curating.actions import tidied
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners.actions import PlainOffice, PlainPartner
from partnerkompas.partners.models import OfficeRole, PartnerStatus

EMPTY_ROWS = 3
"""So many rows for new offices; saving gives as many again."""
MOST_ROWS = 60


class PartnerForm(FlaskForm):  # type: ignore[misc]
    """Names, number, website, status; its offices are rows beside the fields of WTForms."""

    name = StringField()
    legal_name = StringField()
    kvk_number = StringField()
    website = URLField()
    group_name = StringField()
    status = RadioField()
    sure = BooleanField()

    def __init__(self, posted: MultiDict[str, str], now: PlainPartner, provinces: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            posted,
            name=now.name,
            legal_name=now.legal_name,
            kvk_number=now.kvk_number,
            website=now.website,
            group_name=now.group_name,
            status=now.status.value,
        )
        self.provinces = dict(provinces)
        self.offices = _offices(posted, self.provinces) if "name" in posted else tuple(now.offices)
        self.name.label.text = _("Naam")
        self.legal_name.label.text = _("Statutaire naam")
        self.kvk_number.label.text = _("KvK-nummer")
        self.website.label.text = _("Website")
        self.group_name.label.text = _("Groep")
        self.status.label.text = _("In de gids?")
        self.status.choices = [
            SelectChoice(PartnerStatus.DRAFT.value, _("nog niet: concept")),
            SelectChoice(PartnerStatus.LISTED.value, _("ja")),
        ]
        if now.slug and now.status != PartnerStatus.DRAFT:
            del self.status

    @property
    def given(self) -> PlainPartner:
        """The partner as it was filled in."""
        return PlainPartner(
            slug="",
            name=self.name.data or "",
            legal_name=self.legal_name.data or "",
            kvk_number=self.kvk_number.data or "",
            website=self.website.data or "",
            group_name=self.group_name.data or "",
            status=PartnerStatus(self.status.data) if self.status else PartnerStatus.LISTED,
            offices=self.offices,
        )

    def validate_name(self, field: Field) -> None:
        self._tidied(PlainPartner("", field.data or ""))

    def validate_kvk_number(self, field: Field) -> None:
        self._tidied(PlainPartner("", "x", kvk_number=field.data or ""))

    def validate_website(self, field: Field) -> None:
        self._tidied(PlainPartner("", "x", website=field.data or ""))

    def _tidied(self, given: PlainPartner) -> None:
        try:
            tidied(given)
        except NotAcceptable as wrong:
            raise ValidationError(str(wrong)) from None


def _offices(posted: MultiDict[str, str], provinces: dict[str, str]) -> tuple[PlainOffice, ...]:
    """The rows with a place; an empty place takes its row away."""
    cities = posted.getlist("plaats")[:MOST_ROWS]
    regions, roles = posted.getlist("provincie"), posted.getlist("rol")
    return tuple(
        PlainOffice(
            city=printable(city)[:80],
            province=region if region in provinces else "",
            role=OfficeRole(role) if role in list(OfficeRole) else OfficeRole.OFFICE,
        )
        for city, region, role in zip(cities, regions, roles, strict=False)
        if printable(city)
    )
