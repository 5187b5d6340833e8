"""The inbox."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.infra.parameters import ignored
from partnerkompas.messages import actions, queries
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("messages", __name__)


@blueprint.app_context_processor
def unread() -> dict[str, Any]:
    """How many messages whoever is signed in has not read, for the head of every page."""
    return {"unread_messages": lambda actor: queries.unread(actor.account_id) if actor.account_id else 0}


@blueprint.get("/berichten")
def inbox() -> str:
    """The messages of whoever is signed in, newest first."""
    actor = current_actor()
    require(actor, Permission.INBOX_OPEN)
    return render_template(
        "messages/inbox.html",
        messages=queries.of_account(actor.account_id or 0),
        most=queries.MOST,
        notices=ignored(request.args, frozenset()),
        current="messages",
    )


@blueprint.post("/berichten/gelezen")
def mark_as_read() -> Response:
    """Everything up to the newest message that was on the page is read."""
    actor = current_actor()
    require(actor, Permission.INBOX_OPEN)
    newest = request.form.get("tot", "")
    last = int(newest) if newest.isascii() and newest.isdigit() and len(newest) < 10 else 0
    actions.mark_as_read(actor, [each for each in queries.of_account(actor.account_id or 0) if each.id <= last])
    return redirect(url_for("messages.inbox"), 303)
