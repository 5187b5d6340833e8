"""The pages of leaving the directory: announce it, answer it, withdraw it or list the partner again."""

from collections.abc import Callable

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.accounts.why_not import why_not
from partnerkompas.answers import queries as answers
from partnerkompas.answers.showing import product_label
from partnerkompas.criteria import queries as criteria
from partnerkompas.curating.leaving_forms import LeavingForm
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.infra.paging import part
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.infra.words_form import WordsForm
from partnerkompas.partners import leaving, objecting, queries, requested
from partnerkompas.partners.models import Delisting, LeavingKind, PartnerStatus
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Actor, Permission


def install(blueprint: Blueprint) -> None:
    """Give the blueprint of the room these pages."""
    blueprint.add_url_rule("/werkbank/uitschrijvingen", "delistings", overview)
    blueprint.add_url_rule("/werkbank/partners/<slug>/uitschrijven", "delist", delist, methods=["GET", "POST"])
    blueprint.add_url_rule("/uitschrijving/<int:number>", "delisting", show)
    blueprint.add_url_rule("/uitschrijving/<int:number>/reactie", "respond", respond, methods=["POST"])
    blueprint.add_url_rule("/uitschrijving/<int:number>/bevestigen", "confirm_delisting", confirm, methods=["POST"])
    blueprint.add_url_rule("/uitschrijving/<int:number>/doorgaan", "uphold_delisting", uphold, methods=["POST"])
    blueprint.add_url_rule("/uitschrijving/<int:number>/ongedaan", "end_delisting", end, methods=["POST"])


def overview() -> str:
    """Who leaves the directory and who left, with what the partner says to it."""
    require(current_actor(), Permission.PARTNERS_CURATE)
    which = part(request.args.get("pagina", ""), leaving.how_many(), lambda n: url_for("curating.delistings", pagina=n))
    rows = leaving.every(which.size, which.offset)
    names = queries.names_of({each.partner_id for each in rows})
    return render_template(
        "curating/delistings.html",
        notices=ignored(request.args, frozenset({"pagina"})),
        part=which,
        rows=[(each, names[each.partner_id][1], stand(each)) for each in rows],
        current="workbench",
    )


def delist(slug: str) -> Response:
    """Announce that a partner leaves the directory."""
    actor, partner = current_actor(), queries.by_slug(slug)
    require(actor, Permission.PARTNER_READ, partner)
    assert partner is not None
    require(actor, Permission.DELISTING_DECIDE, partner)
    if (running := leaving.of_partner(partner)) is not None:
        return redirect(url_for("curating.delisting", number=running.id), 303)
    form = LeavingForm(request.form)
    if request.method == "POST" and form.validate():
        assert form.kind is not None
        try:
            made = leaving.announce(actor, partner, form.kind, form.tekst.data, form.dag.data)
        except NotAcceptable as wrong:
            form.form_errors.append(str(wrong))
        else:
            return redirect(url_for("curating.delisting", number=made.id), 303)
    page = render_template(
        "curating/delist.html",
        form=form,
        partner=partner,
        listed=partner.status == PartnerStatus.LISTED,
        days=leaving.NOTICE,
        current="workbench",
    )
    return make_response(page, 422 if form.errors else 200)


def show(number: int) -> Response:
    """Why and when a partner leaves, for its people and for curators."""
    return _page(_found(number))


def _done(verb: Callable[[Actor, Delisting, str], object], delisting: Delisting, form: WordsForm) -> Response | None:
    """Where to go once it is done; None when the form or the verb says no, and the form then says why."""
    if not form.validate():
        return None
    try:
        verb(current_actor(), delisting, form.tekst.data)
    except NotAcceptable as wrong:
        form.tekst.errors = [str(wrong)]
        return None
    return redirect(url_for("curating.delisting", number=delisting.id), 303)


def respond(number: int) -> Response:
    """What the partner says to it."""
    delisting, form = _found(number), WordsForm(request.form, _("Uw reactie"))
    require(current_actor(), Permission.DELISTING_RESPOND, delisting)
    return _done(leaving.respond, delisting, form) or _page(delisting, response=form)


