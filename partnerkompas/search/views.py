"""The list of partners: address in, page out."""

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.partners import queries as partners
from partnerkompas.partners.selection import compare_bar
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search import cards, choosing, results
from partnerkompas.search.asking import Asked, ask
from partnerkompas.search.facets import matches
from partnerkompas.search.request import Problem, SearchRequest

blueprint = Blueprint("search", __name__)


@blueprint.get("/partners", endpoint="partners")
def list_partners() -> str:
    require(current_actor(), Permission.SITE_READ)
    asked = ask(request.args.items(multi=True), picks=True)
    notices = [str(problem) for problem in asked.problems]
    unknown = [slug for slug in asked.request.chosen if slug not in asked.snapshot.by_slug]
    if unknown:
        known = tuple(slug for slug in asked.request.chosen if slug not in unknown)
        asked = replace(asked, request=replace(asked.request, chosen=known))
        notices += [str(Problem("p", slug, _("deze partner kennen we niet"))) for slug in unknown]
    if asked.request.page > asked.pages:
        asked = replace(asked, request=replace(asked.request, page=1))
        notices.append(_("Die pagina is er niet; dit is de eerste."))
    return render_template("search/list.html", page=page_of(asked, notices), current="partners")


def page_of(asked: Asked, notices: list[str]) -> results.ResultPage:
    """Everything the page prints: one query for the partners on it, one for their answers."""
    wanted, snapshot, found = asked.request, asked.snapshot, asked.matches
    columns = asked.columns()
    ids = [column.id for column in columns]
    moment = clock.end_of(wanted.as_of) if wanted.as_of else None

    def here(other: SearchRequest) -> str:
        return other.address(url_for("search.partners"))

    def profile(slug: str) -> str:
        return url_for("answers.profile", slug=slug, p=wanted.chosen or None, op=wanted.as_of)

    without_words = matches(snapshot, wanted.filters, snapshot.everyone).total if not found.total else 0
    return results.ResultPage(
        title=results.title_of(wanted, wanted.page, asked.pages, found.total),
        q=wanted.q,
        op=wanted.as_of,
        total=found.total,
        first=asked.start + 1 if columns else 0,
        last=asked.start + len(columns),
        number=wanted.page,
        pages=results.page_links(wanted.page, asked.pages, wanted, here),
        previous_url=here(replace(wanted, page=wanted.page - 1)) if wanted.page > 1 else "",
        next_url=here(replace(wanted, page=wanted.page + 1)) if wanted.page < asked.pages else "",
        order=results.order_of(snapshot, wanted, here),
        notices=tuple(notices),
        chips=results.chips_of(snapshot.edition, wanted, here),
        clear_url=here(replace(wanted, q="", filters=(), page=1)),
        themes=choosing.themes_of(snapshot, wanted, found, here),
        cards=cards.cards(
            snapshot,
            wanted,
            columns,
            partners.with_ids(ids, current_actor()),
            dict(facts_by_partner(snapshot.edition, snapshot.day, ids, moment)),
            asked.words,
            here,
            profile,
            lambda key: url_for("criteria.detail", key=key),
        ),
        named=results.named(snapshot, found, asked.words, profile),
        nothing=() if found.total else results.suggestions(snapshot, wanted, found, without_words, here),
        compare=compare_bar(
            wanted.chosen,
            results.chosen_names(snapshot, wanted.chosen),
            lambda chosen: here(replace(wanted, chosen=chosen)),
            profile,
            lambda chosen: url_for("comparison.table", p=chosen, op=wanted.as_of),
        ),
        hidden=results.hidden_fields(wanted),
        provinces=results.provinces(snapshot, wanted, found, here),
        map=True,
    )
