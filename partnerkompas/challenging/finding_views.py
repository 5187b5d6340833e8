"""The page on which a curator enters what a public page says: with what stands there now, and what will come of it."""

from typing import Any, NamedTuple

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer, State
from partnerkompas.answers.saying import own_answer
from partnerkompas.answers.showing import product_label, shown, source_label
from partnerkompas.challenging import finding, queries
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.evidence.uploads import MOST_BYTES
from partnerkompas.infra.db import db
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.reviewing.forms import EnterForm

AROUND_THE_FILE = 64 * 1024
"""What the rest of the form of a fact takes."""


def install(blueprint: Blueprint) -> None:
    """Give the blueprint of the room this page."""
    blueprint.add_url_rule("/partners/<slug>/feit", "enter", enter, methods=["GET", "POST"])
    blueprint.url_value_preprocessor(let_a_file_in)


def let_a_file_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Only where a fact is entered a request may be larger than a form."""
    if endpoint == "challenging.enter":
        request.max_content_length = MOST_BYTES + AROUND_THE_FILE


def enter(slug: str) -> Response:
    """Enter a fact from a public page; first which question, then what was seen."""
    actor, partner = current_actor(), partners.by_slug(slug)
    require(actor, Permission.PARTNER_READ, partner)
    assert partner is not None
    require(actor, Permission.FACT_ENTER, partner)
    edition = criteria.current_edition()
    question = edition.by_key.get(request.values.get("criterium", ""))
    if question is None:
        page = render_template(
            "challenging/which.html",
            partner=partner,
            themes=edition.themes,
            questions=edition.questions,
            current="workbench",
        )
        return make_response(page)
    posted: MultiDict[str, Any] = MultiDict()
    if request.method == "POST":
        posted = CombinedMultiDict[str, Any]([request.files, request.form])
    form = EnterForm(posted, question, edition)
    if form.product and request.method != "POST":
        form.product.data = request.args.get("product")
    if request.method == "POST" and form.validate():
        try:
            disputed = finding.find(actor, partner, form.seen)
        except NotAcceptable as wrong:
            form.form_errors.append(str(wrong))
        else:
            if disputed is not None:
                return redirect(url_for("challenging.challenge", number=disputed.id), 303)
            return redirect(url_for("answers.profile", slug=slug, _anchor=question.theme), 303)
    now = _standing(partner, question, edition)
    page = render_template(
        "challenging/enter.html",
        form=form,
        partner=partner,
        question=question,
        now=now,
        closed=not question.per_product and any(each.dispute for each in now) and request.method != "POST",
        days=queries.HEARD_FOR,
        current="workbench",
    )
    return make_response(page, 422 if form.errors else 200)


class Standing(NamedTuple):
    """What stands at a place before a fact is entered there."""

    answer: Answer
    product: str
    says: str
    source: str
    is_theirs: bool
    """Whether the partner says so itself: then another finding is put to the partner first."""
    dispute: Challenge | None
    """What is to be decided before anything is entered there."""


def _standing(partner: Partner, question: Question, edition: Edition) -> list[Standing]:
    """What stands now at the places of a question, and what is disputed there."""
    wanted = answers.newest().where(Answer.partner_id == partner.id, Answer.criterion == question.key)
    found = []
    for each in db.session.scalars(wanted.order_by(Answer.product)).all():
        place = answers.place_of(each)
        dispute = answers.open_challenge_at(place)
        if each.state != State.NOT_STATED or dispute is not None:
            found.append(
                Standing(
                    each,
                    product_label(edition, each.product),
                    shown(question, each),
                    source_label(each.source),
                    own_answer(place) is not None,
                    dispute,
                )
            )
    return found
