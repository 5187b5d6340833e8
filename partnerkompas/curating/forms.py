"""The form of a partner. Labels and messages are in the language of the request."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from partnerkompas.curating.actions import tidied
from partnerkompas.curating.versions import version_of
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import printable
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners.actions import PlainOffice, PlainPartner
from partnerkompas.partners.models import OfficeRole, PartnerStatus

EMPTY_ROWS = 3
"""So many rows for new offices; saving gives as many again."""
MOST_ROWS = 60
"""So many offices can be filled in, unless a partner has more already."""


def status_label(status: PartnerStatus) -> str:
    """Whether a partner is in the directory, in words."""
    return {
        PartnerStatus.DRAFT: _("nog niet: concept"),
        PartnerStatus.LISTED: _("ja"),
        PartnerStatus.DELISTED: _("niet meer"),
    }[status]


class PartnerForm(FlaskForm):  # type: ignore[misc]
    """Names, number, website, status; its offices are rows beside the fields of WTForms."""

    name = StringField()
    legal_name = StringField()
    kvk_number = StringField()
    website = URLField()
    group_name = StringField()
    status = RadioField()
    sure = BooleanField()
    versie = HiddenField()

    def __init__(self, posted: MultiDict[str, str], now: PlainPartner, provinces: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            posted,
            name=now.name,
            legal_name=now.legal_name,
            kvk_number=now.kvk_number,
            website=now.website,
            group_name=now.group_name,
            status=now.status.value,
            versie=version_of(now),
        )
        self.now = now
        self.version = posted.get("versie", "")
        unlisted = {each.province: each.province for each in now.offices if each.province}
        self.provinces = unlisted | dict(provinces)
        most = max(MOST_ROWS, len(now.offices) + EMPTY_ROWS)
        self.offices = _offices(posted, self.provinces, most) if "name" in posted else tuple(now.offices)
        self.name.label.text = _("Naam")
        self.legal_name.label.text = _("Statutaire naam")
        self.kvk_number.label.text = _("KvK-nummer")
        self.website.label.text = _("Website")
        self.group_name.label.text = _("Groep")
        self.status.label.text = _("In de gids?")
        self.status.choices = [
            SelectChoice(each.value, status_label(each)) for each in (PartnerStatus.DRAFT, PartnerStatus.LISTED)
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
            status=PartnerStatus(self.status.data) if self.status else self.now.status,
            offices=self.offices,
        )

    def validate_name(self, field: Field) -> None:
        self._tidied(name=field.data or "")

    def validate_legal_name(self, field: Field) -> None:
        self._tidied(legal_name=field.data or "")

    def validate_kvk_number(self, field: Field) -> None:
        self._tidied(kvk_number=field.data or "")

    def validate_website(self, field: Field) -> None:
        self._tidied(website=field.data or "")

    def validate_group_name(self, field: Field) -> None:
        self._tidied(group_name=field.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Also the rows of offices, which are no field: what is wrong with them stands above the form."""
        right = super().validate(extra_validators)
        try:
            self._tidied(offices=self.offices)
        except ValidationError as wrong:
            self.form_errors.append(str(wrong))
            return False
        return bool(right)

    def _tidied(self, **given: Any) -> None:
        try:
            tidied(PlainPartner(**{"slug": "", "name": "x", **given}), self.now)
        except NotAcceptable as wrong:
            raise ValidationError(str(wrong)) from None


def _offices(posted: MultiDict[str, str], provinces: dict[str, str], most: int) -> tuple[PlainOffice, ...]:
    """The rows with a place; an empty place takes its row away."""
    cities = posted.getlist("plaats")[:most]
    regions, roles = posted.getlist("provincie"), posted.getlist("rol")
    return tuple(
        PlainOffice(
            city=printable(city),
            province=region if region in provinces else "",
            role=OfficeRole(role) if role in list(OfficeRole) else OfficeRole.OFFICE,
        )
        for city, region, role in zip(cities, regions, roles, strict=False)
        if printable(city)
    )
