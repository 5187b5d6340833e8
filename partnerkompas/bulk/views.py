"""Filling in by file: the file to fill in, what was read of it, and saving that as drafts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.showing import product_label, shown
from partnerkompas.bulk import template
from partnerkompas.bulk.columns import examples, to_fill_in, to_leave
from partnerkompas.bulk.files import TYPES, file_to_fill_in
from partnerkompas.bulk.holding import Holder, NotHeld, held, taken
from partnerkompas.bulk.understanding import Understood, understand
from partnerkompas.bulk.uploads import MOST_BYTES, records_of
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.questions import Edition
from partnerkompas.exchange.records import UnusableFile
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language
from partnerkompas.infra.parameters import repeatable
from partnerkompas.infra.request_cycle import only_reads, unit_of_work
from partnerkompas.partners.models import Partner
from partnerkompas.providing import actions, proofs, queries
from partnerkompas.providing.actions import Given
from partnerkompas.providing.contents import Asked, Place
from partnerkompas.providing.reading import name_of
from partnerkompas.providing.saying import Part, parts, said
from partnerkompas.providing.theirs import their_partner
from partnerkompas.site.errors import answer

blueprint = Blueprint("bulk", __name__)

AROUND_THE_FILE = 64 * 1024
"""What the rest of the form takes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of a file beside what stands there now."""

    name: str
    label: str
    product: str
    now: str
    wanted: str
    all_now: str
    """Everything that stands there, in lines; `now` is its value only."""
    all_wanted: str
    parts: tuple[Part, ...]
    """What stands and comes beside the value."""
    is_overtaken: bool = False
    """Whether somebody changed what stands there now since the file was fetched."""


@blueprint.url_value_preprocessor
def let_a_file_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Only here a request may be larger than a form; the token is looked for in it before any view is asked."""
    if endpoint == "bulk.read":
        request.max_content_length = MOST_BYTES + AROUND_THE_FILE


@blueprint.errorhandler(RequestEntityTooLarge)
def on_too_much(error: RequestEntityTooLarge) -> Response:
    return answer(413, _("Een bestand mag hier niet groter zijn dan 2 MiB."))


@blueprint.get("/partners/<slug>/gegevens/bestand")
def upload(slug: str) -> Response:
    """How it works, the file to fill in, and where to send it."""
    return _upload_page(their_partner(slug))


@blueprint.get("/partners/<slug>/gegevens/bestand.csv", defaults={"form": "csv"}, endpoint="csv")
@blueprint.get("/partners/<slug>/gegevens/bestand.json", defaults={"form": "json"}, endpoint="json")
@blueprint.get("/partners/<slug>/gegevens/bestand.xlsx", defaults={"form": "xlsx"}, endpoint="xlsx")
def download(slug: str, form: str) -> Response:
    """The file to fill in, with what is filled in now."""
    partner, edition = their_partner(slug), criteria.current_edition()
    asked = queries.asked_of(partner, edition).values()
    rows = template.rows(partner.slug, asked, _address_of_criterion)
    response = make_response(file_to_fill_in(form, rows, edition))
    response.mimetype = TYPES[form]
    name = f"{partner.slug}-{clock.today()}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/partners/<slug>/gegevens/bestand")
def read(slug: str) -> Response:
    """What stands in a file, and what would come of it. Nothing is written, and nobody waits while it is read."""
    their_partner(slug)
    only_reads()
    file = request.files.get("bestand")
    if file is None or not file.filename:
        return _upload_page(their_partner(slug), _("Kies een bestand."))
    try:
        records = records_of(file.read(MOST_BYTES + 1))
    except UnusableFile as wrong:
        return _upload_page(their_partner(slug), str(wrong))
    partner, edition = their_partner(slug), criteria.current_edition()
    asked = queries.asked_of(partner, edition)
    found = understand(records, partner.slug, asked, edition)
    try:
        return _report_page(partner, edition, repeatable(file.filename), found, asked)
    except NotHeld as why:
        return _upload_page(partner, str(why))


@blueprint.route("/partners/<slug>/gegevens/bestand/bewaar", methods=["GET", "POST"])
def accept(slug: str) -> Response:
    """Save what was read as drafts; what somebody changed meanwhile is shown, and waits for a choice."""
    partner = their_partner(slug)
    if request.method != "POST":  # the page of conflicts in the other language: what was read is not in its address
        return redirect(url_for("bulk.upload", slug=slug), 303)
    try:
        given = taken(_secret(), _holder(partner), request.form.get("gelezen", ""))
    except NotHeld as why:
        return _upload_page(partner, str(why))
    others = set(request.form.getlist("neem"))
    mine = {place: each for place, each in given.items() if name_of(place) not in others}
    with unit_of_work():  # an answer that tells of a conflict undoes its transaction, and the rest must stay
        conflicts = actions.save(current_actor(), their_partner(slug, hold=True), mine)
    if conflicts:
        return _conflict_page(their_partner(slug), mine, conflicts)
    return redirect(url_for("providing.check", slug=slug), 303)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _holder(partner: Partner) -> Holder:
    return current_actor().account_id, partner.id, criteria.current_release_number()


def _address_of_criterion(key: str) -> str:
    return url_for("criteria.detail", key=key, _external=True)


def _upload_page(partner: Partner, wrong: str = "") -> Response:
    page = render_template(
        "bulk/upload.html",
        partner=partner,
        wrong=wrong,
        to_fill_in=to_fill_in(),
        to_leave=to_leave(),
        examples=examples(criteria.current_edition()),
        current="partners",
    )
    return make_response(page, 422 if wrong else 200)


def _report_page(
    partner: Partner, edition: Edition, file: str, found: Understood, asked: Mapping[Place, Asked]
) -> Response:
    page = render_template(
        "bulk/report.html",
        partner=partner,
        file=file,
        found=found,
        lines=_lines(edition, found.given, asked, found.overtaken),
        held=held(_secret(), _holder(partner), found.given),
        current="partners",
    )
    return make_response(page)


def _conflict_page(partner: Partner, given: Mapping[Place, Given], conflicts: Mapping[Place, Asked]) -> Response:
    """What others changed beside what stands in the file, to be sent again with the versions of now."""
    again = {place: replace(given[place], version=here.version) for place, here in conflicts.items()}
    page = render_template(
        "bulk/conflicts.html",
        partner=partner,
        lines=_lines(criteria.current_edition(), again, conflicts),
        held=held(_secret(), _holder(partner), again),
        current="partners",
    )
    return make_response(page, 422)


def _lines(
    edition: Edition,
    given: Mapping[Place, Given],
    asked: Mapping[Place, Asked],
    overtaken: Collection[Place] = (),
) -> list[Line]:
    files = proofs.shown((asked[place] for place in given), {})
    return [
        Line(
            name=name_of(place),
            label=asked[place].question.label.in_(language()),
            product=product_label(edition, asked[place].product),
            now=shown(asked[place].question, asked[place].content),
            wanted=shown(asked[place].question, each.content),
            all_now=said(asked[place].question, asked[place].content, files),
            all_wanted=said(asked[place].question, each.content, files),
            parts=parts(asked[place].content, each.content, files),
            is_overtaken=place in overtaken,
        )
        for place, each in given.items()
    ]
