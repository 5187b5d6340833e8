"""The pages of challenges and corrections."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.accounts.why_not import why_not
from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer
from partnerkompas.answers.showing import source_label
from partnerkompas.challenging import actions, finding, queries, resting, showing
from partnerkompas.challenging.finding_views import install as install_finding
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra.language import _
from partnerkompas.infra.paging import Part
from partnerkompas.infra.paging import part as part_of
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.words_form import WordsForm
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.reviewing.actions import question_of
from partnerkompas.reviewing.forms import EnterForm

blueprint = Blueprint("challenging", __name__)
leaving.moved.connect(resting.tell)
install_finding(blueprint)


@blueprint.route("/feit/<int:number>/betwist", methods=["GET", "POST"], endpoint="open")
def open_challenge(number: int) -> Response:
    """Say that a fact is wrong."""
    answer, partner = _answer(number)
    require(current_actor(), Permission.ANSWER_CHALLENGE, answer)
    running = queries.at_place_of(answer)
    if running is not None and running.decided_at is None:
        return redirect(url_for("challenging.challenge", number=running.id), 303)
    form = WordsForm(request.form, _("Wat klopt er niet, en waar ziet u dat aan?"))
    if request.method == "POST" and form.validate():
        try:
            made = actions.open_challenge(current_actor(), answer, form.tekst.data)
        except NotAcceptable as wrong:
            form.tekst.errors = [str(wrong)]
        else:
            return redirect(url_for("challenging.challenge", number=made.id), 303)
    page = render_template(
        "challenging/open.html",
        form=form,
        partner=partner,
        about=showing.about(answer),
        says=showing.says(answer),
        source=source_label(answer.source),
        answer=answer,
        days=queries.HEARD_FOR,
        current="partners",
    )
    return make_response(page, 422 if form.errors else 200)


@blueprint.get("/feit/<int:number>/betwisting")
def of_fact(number: int) -> Response:
    """On to the newest challenge of a fact."""
    answer, _partner = _answer(number)
    found = queries.at_place_of(answer)
    if found is None:
        return redirect(url_for("challenging.open", number=number), 303)
    return redirect(url_for("challenging.challenge", number=found.id), 303)


@blueprint.get("/betwisting/<int:number>", endpoint="challenge")
def show(number: int) -> Response:
    """One challenge, for everybody: what is disputed, what the partner says, what was decided."""
    return _page(_found(number))


@blueprint.post("/betwisting/<int:number>/reactie")
def respond(number: int) -> Response:
    """What the partner says to it."""
    challenge = _found(number)
    require(current_actor(), Permission.CHALLENGE_RESPOND, challenge)
    form = WordsForm(request.form, "")
    if form.validate():
        try:
            actions.respond(current_actor(), challenge, form.tekst.data)
        except NotAcceptable as wrong:
            form.tekst.errors = [str(wrong)]
        else:
            return redirect(url_for("challenging.challenge", number=number), 303)
    return _page(challenge, response=form)


@blueprint.post("/betwisting/<int:number>/intrekken")
def withdraw(number: int) -> Response:
    """Whoever opened it takes it back."""
    challenge = _found(number)
    require(current_actor(), Permission.CHALLENGE_WITHDRAW, challenge)
    try:
        actions.withdraw(current_actor(), challenge)
    except NotAcceptable as wrong:
        return _page(challenge, notice=str(wrong))
    return redirect(url_for("challenging.challenge", number=number), 303)


@blueprint.post("/betwisting/<int:number>/besluit")
def decide(number: int) -> Response:
    """Uphold the fact, correct it, take it away, or agree with what the partner answers since."""
    challenge = _found(number)
    require(current_actor(), Permission.CHALLENGE_DECIDE, challenge)
    wrong = answers.by_id(challenge.answer_id)
    assert wrong is not None
    reasons = WordsForm(request.form, "")
    how = request.form.get("besluit", "")
    right = EnterForm(request.form, question_of(wrong), criteria.current_edition()) if how == "corrigeren" else None
    if right is not None and right.question.per_product:
        right.product.data = wrong.product
    if not reasons.validate() or (right is not None and not right.validate()):
        return _page(challenge, reasons=reasons, right=right)
    actor, why_so, read = current_actor(), reasons.tekst.data, request.form.get("antwoord", 0, type=int)
    try:
        if how == "laten":
            actions.uphold(actor, challenge, why_so, read)
        elif how == "overnemen":
            actions.accept(actor, challenge, why_so, read)
        elif how in ("corrigeren", "weghalen"):
            finding.adopt(actor, challenge, why_so, right.seen if right is not None else None, read)
        else:
            raise NotAcceptable(_("Kies een besluit."))
    except NotAcceptable as why:
        reasons.tekst.errors = [str(why)]
        return _page(challenge, reasons=reasons, right=right)
    return redirect(url_for("challenging.challenge", number=number), 303)


@blueprint.get("/correcties")
def corrections() -> str:
    """Every fact that was corrected after a challenge, newest first (row K4)."""
    require(current_actor(), Permission.SITE_READ)
    part = _part("challenging.corrections", queries.how_many_corrections())
    return render_template(
        "challenging/corrections.html",
        notices=ignored(request.args, frozenset({"pagina"})),
        rows=showing.corrected(queries.corrections(part.size, part.offset)),
        part=part,
        current="corrections",
    )


@blueprint.get("/betwistingen")
def overview() -> str:
    """Every fact that is disputed now, with its terms, the most urgent first (row U11)."""
    require(current_actor(), Permission.SITE_READ)
    waiting = queries.how_many_open()
    part = _part("challenging.overview", waiting.lines)
    return render_template(
        "challenging/overview.html",
        notices=ignored(request.args, frozenset({"pagina"})),
        rows=showing.disputed(queries.open_of_listed(part.size, part.offset)),
        part=part,
        total=waiting.total,
        late=waiting.late,
        current="corrections",
    )


def _part(endpoint: str, lines: int) -> Part:
    return part_of(request.args.get("pagina", ""), lines, lambda n: url_for(endpoint, pagina=n))


def _answer(number: int) -> tuple[Answer, Partner]:
    """An answer of a partner that whoever asks may see."""
    found = answers.by_id(number) if number < 2**31 else None
    partner = partners.with_id(found.partner_id) if found is not None else None
    require(current_actor(), Permission.PARTNER_READ, partner)
    assert found is not None
    assert partner is not None
    return found, partner


def _found(number: int) -> Challenge:
    found = queries.by_id(number) if number < 2**31 else None
    require(current_actor(), Permission.CHALLENGE_READ, found)
    assert found is not None
    return found


def _page(
    challenge: Challenge,
    response: WordsForm | None = None,
    reasons: WordsForm | None = None,
    right: EnterForm | None = None,
    notice: str = "",
) -> Response:
    actor, answer = current_actor(), answers.by_id(challenge.answer_id)
    assert answer is not None
    correction = answers.by_id(challenge.correction_id) if challenge.correction_id else None
    is_open = challenge.decided_at is None
    may_decide = is_open and may(actor, Permission.CHALLENGE_DECIDE, challenge)
    fresh: MultiDict[str, str] = MultiDict()
    proposal: Mapping[str, Any] = finding.proposed(challenge) if may_decide else {}
    errors = [form for form in (response, reasons, right) if form is not None and form.errors]
    partner = partners.with_id(challenge.partner_id)
    page = render_template(
        "challenging/challenge.html",
        challenge=challenge,
        partner=partner,
        went_on_in=leaving.leads_to(partner),
        about=showing.about(answer),
        reason=finding.reason(challenge),
        shown=showing.says(answer),
        now=showing.now(challenge),
        correction=showing.says(correction) if correction is not None else "",
        heard_until=queries.heard_until(challenge),
        due_on=queries.due_on(challenge),
        overdue=queries.is_overdue(challenge),
        resting=queries.is_resting(challenge),
        was_heard=queries.was_heard(challenge),
        outcome=showing.outcome_label(challenge, correction),
        standing=answers.newest_at(answer).id,
        by_partner=queries.corrected_by_partner(challenge) if may_decide else None,
        may_respond=is_open and may(actor, Permission.CHALLENGE_RESPOND, challenge),
        may_withdraw=is_open and may(actor, Permission.CHALLENGE_WITHDRAW, challenge),
        may_decide=may_decide,
        why_not=why_not(actor, Permission.CHALLENGE_DECIDE, challenge) if is_open else None,
        is_open=is_open,
        response=response or WordsForm(fresh, _("Uw reactie"), tekst=challenge.response),
        reasons=reasons or WordsForm(fresh, _("Waarom u zo beslist")),
        right=right
        or (EnterForm(MultiDict(proposal), question_of(answer), criteria.current_edition()) if may_decide else None),
        is_proposed=bool(proposal),
        wrong=errors,
        notice=notice,
        current="partners",
    )
    return make_response(page, 422 if errors or notice else 200)
