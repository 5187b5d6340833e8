"""The list of partners: address in, page out."""

from dataclasses import replace
from math import ceil

from flask import Blueprint, render_template, request, url_for

from partnerkompas.accounts.session import current_actor
from partnerkompas.answers.queries import facts_by_partner
from partnerkompas.criteria import queries as criteria
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.partners import queries as partners
from partnerkompas.partners.selection import compare_bar
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search import cards, choosing, results, sync
from partnerkompas.search.facets import Matches, matches
from partnerkompas.search.grammar import from_query
from partnerkompas.search.request import Problem, SearchRequest
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.search.words import Word, query_words

blueprint = Blueprint("search", __name__)


def asked(picks: bool) -> tuple[SearchRequest, list[Problem], Snapshot, tuple[Word, ...], Matches]:
    """What this address asks, and who matches: the one way for page, API and export alike."""
    wanted, problems = from_query(
        request.args.items(multi=True), criteria.current_edition(), clock.today(), picks=picks
    )
    snapshot = sync.snapshot(wanted.as_of)
    if snapshot.release != criteria.current_release_number():
        wanted, problems = from_query(request.args.items(multi=True), snapshot.edition, clock.today(), picks=picks)
    words = query_words(wanted.q)
    found = matches(snapshot, wanted.filters, sync.found_by_words(snapshot, words))
    return wanted, problems, snapshot, words, found


@blueprint.get("/partners", endpoint="partners")
def list_partners() -> str:
    require(current_actor(), Permission.SITE_READ)
    wanted, problems, snapshot, words, found = asked(picks=True)
    pages = max(1, ceil(found.total / wanted.per_page))
    number = wanted.page if wanted.page <= pages else 1
    start = (number - 1) * wanted.per_page
    columns = [snapshot.columns[place] for place in snapshot.sorted(found.all, wanted.sort)[start:][: wanted.per_page]]
    ids = [column.id for column in columns]
    moment = clock.end_of(wanted.as_of) if wanted.as_of else None

    def here(other: SearchRequest) -> str:
        return other.address(url_for("search.partners"))

    def profile(slug: str) -> str:
        return url_for("answers.profile", slug=slug, p=wanted.chosen or None, op=wanted.as_of)

    extra = [] if wanted.page == number else [_("Die pagina is er niet; dit is de eerste.")]
    page = results.ResultPage(
        title=results.title_of(wanted, number, pages, found.total),
        q=wanted.q,
        op=wanted.as_of,
        total=found.total,
        first=start + 1 if columns else 0,
        last=start + len(columns),
        number=number,
        pages=results.page_links(number, pages, wanted, here),
        previous_url=here(replace(wanted, page=number - 1)) if number > 1 else "",
        next_url=here(replace(wanted, page=number + 1)) if number < pages else "",
        order=results.order_of(snapshot, wanted, here),
        notices=results.notices_of(problems, extra),
        chips=results.chips_of(snapshot.edition, wanted, here),
        clear_url=here(replace(wanted, q="", filters=(), page=1)),
        themes=choosing.themes_of(snapshot, wanted, found, here),
        cards=cards.cards(
            snapshot,
            wanted,
            columns,
            partners.with_ids(ids, current_actor()),
            dict(facts_by_partner(snapshot.edition, snapshot.day, ids, moment)),
            words,
            here,
            profile,
            lambda key: url_for("criteria.detail", key=key),
        ),
        named=results.named(snapshot, found, words, profile),
        nothing=()
        if found.total
        else results.suggestions(
            snapshot, wanted, found, matches(snapshot, wanted.filters, snapshot.everyone).total, here
        ),
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
    return render_template("search/list.html", page=page, current="partners")
