"""The pages on which curators check answers."""

from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.accounts.why_not import why_not
from partnerkompas.answers import queries as answers
from partnerkompas.answers.models import Answer
from partnerkompas.answers.showing import product_label, shown
from partnerkompas.answers.wording import remarks
from partnerkompas.criteria import queries as criteria
from partnerkompas.evidence import queries as evidence
from partnerkompas.evidence.showing import view as file_view
from partnerkompas.infra import clock
from partnerkompas.infra.language import language
from partnerkompas.infra.paging import part as part_of
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.reviewing import actions, queries
from partnerkompas.reviewing.forms import ReviewForm
from partnerkompas.reviewing.showing import compared

blueprint = Blueprint("reviewing", __name__)

MOST_AROUND = 200
"""So many of the answers that wait are taken one after the other; the next come as these go."""


@blueprint.get("/werkbank/antwoorden")
def overview() -> str:
    """What partners stated and nobody looked at, by partner, oldest first."""
    require(current_actor(), Permission.WORKBENCH_OPEN)
    total = queries.how_many_wait(clock.now()).total
    part = part_of(request.args.get("pagina", ""), total, lambda n: url_for("reviewing.overview", pagina=n))
    found = queries.part(part.size, part.offset)
    names = partners.names_of({each.partner_id for each in found})
    edition = criteria.current_edition()
    groups = [
        (
            names[partner_id],
            [
                (
                    each,
                    actions.question_of(each, edition).label.in_(language()),
                    product_label(edition, each.product),
                    may(current_actor(), Permission.ANSWER_VERIFY, each),
                )
                for each in group
            ],
        )
        for partner_id, group in groupby(found, key=lambda each: each.partner_id)
    ]
    return render_template(
        "reviewing/overview.html",
        notices=ignored(request.args, frozenset({"pagina"})),
        groups=groups,
        total=total,
        part=part,
        current="workbench",
    )


@blueprint.route("/antwoord/<int:number>/nakijken", methods=["GET", "POST"])
def review(number: int) -> Response:
    """One answer with what stood there before and its proof; then on to the next that waits."""
    actor, answer = current_actor(), _found(number)
    may_verify = may(actor, Permission.ANSWER_VERIFY, answer)
    question = actions.question_of(answer)
    form = ReviewForm(request.form, question, request.method == "POST" or queries.waits(answer))
    if request.method == "POST":
        require(actor, Permission.ANSWER_VERIFY, answer)
        if form.validate():
            following = _beside(answer).following
            try:
                if form.besluit.data == "vragen":
                    actions.ask(actor, answer, form.reden.data or "")
                else:
                    actions.check(actor, answer, int(form.niveau.data), form.reden.data or "")
            except NotAcceptable as wrong:
                form.reden.errors = [str(wrong)]
            else:
                if following is None:
                    return redirect(url_for("workbench.overview", _anchor="antwoorden"), 303)
                return redirect(url_for("reviewing.review", number=following), 303)
    before = answers.by_id(answer.supersedes_id) if answer.supersedes_id else None
    file = evidence.file(answer.file_id) if answer.file_id is not None else None
    page = render_template(
        "reviewing/review.html",
        form=form,
        file=file_view(file) if file is not None else None,
        may_open=file is not None and may(actor, Permission.EVIDENCE_READ, file),
        answer=answer,
        partner=partners.with_id(answer.partner_id),
        question=question,
        product=product_label(criteria.current_edition(), answer.product),
        shown=shown(question, answer),
        compared=compared(question, answer, before),
        stands=answers.stands(answer),
        reviews=queries.reviews(answer),
        may_verify=may_verify,
        why_not=why_not(actor, Permission.ANSWER_VERIFY, answer),
        remarks=remarks(answer.note),
        remarks_seen=() if answer.checked_on else remarks(answer.evidence),
        beside=_beside(answer),
        current="workbench",
    )
    return make_response(page, 422 if form.errors else 200)


class Beside(NamedTuple):
    """Where an answer stands among those that this curator may check, in their turn."""

    place: int
    """1 for the first; 0 when it does not wait."""
    total: int
    previous: int | None
    next: int | None
    following: int | None
    """The next, and after the last one the first: so that nothing is left."""


def _beside(answer: Answer) -> Beside:
    actor = current_actor()
    turn = [each.id for each in queries.part(MOST_AROUND, 0) if may(actor, Permission.ANSWER_VERIFY, each)]
    if answer.id not in turn:
        first = turn[0] if turn else None
        return Beside(0, len(turn), None, first, first)
    place = turn.index(answer.id)
    before, after = turn[:place], turn[place + 1 :]
    return Beside(
        place=place + 1,
        total=len(turn),
        previous=before[-1] if before else None,
        next=after[0] if after else None,
        following=(after + before)[0] if after or before else None,
    )


def _found(number: int) -> Answer:
    found = answers.by_id(number) if number < 2**31 else None
    require(current_actor(), Permission.ANSWER_REVIEW_READ, found)
    assert found is not None
    return found
