"""One record about a partner: what may stand in it, and what it becomes."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from partnerkompas.criteria.questions import Edition, OptionList
from partnerkompas.exchange import cells, checks
from partnerkompas.exchange.checks import Refused
from partnerkompas.infra.language import _
from partnerkompas.partners.actions import PlainOffice
from partnerkompas.partners.models import OfficeRole, PartnerStatus

COLUMNS = (
    "slug",
    "name",
    "legal_name",
    "kvk_number",
    "website",
    "group",
    "status",
    "listed_on",
    "fictional",
    "former_names",
    "offices",
)
NEEDED = ("slug", "name")
STATUSES = tuple(status.value for status in PartnerStatus)
ROLES = tuple(role.value for role in OfficeRole)
OFFICE_PARTS = ("city", "province", "role", "source_url")
PROVINCES = "provincies"
"""Key of the code list that the province of an office comes from."""


def parsed(values: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """The fields of a partner that a record gives, checked; a column that is not there is left out. Raises Refused."""
    name = checks.needed("name", checks.line("name", values.get("name")))
    found: dict[str, Any] = {"slug": _slug(values.get("slug")), "name": name}
    readers: dict[str, Callable[[str, Any], Any]] = {
        "legal_name": checks.line,
        "kvk_number": _kvk_number,
        "website": checks.address,
        "group": checks.line,
        "status": lambda column, raw: PartnerStatus(checks.one_of(column, raw, STATUSES, "listed")),
        "listed_on": checks.past_day,
        "fictional": checks.truth,
        "former_names": _former_names,
        "offices": lambda column, raw: _offices(raw, edition.list_by_key.get(PROVINCES)),
    }
    for column, read in readers.items():
        if column in values:
            found["group_name" if column == "group" else column] = read(column, values[column])
    return found


def _slug(raw: Any) -> str:
    slug = checks.needed("slug", checks.text("slug", raw))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 80:
        raise Refused("slug", slug, _("alleen kleine letters, cijfers en streepjes; ten hoogste 80 tekens"))
    return slug


def _kvk_number(column: str, raw: Any) -> str:
    number = checks.text(column, raw)
    if number and not re.fullmatch(r"[0-9]{8}", number):
        raise Refused(column, number, _("een KvK-nummer heeft acht cijfers"))
    return number


def _former_names(column: str, raw: Any) -> tuple[str, ...]:
    given = raw if isinstance(raw, list) else cells.texts_of(checks.text(column, raw))
    return tuple(dict.fromkeys(filter(None, (checks.line(column, each) for each in given))))


def _offices(raw: Any, provinces: OptionList | None) -> tuple[PlainOffice, ...]:
    """Offices as a list of groups, or as written in one cell: city;province;role, with | between offices."""
    if not isinstance(raw, list):
        written = checks.text("offices", raw)
        raw = [part for part in cells.parts_of(written) if part] if written else []
    return tuple(_office(each, provinces) for each in raw)


def _office(raw: Any, provinces: OptionList | None) -> PlainOffice:
    if not isinstance(raw, dict):
        parts = cells.texts_of(checks.text("offices", raw), ";")
        if len(parts) > len(OFFICE_PARTS):
            raise Refused("offices", raw, _("een vestiging is plaats;provincie;rol"))
        raw = dict(zip(OFFICE_PARTS, parts, strict=False))
    if unknown := set(raw) - set(OFFICE_PARTS):
        raise Refused("offices", ", ".join(sorted(unknown)), _("dit hoort niet bij een vestiging"))
    province = checks.text("offices", raw.get("province"))
    if province and provinces:
        code = province if province in provinces.by_code else provinces.labels.get(province.casefold())
        if code is None:
            raise Refused("offices", province, _("deze provincie staat niet in de lijst"))
        province = code
    return PlainOffice(
        city=checks.needed("offices", checks.line("offices", raw.get("city"))),
        province=checks.line("offices", province, 20),
        role=OfficeRole(checks.one_of("offices", raw.get("role"), ROLES, "office")),
        source_url=checks.address("offices", raw.get("source_url")),
    )
