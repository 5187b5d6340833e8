"""The pages on which what was filled in is read again, thrown away, or signed."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts.session import current_actor
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra.language import _
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.providing import actions, proofs, queries
from partnerkompas.providing.changes import changes
from partnerkompas.providing.theirs import their_partner


def install(blueprint: Blueprint) -> None:
    """Give the blueprint of the room these pages."""
    blueprint.add_url_rule("/partners/<slug>/gegevens/<theme>/weg", "discard", discard, methods=["POST"])
    blueprint.add_url_rule("/partners/<slug>/gegevens/controle", "check", check, methods=["GET", "POST"])
    blueprint.add_url_rule("/partners/<slug>/gegevens/ondertekend/<int:number>", "signed", show_signed)


def statement() -> str:
    """What somebody who signs states (row A10)."""
    return _(
        "Ik mag namens de partner tekenen. Wat hierboven staat klopt naar mijn beste weten en is van nu. "
        "We laten bewijs zien als een curator daarom vraagt, en passen het aan als er iets verandert. "
        "We geven niemand iets in ruil voor wat die over ons zegt, en zetten niemand onder druk."
    )


def discard(slug: str, theme: str) -> Response:
    """Throw one draft away."""
    partner = their_partner(slug)
    key, _at, product = request.form.get("plaats", "").partition("@")
    actions.discard(current_actor(), partner, (key, product))
    return redirect(url_for("providing.check", slug=slug), 303)


def check(slug: str) -> Response:
    """What will be public, to be read before it is signed."""
    partner, wrong = their_partner(slug), ""
    if request.method == "POST":
        require(current_actor(), Permission.ANSWER_SIGN, partner)
        if not request.form.get("akkoord"):
            wrong = _("Zet een vinkje bij de verklaring om te ondertekenen.")
        else:
            try:
                made = actions.sign(current_actor(), partner, request.form.get("gelezen", ""), statement())
                return redirect(url_for("providing.signed", slug=slug, number=made.number), 303)
            except NotAcceptable as why:
                wrong = str(why)
    release = criteria.current_release_number()
    edition = criteria.edition_of(release)
    asked = list(queries.asked_of(partner, edition).values())
    page = render_template(
        "providing/check.html",
        partner=partner,
        changes=changes(edition, asked, proofs.before_and_after(asked)),
        digest=queries.digest(asked, release),
        statement=statement(),
        wrong=wrong,
        may_sign=may(current_actor(), Permission.ANSWER_SIGN, partner),
        current="partners",
    )
    return make_response(page, 422 if wrong else 200)


def show_signed(slug: str, number: int) -> Response:
    """What was signed, and what happens next (UX-15)."""
    partner = their_partner(slug)
    signature = next((each for each in queries.signatures(partner.id) if each.number == number), None)
    if signature is None:
        return redirect(url_for("providing.overview", slug=slug), 303)
    return make_response(
        render_template("providing/signed.html", partner=partner, signature=signature, current="partners")
    )
