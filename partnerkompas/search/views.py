"""The list of partners: address in, page out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState

from partnerkompas.accounts.session import current_actor
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.known_on import no_release_yet
from partnerkompas.infra import clock
from partnerkompas.infra.kept_answers import may_be_kept
from partnerkompas.infra.language import _, language, speaking
from partnerkompas.infra.web import number_shower
from partnerkompas.partners.looking import note_criteria
from partnerkompas.partners.selection import came_from, compare_bar
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search import choosing, correcting, leaving_out, list_file, plates, results, suggesting, sync, why
from partnerkompas.search.asking import Asked, about_unknown_words, about_words, ask, perhaps_behind
from partnerkompas.search.cards import CardPrinter, criteria_on_cards, printed_cards
from partnerkompas.search.choosing import UrlOf
from partnerkompas.search.criteria_found import criteria_found
from partnerkompas.search.plates import LATER, with_pieces
from partnerkompas.search.printing import Printer, printed_facets
from partnerkompas.search.provinces import map_of_provinces
from partnerkompas.search.remarks import in_words, refused_ends
from partnerkompas.search.request import NOTHING, PER_PAGE, Problem, SearchRequest, quoted
from partnerkompas.search.sheets import Kept, Sheet, sheets
from partnerkompas.search.words import Found

blueprint = Blueprint("search", __name__)

MOST_REASONS = 3
"""By which texts a card says that its partner was found."""


@blueprint.record_once
def keep_what_was_shown(setup: BlueprintSetupState) -> None:
    """Each application keeps the sheets and the facets it showed last, what it suggests and corrects by."""
    setup.app.extensions["sheets"] = Kept()
    setup.app.extensions["reasons"] = why.Kept()
    setup.app.extensions["plates"] = plates.Kept()
    setup.app.extensions["suggesting"] = suggesting.Kept()
    setup.app.extensions["correcting"] = correcting.Kept()


@blueprint.get("/partners", endpoint="partners")
def list_partners() -> Response:
    require(current_actor(), Permission.SITE_READ)
    may_be_kept(sync.ready())
    asked = ask(request.args.items(multi=True), picks=True)
    notices = [in_words(problem, asked.snapshot.edition) for problem in asked.problems]
    listed = asked.snapshot.firms.place_of_slug if asked.request.chosen else {}
    unknown = [slug for slug in asked.request.chosen if slug not in listed]
    if unknown:
        known = tuple(slug for slug in asked.request.chosen if slug not in unknown)
        asked = replace(asked, request=replace(asked.request, chosen=known))
        notices += [str(Problem("p", slug, _("deze partner kennen we niet"))) for slug in unknown]
    had_release = _had_release(asked)
    if not had_release:
        notices.append(no_release_yet())
    notices += [*about_words(asked.query), *about_unknown_words(asked)]
    notices += perhaps_behind(asked.ready)
    if asked.request.page > asked.pages:
        asked = replace(asked, request=replace(asked.request, page=1))
        notices.append(_("Die pagina is er niet; dit is de eerste."))
    page = page_of(asked, notices, had_release)
    text = render_template("search/list.html", page=page, current="partners", later=LATER)
    answer = make_response(with_pieces(text, page.later))
    note_criteria((key.criterion for key, _choice in asked.request.filters), current_actor())
    return answer


@blueprint.get("/partners.csv", endpoint="csv")
def download_csv() -> Response:
    """Every partner of the list as CSV. Of an address that cannot be used it makes no file, which could not say so."""
    require(current_actor(), Permission.OPENDATA_READ)
    asked = ask(request.args.items(multi=True), picks=True)
    if refused := [each.refusal for each in asked.problems if not each.partly and each.parameter != "p"]:
        return Response("\n".join([*refused, ""]), 400, mimetype="text/plain")
    spoken, profile = language(), url_for("answers.profile", slug="", _external=True)

    def written() -> Iterator[str]:
        with speaking(spoken):
            yield from list_file.as_csv(list_file.rows(asked, lambda slug: profile + slug))

    response = Response(stream_with_context(written()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{list_file.name(asked)}"'
    return response


@blueprint.get("/suggesties", endpoint="suggestions")
def suggestions() -> Response:
    """What may be meant by what was typed so far (`q=`): never an error, at worst nothing."""
    require(current_actor(), Permission.SITE_READ)
    kept, snapshot = current_app.extensions["suggesting"], sync.ready().snapshot
    found = suggesting.suggested(kept, snapshot, request.args.get("q", ""), language())
    response = jsonify(suggestions=[suggesting.as_json(each) for each in found])
    response.headers["Cache-Control"] = "no-cache"  # who is hidden must be gone at once
    return response


@blueprint.app_template_global()
def common_words() -> tuple[str, ...]:
    """What is offered in the search field without JavaScript."""
    kept: suggesting.Kept = current_app.extensions["suggesting"]
    return kept.common(sync.ready().snapshot, language())


def page_of(asked: Asked, notices: list[str], had_release: bool) -> results.ResultPage:
    """Everything the page prints; the database is only asked about partners that were not shown before."""
    wanted, snapshot, found, edition = asked.request, asked.snapshot, asked.matches, asked.snapshot.edition
    firms, path = asked.firms(), url_for("search.partners")
    unpicked = replace(wanted, chosen=()).address(path)
    profile_path = url_for("answers.profile", slug="")

    def here(other: SearchRequest) -> str:
        return other.address(path)

    def picking(chosen: tuple[str, ...]) -> str:
        if not chosen:
            return unpicked
        picked = "&".join([f"p={quoted(slug)}" for slug in chosen])
        return f"{unpicked}{'&' if '?' in unpicked else '?'}{picked}"

    listed = came_from(replace(wanted, chosen=(), as_of=None).address("").removeprefix("?"))
    along = [*(("p", slug) for slug in wanted.chosen), ("op", wanted.as_of), ("lijst", wanted.chosen and listed)]
    carried = urlencode([(name, value) for name, value in along if value])

    def profile(slug: str) -> str:
        return f"{profile_path}{slug}{'?' if carried else ''}{carried}"

    likely = why.likely(asked.query, edition, asked.ready.lexicon, current_app.extensions["reasons"])

    def reasons(sheet: Sheet) -> list[Found]:
        if not asked.query.must:
            return []
        explain = partial(why.why, asked.query, sheet, edition, asked.ready.lexicon, likely)
        return sheet.once(("why", language(), asked.query.q), explain)  # who typed words goes on to choose filters

    def found_by(found: Sequence[Found]) -> str:
        return str(macros.found_by(found[:MOST_REASONS], len(found) - MOST_REASONS))

    macros: Any = current_app.jinja_env.get_template("components/card.html").module
    printer = CardPrinter(
        card=macros.card,
        fact_name=macros.fact_name,
        fact_value=macros.fact_value,
        fact_origin=macros.fact_origin,
        answered=macros.answered,
        found_by=found_by,
        reasons=reasons,
        profile=profile,
        picking=picking,
    )
    chips = results.chips_of(edition, wanted, here)
    criteria = criteria_on_cards(edition, wanted) | likely.criteria
    known = sheets(current_app.extensions["sheets"], asked.ready, firms, criteria, wanted.as_of)
    return results.ResultPage(
        title=results.title_of(wanted, wanted.page, asked.pages, found.total),
        q=wanted.q,
        op=wanted.as_of,
        total=found.total,
        first=asked.start + 1 if firms else 0,
        last=asked.start + len(firms),
        number=wanted.page,
        pages=results.page_links(wanted.page, asked.pages, wanted, here),
        previous_url=here(replace(wanted, page=wanted.page - 1)) if wanted.page > 1 else "",
        next_url=here(replace(wanted, page=wanted.page + 1)) if wanted.page < asked.pages else "",
        order=results.order_of(snapshot, wanted, here),
        notices=tuple(notices),
        chips=chips,
        file_url=replace(wanted, page=1, per_page=PER_PAGE, chosen=()).address(url_for("search.csv")),
        clear_url=here(replace(wanted, q="", filters=(), page=1)),
        themes=_themes(asked, here),
        products=choosing.product_links(edition, wanted, here),
        wider=choosing.wider_than_product(edition, wanted, here),
        cards=printed_cards(edition, wanted, snapshot.day, firms, known, printer),
        named=results.named(asked, profile),
        criteria=criteria_found(asked, lambda key: url_for("criteria.detail", key=key, op=wanted.as_of))
        if wanted.page == 1
        else (),
        meant=() if found.total else correcting.corrections(asked, current_app.extensions["correcting"], here),
        nothing=() if found.total else leaving_out.suggestions(asked, here),
        has_words=not asked.query.says_nothing,
        has_partners=bool(snapshot.everyone),
        compare=compare_bar(
            wanted.chosen,
            results.chosen_names(snapshot, wanted.chosen),
            lambda chosen: here(replace(wanted, chosen=chosen)),
            profile,
            lambda chosen: url_for("comparison.table", p=chosen, op=wanted.as_of, lijst=listed),
        ),
        hidden=results.hidden_fields(wanted),
        provinces=map_of_provinces(wanted, found, here, live=True),
        permanent=results.permanent_link(snapshot, wanted, clock.today(), here, had_release),
        saving=results.Saving(wanted.address("").removeprefix("?"), results.proposed_name(chips))
        if may(current_actor(), Permission.SAVED_SEARCH_KEEP)
        else None,
    )


def _had_release(asked: Asked) -> bool:
    """Whether there was a release of the criteria on the day that is asked about."""
    return asked.request.as_of is None or criteria.had_release(clock.end_of(asked.request.as_of))


def _themes(asked: Asked, here: UrlOf) -> tuple[choosing.ThemeFacets, ...]:
    """All facets by theme, printed; a theme is open when one of its facets is."""
    edition, kept = asked.snapshot.edition, current_app.extensions["plates"]
    refused = refused_ends(asked.problems, edition)
    opened = {edition.by_key[key.criterion].theme for key in (*dict(asked.request.filters), *refused)}
    opened |= {question.theme for question in edition.facets if choosing.starts_open(question, NOTHING)}
    return tuple(
        choosing.ThemeFacets(theme.name.in_(language()), text, theme.key in opened)
        for theme, text in printed_facets(kept, _printer(), asked.request, asked.matches, here, refused)
    )


def _printer() -> Printer:
    """Facets as the page writes them."""
    macros: Any = current_app.jinja_env.get_template("components/facets.html").module

    def value(facet: choosing.Facet, value: choosing.Value, is_state: bool) -> str:
        field = f"{facet.key}.stand" if is_state else facet.field
        return str(macros.choice(field, value, is_state))

    return Printer("html", lambda facet: str(macros.facet(facet)), value, number_shower(), "", complete=False)
