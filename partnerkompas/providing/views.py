"""The pages on which a partner keeps its own facts."""

from collections.abc import Sequence
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
from partnerkompas.partners import representing
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import NotAllowed, may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.providing import actions, progress, proofs, queries, showing
from partnerkompas.providing.contents import Asked, Place
from partnerkompas.providing.reading import LONGEST_EVIDENCE, Filled, Posted, read
from partnerkompas.providing.signing_views import install as install_signing
from partnerkompas.providing.theirs import their_partner
from partnerkompas.providing.typed import Typed, apart_from
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
    may_hold = {place for place in expiring if actions.holds_longer_by_confirming(asked[place], until)}
    steps = progress.steps(edition, asked.values(), expiring, may_hold, questioned)
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
    posted = request.form  # before the database is asked: nobody waits while files come in
    if request.method != "POST":
        partner = their_partner(slug)
        return _theme_page(partner, theme, _of_theme(partner, theme), None, Filled(), {})
    if current_actor().is_visitor:
        return _session_is_over(slug, theme)
    try:
        return _save(slug, theme, posted)
    except NotAllowed as refused:
        refused.answer = _not_saved(refused, slug, theme)
        raise


def _save(slug: str, theme: str, posted: Posted) -> Response:
    """Save what was filled in. Raises NotAllowed for who does not speak for the partner (any more)."""
    partner = their_partner(slug)
    asked = _asked_in(partner, theme)
    if not asked:
        kept_text = _not_saved(None, slug, theme)
        if kept_text is None:
            raise NotFound
        return kept_text
    if not _has_token():
        notice = _("Uw sessie was opnieuw begonnen. Er is nog niets bewaard: kijk het na en bewaar het opnieuw.")
        if _had_files():
            notice += " " + _("Kies ook de bestanden opnieuw: die zijn niet bewaard.")
        gone = apart_from(asked, posted)
        return _theme_page(partner, theme, asked, posted, Filled(), {}, notice, 422, gone, is_unsaved=True)
    found = proofs.chosen(posted, request.files)
    with unit_of_work():  # an answer that tells of a fault undoes its transaction, and what is right must stay
        partner = their_partner(slug, hold=True)
        asked = _asked_in(partner, theme)
        kept = proofs.keep(current_actor(), partner, asked.values(), posted, found)
        filled = read(asked.values(), posted, kept, found.faults)
        conflicts = actions.save(current_actor(), partner, filled.given)
    gone = apart_from(asked, posted)
    if filled.faults or conflicts or gone:
        partner = their_partner(slug)
        asked = _of_theme(partner, theme)
        notice = _("Het andere is bewaard.")
        return _theme_page(partner, theme, asked, posted, filled, conflicts, notice, 422, gone)
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
    found = remarks(request.args.get("tekst", "")[:LONGEST_EVIDENCE])
    return make_response(jsonify([{"word": each.word, "reason": each.reason} for each in found]))


def _of_theme(partner: Partner, theme: str) -> dict[Place, Asked]:
    asked = _asked_in(partner, theme)
    if not asked:
        raise NotFound
    return asked


def _asked_in(partner: Partner, theme: str) -> dict[Place, Asked]:
    return {place: each for place, each in queries.asked_of(partner).items() if each.question.theme == theme}


def _has_token() -> bool:
    """Whether the form has the token of this session; one of a session that is over is told, and nothing is lost."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _had_files() -> bool:
    return any(file.filename for file in request.files.values())


def _not_saved(refused: NotAllowed | None, slug: str, theme: str) -> Response | None:
    """What somebody typed who may not save it, or in a theme that is no longer there; None when that is nothing.

    It says nothing of the partner, not even whether there is one.
    """
    typed, had_files = apart_from((), request.form), _had_files()
    if not typed and not had_files:
        return None
    page = render_template(
        "providing/not_saved.html",
        may_not=refused is not None,
        typed=typed,
        had_files=had_files,
        overview=url_for("providing.overview", slug=slug),
        current="partners",
    )
    return make_response(page, 403 if refused is not None and not refused.hidden else 404)


def _session_is_over(slug: str, theme: str) -> Response:
    """Somebody saves whose session ended: what was typed goes into a form that sends it again after signing in.

    The same for every partner, also one that is hidden or was never there.
    """
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template(
        "providing/session_over.html",
        fields=fields,
        had_files=_had_files(),
        sign_in=url_for("accounts.sign_in", next=f"/partners/{slug}/gegevens/{theme}"),
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
    gone: Sequence[Typed] = (),
    *,
    is_unsaved: bool = False,
) -> Response:
    """The form of a theme. `gone` is what was typed at places that are no longer asked; `is_unsaved`: nothing of what
    is on the page was saved."""
    edition = criteria.current_edition()
    shown = next(each for each in edition.themes if each.key == theme)
    keys = [each.key for each in edition.themes]
    place = keys.index(theme)
    files = proofs.shown(asked.values(), filled.kept)
    page = render_template(
        "providing/theme.html",
        partner=partner,
        theme=shown,
        place=place + 1,
        themes=len(keys),
        next_theme=keys[place + 1] if place + 1 < len(keys) else "",
        questions=showing.questions(
            edition, list(asked.values()), posted, filled, conflicts, queries.questions_of_curators(partner.id), files
        ),
        files=files,
        faults=filled.faults,
        conflicts=conflicts,
        gone=gone,
        is_unsaved=is_unsaved,
        notice=notice,
        saved="bewaard" in request.args,
        now=clock.now(),
        current="partners",
    )
    return make_response(page, status)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
