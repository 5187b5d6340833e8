"""The pages on which a partner keeps its own facts."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.showing import product_label
from partnerkompas.answers.wording import remarks
from partnerkompas.config import Settings
from partnerkompas.criteria import queries as criteria
from partnerkompas.evidence.uploads import MOST_AT_ONCE
from partnerkompas.infra import clock
from partnerkompas.infra.counting import What
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import queries as partners
from partnerkompas.partners import representing
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.providing import actions, progress, proofs, queries, showing
from partnerkompas.providing.contents import Asked, Place
from partnerkompas.providing.reading import LONGEST_NOTE, Filled, Posted, read
from partnerkompas.providing.signing_views import install as install_signing
from partnerkompas.providing.theirs import their_partner
from partnerkompas.usage import queries as usage
from partnerkompas.usage.showing import weeks_of

blueprint = Blueprint("providing", __name__)
install_signing(blueprint)


@blueprint.record
def check_the_token_here(state: BlueprintSetupState) -> None:
    """Filling in looks at the token itself: when a session ended, what was typed must not be lost (UX-13)."""
    state.app.extensions["csrf"].exempt(fill_in)


@blueprint.url_value_preprocessor
def let_files_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Only on the page of a theme a request may be larger than a form: it holds the files that prove its answers."""
    if endpoint == "providing.fill_in":
        request.max_content_length, request.max_form_parts = MOST_AT_ONCE, MOST_FIELDS


MOST_FIELDS = 10_000
"""A theme asks up to 120 things of a partner with every product, by ten fields each and a box for every choice."""

MOST_MISSING = 10
"""So many of what is missing are named; the themes have the rest."""


@blueprint.get("/partners/<slug>/gegevens")
def overview(slug: str) -> str:
    """What there is to do, theme by theme."""
    partner = their_partner(slug)
    edition = criteria.current_edition()
    asked = queries.asked_of(partner, edition)
    until = clock.today() + timedelta(days=_settings().expiring_days)
    expiring = {place for place, each in asked.items() if actions.is_about_to_expire(each, until)}
    reviews = queries.questions_of_curators(partner.id)
    questioned = {
        place
        for place, each in asked.items()
        if each.answer is not None and each.draft is None and each.answer.id in reviews
    }
    steps = progress.steps(edition, asked.values(), expiring, questioned)
    figures = usage.figures(*What)
    used = figures.all_at_least(What.FILTER)
    left = progress.missing(edition, asked.values(), used)
    return render_template(
        "providing/overview.html",
        notices=ignored(request.args, frozenset()),
        partner=partner,
        steps=steps,
        known=sum(step.known for step in steps),
        asked=sum(step.asked for step in steps),
        drafts=sum(1 for each in asked.values() if each.draft is not None),
        missing=[
            (each.question, product_label(edition, each.product), used.get(each.question.key, 0))
            for each in left[:MOST_MISSING]
        ],
        any_used=bool(used),
        missing_more=max(0, len(left) - MOST_MISSING),
        weeks=weeks_of(figures, slug),
        signatures=queries.signatures(partner.id),
        may_sign=may(current_actor(), Permission.ANSWER_SIGN, partner),
        speaks=representing.seen_by(current_actor(), partner),
        current="partners",
    )


