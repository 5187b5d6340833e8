"""The pages of saved searches: the own ones, one by its link, and its feed."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.infra.language import _
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.saved import actions, feed, queries
from partnerkompas.saved.changes import changes, ids_at
from partnerkompas.saved.forms import NameForm
from partnerkompas.saved.models import SavedSearch
from partnerkompas.saved.showing import asked_of, query_of, view_of, words_of
from partnerkompas.search import sync
from partnerkompas.search.asking import Asked, perhaps_behind

blueprint = Blueprint("saved", __name__)

CHANGED = "veranderd"
"""Tells the page of the own searches that another one was marked as seen than was looked at."""


@blueprint.get("/bewaard", endpoint="own")
def show_own() -> str:
    """What whoever is signed in keeps, with what changed."""
    actor = current_actor()
    require(actor, Permission.SAVED_SEARCH_KEEP)
    notices = list(ignored(request.args, frozenset({CHANGED})))
    if CHANGED in request.args:
        notices.append(_("Er veranderde net nog iets. Kijk hieronder en markeer het daarna opnieuw als gezien."))
    notices += perhaps_behind(sync.ready())
    searches = [view_of(saved) for saved in queries.of_account(actor.account_id)]
    return render_template("saved/own.html", searches=searches, notices=notices, most=actions.MOST, current="saved")


@blueprint.post("/bewaard", endpoint="save")
def save() -> Response:
    """Keep the request that was in view, under a name."""
    actor = current_actor()
    require(actor, Permission.SAVED_SEARCH_KEEP)
    form = NameForm(request.form)
    asked = asked_of(form.zoekvraag.data or "")
    if form.validate():
        found = ids_at(asked.snapshot, asked.matches.all)
        try:
            saved = actions.save(actor, form.naam.data, query_of(asked.request), found)
        except NotAcceptable as wrong:
            form.form_errors.append(str(wrong))
        else:
            return redirect(url_for("saved.own", _anchor=f"z{saved.id}"), 303)
    form.zoekvraag.data = query_of(asked.request)
    return _form(form, asked, 422)


@blueprint.route("/bewaard/<token>/naam", methods=["GET", "POST"], endpoint="name")
def rename(token: str) -> Response:
    """Another name for an own search."""
    saved = _found(token)
    require(current_actor(), Permission.SAVED_SEARCH_CHANGE, saved)
    posted = request.method == "POST"
    form = NameForm(request.form, naam=saved.name)
    if not posted or not form.validate():
        return _form(form, asked_of(saved.request), 422 if posted else 200, saved)
    actions.rename(current_actor(), saved, form.naam.data)
    return redirect(url_for("saved.own", _anchor=f"z{saved.id}"), 303)


@blueprint.post("/bewaard/<token>/gezien", endpoint="seen")
def mark_as_seen(token: str) -> Response:
    """Its owner has seen what changed; what changed after the page was made stays to be seen."""
    saved = _found(token)
    require(current_actor(), Permission.SAVED_SEARCH_CHANGE, saved)
    asked = asked_of(saved.request)
    found = ids_at(asked.snapshot, asked.matches.all)
    same = changes(asked.snapshot, found, saved.found).digest == request.form.get("gevonden")
    if same:
        actions.mark_as_seen(current_actor(), saved, found)
    return redirect(url_for("saved.own", _anchor=f"z{saved.id}", **({} if same else {CHANGED: 1})), 303)  # type: ignore[arg-type]


@blueprint.post("/bewaard/<token>/vergeten", endpoint="forget")
def forget(token: str) -> Response:
    """End an own search, and its link."""
    actions.forget(current_actor(), _found(token))
    return redirect(url_for("saved.own"), 303)


@blueprint.get("/bewaard/<token>", endpoint="shared")
def show_shared(token: str) -> Response:
    """A search for everybody who has its link; nothing of who keeps it."""
    view, notices = view_of(_found(token)), perhaps_behind(sync.ready())
    return _private(make_response(render_template("saved/shared.html", saved=view, notices=notices, current="shared")))


@blueprint.get("/bewaard/<token>.atom", endpoint="feed")
def show_feed(token: str) -> Response:
    """The same for a reader of feeds, which tells its owner when other partners are found."""
    saved = _found(token)
    view = view_of(saved, external=True)
    snapshot, touched = sync.ready().snapshot, view.changes.came | view.changes.left | view.changes.gone
    updated = queries.changed_at(saved, touched, snapshot.number, snapshot.day)
    page, own = (url_for(f"saved.{name}", token=token, _external=True) for name in ("shared", "feed"))
    response = _private(Response(feed.as_atom(view, updated, page, own), mimetype="application/atom+xml"))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


def _found(token: str) -> SavedSearch:
    """The saved search of a link; unknown and ended get the same answer."""
    saved = queries.by_token(token)
    require(current_actor(), Permission.SAVED_SEARCH_READ, saved)
    assert saved is not None
    return saved


def _private(response: Response) -> Response:
    """Who has the link may see it, and nobody learns the link from us: no other site, no search engine, no cache."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(form: NameForm, asked: Asked, status: int, saved: SavedSearch | None = None) -> Response:
    page = render_template("saved/name.html", form=form, words=words_of(asked), saved=saved, current="saved")
    return make_response(page, status)
