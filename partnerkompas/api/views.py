"""The read-only API, without a key (rows J2, B8). It asks by the same code as the pages."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.plain import plain
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.api.openapi import description
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria import releases
from partnerkompas.criteria.known_on import known_on
from partnerkompas.infra.language import _
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search import choosing, order, results
from partnerkompas.search.asking import ask
from partnerkompas.search.request import SearchRequest
from partnerkompas.search.snapshot import Column
from partnerkompas.site.errors import problem

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Open data may be read from any page (row J2)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/partners", endpoint="partners")
def list_partners() -> Response:
    require(current_actor(), Permission.OPENDATA_READ)
    asked = ask(request.args.items(multi=True), picks=False)
    if asked.problems:
        first = asked.problems[0]
        detail = _("“%(parameter)s=%(value)s”: %(reason)s.") % {
            "parameter": first.parameter,
            "value": first.value,
            "reason": first.reason,
        }
        errors = [{"parameter": p.parameter, "value": p.value, "reason": p.reason} for p in asked.problems]
        return problem(400, detail, errors=errors)
    wanted, snapshot = asked.request, asked.snapshot
    shuffled = order.seed(snapshot.day)
    return jsonify(
        total=asked.matches.total,
        page=wanted.page,
        per_page=wanted.per_page,
        pages=asked.pages,
        release=snapshot.release,
        as_of=snapshot.day.isoformat(),
        order={"rule": wanted.sort, "seed": shuffled, "explanation": results.order_rule(snapshot.edition, wanted.sort)},
        items=[_item(column) for column in asked.columns()],
        facets={
            facet.key: {
                "label": facet.label,
                "values": [
                    {"value": value.code, "label": value.label, "count": value.count, "selected": value.selected}
                    for value in facet.values
                ],
                "states": {state.code: state.count for state in facet.states},
                "states_selected": [state.code for state in facet.states if state.selected],
            }
            for theme in choosing.themes_of(snapshot, wanted, asked.matches, _no_url, complete=True)
            for facet in theme.facets
        },
    )


def _no_url(wanted: SearchRequest) -> str:
    return ""


def _item(column: Column) -> dict[str, Any]:
    return {
        "slug": column.slug,
        "name": column.name,
        "url": url_for("answers.profile", slug=column.slug, _external=True),
        "api_url": url_for("api.partner", slug=column.slug, _external=True),
        "known": column.summary.known,
        "asked": column.summary.asked,
        "median_age_months": column.summary.age_months,
    }


@blueprint.get("/partners/<slug>", endpoint="partner")
def show_partner(slug: str) -> Response:
    """The whole profile; `op=YYYY-MM-DD` gives what was known on that day."""
    unknown = sorted(set(request.args) - {"op"})
    if unknown:
        return problem(
            400, _("dit onderdeel kennen we niet: %(name)s", name=unknown[0][:60]), parameter=unknown[0][:60]
        )
    if len(request.args.getlist("op")) > 1:
        return problem(400, _("“op” staat er meer dan eens"), parameter="op")
    asked = known_on(request.args.get("op"))
    if asked.notices:
        return problem(400, asked.notices[0], parameter="op")
    partner = partners.by_slug(slug)
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert partner is not None  # the policy refuses nobody's profile
    ((_id, facts),) = facts_by_partner(asked.edition, asked.day, [partner.id], asked.moment)
    return jsonify(
        **_partner(partner),
        release=asked.release,
        as_of=asked.day.isoformat(),
        answers=[plain(asked.edition, fact) for fact in facts.values()],
    )


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


@blueprint.get("/criteria", endpoint="criteria")
def list_criteria() -> Response:
    require(current_actor(), Permission.OPENDATA_READ)
    number = criteria.current_release_number()
    released = next((each.released_on for each in criteria.all_releases() if each.number == number), None)
    return jsonify(release=number, released_on=_iso(released), **releases.to_json(criteria.edition_of(number)))


@blueprint.get("/openapi.json", endpoint="openapi")
def describe() -> Response:
    require(current_actor(), Permission.OPENDATA_READ)
    return jsonify(description(criteria.current_edition(), request.url_root.rstrip("/")))
