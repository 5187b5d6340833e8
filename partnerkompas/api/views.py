"""The read-only API, without a key (rows J2, B8). It asks by the same code as the pages."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.models import Signature
from partnerkompas.answers.plain import plain
from partnerkompas.answers.queries import facts_by_partner, signed
from partnerkompas.api.openapi import description
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria import releases
from partnerkompas.criteria.known_on import known_on, past_day
from partnerkompas.infra import clock
from partnerkompas.infra.kept_answers import may_be_kept
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import repeatable
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Delisting, Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search import order, results, sync
from partnerkompas.search.asking import about_unknown_words, about_words, ask
from partnerkompas.search.choosing import Facet, Value
from partnerkompas.search.printing import Printer, printed_facets
from partnerkompas.search.request import Problem, SearchRequest
from partnerkompas.search.snapshot import Firm
from partnerkompas.site.errors import problem

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

MOST_NAMED = 100
"""A problem document names no more wrong parameters than this."""


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Open data may be read from any page (row J2)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/partners", endpoint="partners")
def list_partners() -> Response:
    """A page of the partners that an address asks for, with the counts of every facet; 400 for what cannot be used."""
    require(current_actor(), Permission.OPENDATA_READ)
    may_be_kept(sync.ready())
    asked = ask(request.args.items(multi=True), picks=False)
    if refused := [each for each in asked.problems if not each.partly]:
        return _refused(refused)
    wanted, snapshot = asked.request, asked.snapshot
    plates = current_app.extensions["plates"]
    facets = (text for _theme, text in printed_facets(plates, _JSON, wanted, asked.matches, _no_url, {}))
    told = {
        "total": asked.matches.total,
        "page": wanted.page,
        "per_page": wanted.per_page,
        "pages": asked.pages,
        "release": snapshot.release,
        "as_of": snapshot.day.isoformat(),
        "behind": asked.ready.behind,
        "notices": [*map(str, asked.problems), *about_words(asked.query), *about_unknown_words(asked)],
        "order": {
            "rule": wanted.sort,
            "seed": order.seed(snapshot.day),
            "explanation": results.order_rule(snapshot.edition, wanted.sort),
        },
        "items": _items(asked.firms()),
    }
    body = f'{json.dumps(told, ensure_ascii=False)[:-1]}, "facets": {{{", ".join(facets)}}}}}\n'
    return Response(body, mimetype="application/json")


def _print_facet(facet: Facet) -> str:
    """A facet as a member of the object of facets."""
    values = ", ".join(_print_value(facet, value, False) for value in facet.values)
    states = ", ".join(_print_value(facet, value, True) for value in facet.states)
    selected = json.dumps([state.code for state in facet.states if state.selected])
    key, label = json.dumps(facet.key), json.dumps(facet.label, ensure_ascii=False)
    return f'{key}: {{"label": {label}, "values": [{values}], "states": {{{states}}}, "states_selected": {selected}}}'


def _print_value(facet: Facet, value: Value, is_state: bool) -> str:
    if value.hole:
        return value.hole
    if is_state:
        return f"{json.dumps(value.code)}: {value.count}"
    told = {"value": value.code, "label": value.label, "count": value.count, "selected": value.selected}
    return json.dumps(told, ensure_ascii=False)


_JSON = Printer("json", _print_facet, _print_value, str, ", ", complete=True)


def _no_url(wanted: SearchRequest) -> str:
    return ""


def _items(firms: Sequence[Firm]) -> list[dict[str, Any]]:
    profile, api = (url_for(name, slug="", _external=True) for name in ("answers.profile", "api.partner"))
    return [
        {
            "slug": firm.slug,
            "name": firm.name,
            "url": profile + firm.slug,
            "api_url": api + firm.slug,
            "known": firm.known,
            "asked": firm.asked,
            "median_age_months": firm.age_months,
        }
        for firm in firms
    ]


@blueprint.get("/partners/<slug>", endpoint="partner")
def show_partner(slug: str) -> Response:
    """The whole profile; `op=YYYY-MM-DD` gives what was known on that day."""
    days = request.args.getlist("op")
    wrong = _unknown({"op"})
    if wrong or (wrong := _wrong_days(days)):
        return _refused(wrong)
    asked = known_on(days[0] if days else None)
    partner = partners.by_slug(slug)
    if left := leaving.left(current_actor(), partner):
        return _left(left, days)
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert partner is not None  # the policy refuses nobody's profile
    ((_id, facts),) = facts_by_partner(asked.edition, asked.day, [partner.id], asked.moment)
    return jsonify(
        **_partner(partner),
        release=asked.release,
        as_of=asked.day.isoformat(),
        signed=_signed(signed(partner.id, asked.moment)),
        answers=[plain(asked.edition, fact) for fact in facts.values()],
    )


def _signed(signature: Signature | None) -> dict[str, Any] | None:
    """The newest release that was signed for a partner, without who signed."""
    if signature is None:
        return None
    day = clock.day_of(signature.signed_at).isoformat()
    return {"number": signature.number, "on": day, "release": signature.release, "statement": signature.statement}


def _left(left: Partner | Delisting, days: list[str]) -> Response:
    """What a program gets that asks for a partner that left the directory: the one it was merged into, or 410."""
    if isinstance(left, Delisting):
        kind = leaving.told_kind(left)
        words = _("De reden: %(kind)s.", kind=leaving.kinds()[kind])
        return problem(410, words, kind=kind.value, delisted_on=_delisted_on(left))
    there = url_for("api.partner", slug=left.slug, op=days or None)
    return Response(status=308, headers={"Location": there, "Cache-Control": "no-cache"})  # a merge can be undone


def _delisted_on(left: Delisting) -> str | None:
    return _iso(left.done_at and clock.day_of(left.done_at))


def _wrong_days(days: list[str]) -> list[Problem]:
    """What is wrong with the days asked for: one at most, and not in the future."""
    try:
        if days and days[0]:
            past_day(days[0], clock.today())
    except ValueError as reason:
        return [Problem("op", repeatable(days[0]), str(reason))]
    return [Problem("op", repeatable(each), _("dit staat twee keer in het adres")) for each in days[1:]]


def _refused(problems: Sequence[Problem]) -> Response:
    """A problem document that names every parameter that cannot be used, and why."""
    errors = [
        {"parameter": each.parameter, "value": each.value, "reason": each.reason} for each in problems[:MOST_NAMED]
    ]
    return problem(400, problems[0].refusal, errors=errors)


def _partner(partner: Partner) -> dict[str, Any]:
    return {
        "slug": partner.slug,
        "name": partner.name,
        "url": url_for("answers.profile", slug=partner.slug, _external=True),
        "legal_name": partner.legal_name,
        "kvk_number": partner.kvk_number,
        "website": partner.website,
        "group": partner.group_name,
        "former_names": [each.name for each in partner.former_names],
        "status": partner.status.value,
        "listed_on": _iso(partner.listed_on),
        "fictional": partner.fictional,
        "offices": [
            {"city": each.city, "province": each.province, "role": each.role.value, "source_url": each.source_url}
            for each in partner.offices
        ],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _unknown(known: set[str]) -> list[Problem]:
    """The parameters that this address does not have."""
    return [
        Problem(repeatable(name), repeatable(value), _("dit onderdeel kennen we niet"))
        for name, value in request.args.items()
        if name not in known
    ]


@blueprint.get("/criteria", endpoint="criteria")
def list_criteria() -> Response:
    """The criteria and code lists in force; takes no parameters."""
    require(current_actor(), Permission.OPENDATA_READ)
    if wrong := _unknown(set()):
        return _refused(wrong)
    number = criteria.current_release_number()
    released_on = _iso(criteria.released_on(number))
    return jsonify(release=number, released_on=released_on, **releases.to_json(criteria.edition_of(number)))


@blueprint.get("/openapi.json", endpoint="openapi")
def describe() -> Response:
    """The description of this API; takes no parameters."""
    require(current_actor(), Permission.OPENDATA_READ)
    if wrong := _unknown(set()):
        return _refused(wrong)
    return jsonify(description(criteria.current_edition(), request.url_root.rstrip("/")))
