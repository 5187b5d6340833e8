"""The pages of organisations and their members."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.attempts import TooMany
from partnerkompas.accounts.forms import EmailForm
from partnerkompas.accounts.session import current_actor
from partnerkompas.accounts.views import too_many
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra.language import language
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.membership import actions, inviting, queries
from partnerkompas.membership.forms import OrganisationForm, level_label
from partnerkompas.membership.joining_views import install as install_joining
from partnerkompas.membership.models import Organisation
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("membership", __name__)
install_joining(blueprint)

SECTORS, SIZES = "sbi", "fte"
"""The code lists by which an organisation is described."""


@blueprint.get("/leden")
def overview() -> str | Response:
    """For curators every organisation; a member goes to the own one."""
    actor = current_actor()
    if actor.organisation_id is not None and not may(actor, Permission.ORGANISATION_MANAGE):
        return redirect(url_for("membership.organisation", number=actor.organisation_id), 303)
    require(actor, Permission.ORGANISATION_MANAGE)
    rows = [(each, len(queries.members(each)), len(queries.invited(each))) for each in queries.all_organisations()]
    return render_template(
        "membership/overview.html", rows=rows, notices=ignored(request.args, frozenset()), current="workbench"
    )


@blueprint.route("/leden/nieuw", methods=["GET", "POST"])
def add() -> Response:
    """Add an organisation."""
    require(current_actor(), Permission.ORGANISATION_MANAGE)
    form = OrganisationForm(request.form, None, options(SECTORS), options(SIZES))
    if request.method == "POST" and form.validate():
        made = actions.add(current_actor(), form.given)
        return redirect(url_for("membership.organisation", number=made.id), 303)
    return _form(form, None)


@blueprint.get("/leden/<int:number>", endpoint="organisation")
def show(number: int) -> Response:
    """One organisation with its people."""
    return _page(_found(number), EmailForm(request.form))


@blueprint.route("/leden/<int:number>/wijzig", methods=["GET", "POST"])
def change(number: int) -> Response:
    """Change an organisation."""
    organisation = _found(number)
    require(current_actor(), Permission.ORGANISATION_MANAGE)
    form = OrganisationForm(request.form, organisation, options(SECTORS), options(SIZES))
    if request.method == "POST" and form.validate():
        actions.change(current_actor(), organisation, form.given)
        return redirect(url_for("membership.organisation", number=number), 303)
    return _form(form, organisation)


@blueprint.post("/leden/<int:number>/beeindig")
def end(number: int) -> Response:
    """End an organisation."""
    actions.end(current_actor(), _found(number))
    return redirect(url_for("membership.overview"), 303)


@blueprint.post("/leden/<int:number>/uitnodigen")
def invite(number: int) -> Response:
    """Invite somebody by mail."""
    organisation, form = _found(number), EmailForm(request.form)
    require(current_actor(), Permission.MEMBER_INVITE, organisation)
    if not form.validate():
        return _page(organisation, form, 422)
    try:
        inviting.invite(current_actor(), organisation, form.email.data, current_app.secret_key or b"")
    except TooMany as error:
        return too_many(form, error, lambda status: _page(organisation, form, status))
    except NotAcceptable as wrong:
        if organisation.ended_at is not None:  # its page has no such field
            form.form_errors.append(str(wrong))
        else:
            form.email.errors = [str(wrong)]
        return _page(organisation, form, 422)
    return redirect(url_for("membership.organisation", number=number, _anchor="uitgenodigd"), 303)


@blueprint.post("/leden/<int:number>/uitnodiging/<int:link>/intrekken")
def take_back(number: int, link: int) -> Response:
    """Take an invitation back."""
    inviting.take_back(current_actor(), _found(number), link)
    return redirect(url_for("membership.organisation", number=number, _anchor="uitgenodigd"), 303)


@blueprint.post("/leden/<int:number>/lid/<int:account>/beeindig")
def end_membership(number: int, account: int) -> Response:
    """Somebody is no member any more."""
    _found(number)
    member = accounts.by_id(account)
    if member is not None and member.organisation_id != number:
        member = None
    require(current_actor(), Permission.MEMBER_END, member)
    assert member is not None
    actions.end_membership(current_actor(), member)
    own = member.id == current_actor().account_id
    return redirect(url_for("own.page") if own else url_for("membership.organisation", number=number), 303)


def _found(number: int) -> Organisation:
    organisation = queries.organisation(number) if number < 2**31 else None
    require(current_actor(), Permission.ORGANISATION_READ, organisation)
    assert organisation is not None
    return organisation


def _page(organisation: Organisation, form: EmailForm, status: int = 200) -> Response:
    may_manage = may(current_actor(), Permission.ORGANISATION_MANAGE)
    page = render_template(
        "membership/organisation.html",
        organisation=organisation,
        members=queries.members(organisation),
        invited=queries.invited(organisation),
        level_label=level_label,
        sector=label(SECTORS, organisation.sector),
        size=label(SIZES, organisation.size),
        may_manage=may_manage,
        form=form,
        current="workbench" if may_manage else "account",
    )
    return make_response(page, status)


def _form(form: OrganisationForm, organisation: Organisation | None) -> Response:
    page = render_template("membership/edit.html", form=form, organisation=organisation, current="workbench")
    return make_response(page, 422 if form.errors else 200)


def options(key: str) -> list[tuple[str, str]]:
    """Code and label of the topmost options of a code list; none when the criteria in force have no such list."""
    known = next((each for each in criteria.current_edition().lists if each.key == key), None)
    return [(each.code, each.label.in_(language())) for each in known.options if not each.parent] if known else []


def label(key: str, code: str) -> str:
    """The name of an option; its code when the list has it no longer."""
    return dict(options(key)).get(code, code)
