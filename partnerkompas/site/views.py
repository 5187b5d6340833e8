"""The pages about the site itself: home, method, about; and what machines ask."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from partnerkompas.accounts.session import current_actor
from partnerkompas.criteria import showing
from partnerkompas.criteria.known_on import known_on
from partnerkompas.criteria.views import criterion_url, release_in_force
from partnerkompas.infra import clock, migrate
from partnerkompas.infra.db import db
from partnerkompas.infra.kept_answers import may_be_kept
from partnerkompas.infra.language import _
from partnerkompas.infra.logs import log
from partnerkompas.infra.parameters import ignored
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search import order, sync
from partnerkompas.search.facets import matches
from partnerkompas.search.provinces import map_of_provinces
from partnerkompas.search.request import NEUTRAL, SearchRequest
from partnerkompas.site import agreement, independence
from partnerkompas.site import counting as counting
from partnerkompas.site import freshness as ages
from partnerkompas.site import home as front
from partnerkompas.site import method as rules

blueprint = Blueprint("site", __name__)

ROBOTS = """User-agent: *
Disallow: /partners?
Disallow: /partners.csv
Disallow: /suggesties
Disallow: /vergelijk
Disallow: /inloggen
Disallow: /en/partners?
Disallow: /en/partners.csv
Disallow: /en/suggesties
Disallow: /en/vergelijk
Disallow: /en/inloggen
"""
"""A filtered list and a comparison have more addresses than anybody should fetch; each partner has its page."""


@blueprint.record
def install(setup: BlueprintSetupState) -> None:
    """Each application keeps how old the answers of its partners are."""
    setup.app.extensions["freshness"] = ages.Kept()


@blueprint.app_context_processor
def contact() -> dict[str, str]:
    """Where the user group can be reached."""
    return {"contact_address": current_app.extensions["settings"].contact}


@blueprint.app_context_processor
def warning() -> dict[str, Any]:
    """Whether every page must say that there are invented partners.

    Pages of errors come by here too: whatever is wrong, they must be shown.
    """
    try:
        return {"fictional_notice": sync.ready().snapshot.firms.any_fictional}
    except Exception:
        log.exception("whether there are invented partners cannot be told")
        return {"fictional_notice": False}


@blueprint.get("/")
def home() -> str:
    """The title page: search, and how much there is to find."""
    require(current_actor(), Permission.SITE_READ)
    ready, everyone = sync.ready().snapshot, SearchRequest()
    themes = showing.themes(ready.edition, lambda key: url_for("criteria.detail", key=key))

    def found(wanted: SearchRequest) -> str:
        return wanted.address(url_for("search.partners"))

    return render_template(
        "site/home.html",
        notices=ignored(request.args, frozenset()),
        partners=ready.everyone.bit_count(),
        criteria=len(ready.edition.questions),
        facts=front.answers_given(ready),
        provinces=map_of_provinces(everyone, matches(ready, (), ready.everyone), found),
        themes=[
            (theme.name, url_for("criteria.overview", _anchor=f"thema-{place}"), len(theme.criteria))
            for place, theme in enumerate(themes, 1)
        ],
        products=front.products(ready, found),
        oldest=front.oldest(ready, lambda slug, theme: url_for("answers.profile", slug=slug, _anchor=theme)),
        seed=order.seed(ready.day),
        current="home",
    )


@blueprint.get("/methode")
def method() -> str:
    """How everything comes about, from the rules and settings in force."""
    require(current_actor(), Permission.SITE_READ)
    ready, asked = sync.ready().snapshot, known_on(None)
    return render_template(
        "site/method.html",
        notices=ignored(request.args, frozenset()),
        rule=rules.order_rule(),
        seed=order.seed(ready.day),
        recipe=rules.order_recipe(ready),
        states=rules.states(ready.edition, ready.day, criterion_url(asked)),
        levels=rules.levels(),
        drop_rule=rules.drop_rule(),
        facets_rule=rules.facets_rule(),
        uses=rules.uses(),
        thresholds=rules.thresholds(current_app.extensions["settings"].expiring_days),
        dates=rules.dates(ready),
        shares=independence.shares(),
        release=release_in_force(asked),
        current="method",
    )


@blueprint.get("/actualiteit")
def freshness() -> str:
    """How old answers are and how many have expired, by partner and by criterion; `sort=` orders both tables."""
    require(current_actor(), Permission.SITE_READ)
    ready, asked = sync.ready(), request.args.get("sort", NEUTRAL)
    may_be_kept(ready)
    sort = asked if asked in ages.SORTS else NEUTRAL
    kept: ages.Kept = current_app.extensions["freshness"]
    told = kept.ledger(ready)

    def sorted_by(name: str) -> str:
        return url_for("site.freshness", sort=name)

    return render_template(
        "site/freshness.html",
        notices=(
            *ignored(request.args, frozenset({"sort"})),
            *([] if asked == sort else [_("Zo kunnen deze tabellen niet worden geordend.")]),
        ),
        day=told.day,
        seed=order.seed(told.day),
        sort=sort,
        neutral_url=url_for("site.freshness"),
        partners=ages.partner_rows(told, sort, lambda slug: url_for("answers.profile", slug=slug)),
        criteria=ages.criterion_rows(told, sort, lambda key: url_for("criteria.detail", key=key)),
        partner_columns=ages.columns(_("Partner"), sort, sorted_by),
        criterion_columns=ages.columns(_("Criterium"), sort, sorted_by),
        current="freshness",
    )


@blueprint.get("/over")
def about() -> str:
    """Who makes this, and what it does not do."""
    require(current_actor(), Permission.SITE_READ)
    return render_template("site/about.html", current="about", notices=ignored(request.args, frozenset()))


@blueprint.get("/spelregels")
def rules_of_play() -> str:
    """What partners and the user group may expect of each other, and since when (R28, R30)."""
    require(current_actor(), Permission.SITE_READ)
    return render_template(
        "site/rules.html",
        changes=agreement.CHANGES[::-1],
        today=clock.today(),
        current="rules",
        notices=ignored(request.args, frozenset()),
    )


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers."""
    require(current_actor(), Permission.SITE_READ)
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readiness() -> tuple[Response, int]:
    """Whether it can serve: the database answers and has the right form, and the words index is in step."""
    require(current_actor(), Permission.SITE_READ)
    told = {"database": False, "migrations": False, "index": False}
    try:
        db.session.execute(select(1))
        told["database"] = True
        told["migrations"] = migrate.is_current()
        told["index"] = told["migrations"] and sync.in_step()
    except (SQLAlchemyError, OSError):
        log.exception("not ready")
    return jsonify(told), 200 if all(told.values()) else 503


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What programs that read the whole web should leave alone."""
    require(current_actor(), Permission.SITE_READ)
    return Response(ROBOTS, mimetype="text/plain")