def confirm(number: int) -> Response:
    """The partner did ask for it."""
    delisting = _found(number)
    require(current_actor(), Permission.DELISTING_CONFIRM, delisting)
    try:
        leaving.confirm(current_actor(), delisting)
    except NotAcceptable as wrong:
        return _page(delisting, notice=str(wrong))
    return redirect(url_for("curating.delisting", number=number), 303)


def uphold(number: int) -> Response:
    """It goes on, whatever the partner said against it."""
    delisting, form = _found(number), WordsForm(request.form, _("Waarom"))
    require(current_actor(), Permission.DELISTING_JUDGE, delisting)
    return _done(objecting.uphold, delisting, form) or _page(delisting, judged=form)


def end(number: int) -> Response:
    """Withdraw it, or list the partner again."""
    delisting, form = _found(number), WordsForm(request.form, _("Waarom"))
    require(current_actor(), Permission.DELISTING_DECIDE, delisting)
    return _done(leaving.end, delisting, form) or _page(delisting, why=form)


def stand(delisting: Delisting) -> str:
    """How it stands, in words."""
    if delisting.ended_at is not None:
        return _("weer in de gids") if delisting.done_at is not None else _("ingetrokken")
    if objecting.is_waiting(delisting):
        if delisting.done_at is not None:
            return _("uit de gids; over de reactie wordt nog beslist")
        return _("aangekondigd; over de reactie wordt nog beslist")
    return _("uit de gids") if delisting.done_at is not None else _("aangekondigd")


def _found(number: int) -> Delisting:
    found = leaving.by_id(number) if number < 2**31 else None
    require(current_actor(), Permission.DELISTING_READ, found)
    assert found is not None
    return found


def _page(
    delisting: Delisting,
    response: WordsForm | None = None,
    why: WordsForm | None = None,
    judged: WordsForm | None = None,
    notice: str = "",
) -> Response:
    actor, fresh = current_actor(), MultiDict[str, str]()
    is_open, waits = delisting.ended_at is None, objecting.is_waiting(delisting)
    wrong = next((form for form in (response, why, judged) if form is not None and form.errors), None)
    page = render_template(
        "curating/delisting.html",
        delisting=delisting,
        partner=queries.with_id(delisting.partner_id),
        kind=leaving.kinds()[LeavingKind(delisting.kind)],
        stand=stand(delisting),
        days_left=(delisting.due_on - clock.today()).days,
        asked_for=requested.unconfirmed(delisting),
        leaves_from=requested.from_day(delisting),
        may_confirm=is_open and may(actor, Permission.DELISTING_CONFIRM, delisting),
        may_respond=is_open and may(actor, Permission.DELISTING_RESPOND, delisting),
        may_end=is_open and may(actor, Permission.DELISTING_DECIDE, delisting),
        waits=waits,
        decision=objecting.decision(delisting),
        is_left_to_an_administrator=delisting.is_left_to_an_administrator,
        may_judge=waits and may(actor, Permission.DELISTING_JUDGE, delisting),
        judged=judged or WordsForm(fresh, _("Waarom")),
        response=response or WordsForm(fresh, _("Uw reactie"), tekst=delisting.response),
        why=why or WordsForm(fresh, _("Waarom")),
        why_not=why_not(actor, Permission.DELISTING_DECIDE, delisting) if is_open else None,
        why_not_judge=why_not(actor, Permission.DELISTING_JUDGE, delisting) if waits else None,
        wrong=wrong,
        notice=notice,
        disputed=_disputed(delisting.partner_id) if is_open else [],
        current="workbench" if actor.roles else "partners",
    )
    return make_response(page, 422 if wrong or notice else 200)


def _disputed(partner_id: int) -> list[tuple[int, str]]:
    """What is disputed of a partner and was not decided: the number of the challenge, and what it is about."""
    edition, told = criteria.current_edition(), []
    for number, challenge in answers.open_challenges([partner_id]).items():
        answer = answers.by_id(number)
        assert answer is not None
        question = edition.by_key.get(answer.criterion) or criteria.last_asked(answer.criterion)
        assert question is not None  # every answer names a criterion that was released
        about = (question.label.in_(language()), product_label(edition, answer.product))
        told.append((challenge.id, ", ".join(filter(None, about))))
    return told