@blueprint.route("/partners/<slug>/gegevens/<theme>", methods=["GET", "POST"])
def fill_in(slug: str, theme: str) -> Response:
    """The questions of a theme; what is right is saved, what is wrong stays as it was typed."""
    posted, sent = request.form, request.files  # before the database is asked: nobody waits while files come in
    partner = partners.by_slug(slug)
    if request.method == "POST" and current_actor().is_visitor and partner is not None and partner.is_listed:
        require(current_actor(), Permission.PARTNER_READ, partner)
        return _session_is_over(partner, theme)
    partner = their_partner(slug)
    if request.method != "POST":
        return _theme_page(partner, theme, _of_theme(partner, theme), None, Filled(), {})
    if not _has_token():
        asked = _of_theme(partner, theme)
        notice = _("Uw sessie was opnieuw begonnen. Er is nog niets bewaard: kijk het na en bewaar het opnieuw.")
        return _theme_page(partner, theme, asked, posted, Filled(), {}, notice, 422)
    found = proofs.chosen(posted, sent)
    with unit_of_work():  # an answer that tells of a fault undoes its transaction, and what is right must stay
        partner = their_partner(slug, hold=True)
        asked = _of_theme(partner, theme)
        kept = proofs.keep(current_actor(), partner, asked.values(), posted, found)
        filled = read(asked.values(), posted, kept, found.faults)
        conflicts = actions.save(current_actor(), partner, filled.given)
    if filled.faults or conflicts:
        partner = their_partner(slug)
        asked = _of_theme(partner, theme)
        notice = _("Het andere is bewaard.")
        return _theme_page(partner, theme, asked, posted, filled, conflicts, notice, 200)
    if posted.get("verder") == "overzicht":
        return redirect(url_for("providing.overview", slug=slug), 303)
    return redirect(url_for("providing.fill_in", slug=slug, theme=theme, bewaard=1), 303)


@blueprint.post("/partners/<slug>/gegevens/<theme>/klopt-nog")
def confirm(slug: str, theme: str) -> Response:
    """Everything of a theme that is about to expire is still correct."""
    partner = their_partner(slug)
    _of_theme(partner, theme)
    actions.confirm(current_actor(), partner, theme, _settings().expiring_days)
    return redirect(url_for("providing.overview", slug=slug), 303)


@blueprint.get("/woordkeus")
def wording() -> Response:
    """What no reader can check in a short text, while it is being written (row U7)."""
    require(current_actor(), Permission.INBOX_OPEN)
    found = remarks(request.args.get("tekst", "")[:LONGEST_NOTE])
    return make_response(jsonify([{"word": each.word, "reason": each.reason} for each in found]))


def _of_theme(partner: Partner, theme: str) -> dict[Place, Asked]:
    asked = {place: each for place, each in queries.asked_of(partner).items() if each.question.theme == theme}
    if not asked:
        raise NotFound
    return asked


def _has_token() -> bool:
    """Whether the form has the token of this session; one of a session that is over is told, and nothing is lost."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _session_is_over(partner: Partner, theme: str) -> Response:
    """Somebody saves whose session ended: what was typed goes into a form that sends it again after signing in."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template(
        "providing/session_over.html",
        partner=partner,
        fields=fields,
        had_files=any(file.filename for file in request.files.values()),
        sign_in=url_for("accounts.sign_in", next=f"/partners/{partner.slug}/gegevens/{theme}"),
        current="partners",
    )
    return make_response(page, 403)


def _theme_page(
    partner: Partner,
    theme: str,
    asked: dict[Place, Asked],
    posted: Posted | None,
    filled: Filled,
    conflicts: dict[Place, Asked],
    notice: str = "",
    status: int = 200,
) -> Response:
    edition = criteria.current_edition()
    shown = next(each for each in edition.themes if each.key == theme)
    keys = [each.key for each in edition.themes]
    place = keys.index(theme)
    page = render_template(
        "providing/theme.html",
        partner=partner,
        theme=shown,
        place=place + 1,
        themes=len(keys),
        next_theme=keys[place + 1] if place + 1 < len(keys) else "",
        questions=showing.questions(
            edition, list(asked.values()), posted, filled, conflicts, queries.questions_of_curators(partner.id)
        ),
        files=proofs.shown(asked.values(), filled.kept),
        faults=filled.faults,
        conflicts=conflicts,
        notice=notice,
        saved="bewaard" in request.args,
        now=clock.now(),
        current="partners",
    )
    return make_response(page, 422 if filled.faults or conflicts else status)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
