"""A file of evidence, for the few who may see it."""

from io import BytesIO

from flask import Blueprint, make_response, render_template, send_file
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.evidence import actions, queries, storing
from partnerkompas.evidence.showing import view
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("evidence", __name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""A browser saves it, runs nothing of it, keeps no copy and lets no other site have it (SEC-09, SEC-14)."""


@blueprint.get("/bewijs/<int:number>")
def show(number: int) -> Response:
    """The file as an attachment; for everybody else there is no such file (404)."""
    actor, file = current_actor(), queries.file(number)
    require(actor, Permission.EVIDENCE_READ, file)
    assert file is not None
    content = None if file.removed_at else storing.get(file.stored_as, file.sha256)
    if content is None:
        gone = make_response(render_template("evidence/gone.html", file=view(file), current=""), 410)
        gone.headers["Cache-Control"] = HEADERS["Cache-Control"]
        return gone
    answer = send_file(
        BytesIO(content),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.called,
        conditional=False,
        etag=False,
    )
    answer.headers.update(HEADERS)
    if actor.represents.isdisjoint({file.partner_id, *file.also_proves}):
        with unit_of_work():  # the one page whose reading leaves a trace: this is what somebody showed in confidence
            actions.note_reading(actor, file)
    return answer
