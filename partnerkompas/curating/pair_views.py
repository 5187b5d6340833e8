"""The pages of partners that may be one: merge them, undo that, or note that they are not the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.models import Account
from partnerkompas.accounts.session import current_actor
from partnerkompas.accounts.why_not import why_not
from partnerkompas.answers.models import Answer
from partnerkompas.answers.showing import product_label, state_label
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.curating import merging, queries, telling_apart
from partnerkompas.curating.merge_plan import Place, known_of, plan, undoing
from partnerkompas.curating.models import NotTheSame
from partnerkompas.curating.showing import pair_lines
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.paging import Part, part
from partnerkompas.infra.parameters import ignored
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import Merge, Partner
from partnerkompas.permissions.policy import may, require
from partnerkompas.permissions.vocabulary import Permission

CHOSEN = frozenset({"een", "ander", "blijft"})
LISTS = ("misschien", "samengevoegd", "apart")
SHOWN = 10
"""So many lines of a list are shown beside the others."""


def install(blueprint: Blueprint) -> None:
    """Give the blueprint of the room these pages."""
    blueprint.add_url_rule("/werkbank/dubbel", "pairs", overview)
    blueprint.add_url_rule("/werkbank/dubbel/niet-dezelfde", "differ", differ, methods=["POST"])
    blueprint.add_url_rule("/werkbank/dubbel/<int:number>/toch-wel", "take_back", take_back, methods=["POST"])
    blueprint.add_url_rule("/werkbank/samenvoegen", "merge", merge, methods=["GET", "POST"])
    blueprint.add_url_rule("/samenvoeging/<int:number>", "merged", show)
    blueprint.add_url_rule("/samenvoeging/<int:number>/ongedaan", "undo_merge", undo, methods=["POST"])


def overview() -> Response:
    """What was merged, and which pairs are not the same; two names that are given lead to merging them."""
    actor = current_actor()
    require(actor, Permission.PARTNERS_CURATE)
    names_given = [request.args.get(name, "") for name in ("een", "ander")]
    one, other = [partners.called(name, actor) for name in names_given]
    if one is not None and other is not None and one is not other:
        return redirect(url_for("curating.merge", een=one.slug, ander=other.slug), 303)
    if one is not None and one is other:
        return _overview(_same(one), names_given)
    if any(names_given):
        return _overview(_("Kies twee partners, met de namen die in de lijst staan."), names_given)
    return _overview("", names_given)


def _same(partner: Partner) -> str:
    return _("Dit is twee keer dezelfde partner: %(name)s. Kies een andere om samen te voegen.", name=partner.name)


def _overview(wrong: str, names_given: Sequence[str]) -> Response:
    actor = current_actor()
    pairs = queries.waiting_pairs()
    alike = _list("misschien", len(pairs))
    merged, noted = _list("samengevoegd", merging.how_many()), _list("apart", queries.how_many_noted())
    merges, apart = merging.every(*merged.span), queries.noted(*noted.span)
    limit, offset = alike.span
    ids = {number for each in merges for number in (each.kept_id, each.absorbed_id)}
    ids |= {number for each in apart for number in (each.one_id, each.other_id)}
    names = {number: name for number, (_slug, name) in partners.names_of(ids).items()}
    people = accounts.with_ids({each.noted_by or 0 for each in apart} | {each.merged_by or 0 for each in merges})
    page = render_template(
        "curating/pairs.html",
        notices=ignored(request.args, (CHOSEN - {"blijft"}) | {"lijst", "pagina"}),
        wrong=wrong,
        alike=pair_lines(actor, pairs[offset : offset + limit]),
        lists={"misschien": alike, "samengevoegd": merged, "apart": noted},
        names_given=names_given,
        all_names=partners.names_offered_to(actor),
        merges=[(each, names[each.absorbed_id], names[each.kept_id], _who(each.merged_by, people)) for each in merges],
        apart=[
            (each, names[each.one_id], names[each.other_id], _who(each.noted_by, people), _may_take_back(each))
            for each in apart
        ],
        current="workbench",
    )
    return make_response(page, 422 if wrong else 200)


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the lists of the page: its first lines, or the part that is asked for when it is the only one."""

    total: int
    is_shown: bool
    part: Part | None
    all_url: str
    """Where the whole list is; empty when it is in view."""

    @property
    def span(self) -> tuple[int, int]:
        """How many lines to show, and from which on."""
        if not self.is_shown:
            return 0, 0
        return (self.part.size, self.part.offset) if self.part is not None else (SHOWN, 0)


def _list(key: str, total: int) -> Listed:
    chosen, here = request.args.get("lijst", ""), url_for("curating.pairs", lijst=key)
    if chosen not in LISTS:
        return Listed(total, True, None, here if total > SHOWN else "")
    given = request.args.get("pagina", "")
    found = part(given, total, lambda n: url_for("curating.pairs", lijst=key, pagina=n)) if chosen == key else None
    return Listed(total, chosen == key, found, "")


def differ() -> Response:
    """Note that a pair is not the same."""
    telling_apart.differ(current_actor(), *_pair())
    return redirect(url_for("workbench.overview", _anchor="dubbel"), 303)


def take_back(number: int) -> Response:
    """The pair may be the same after all."""
    require(current_actor(), Permission.PARTNERS_CURATE)
    noted = db.session.get(NotTheSame, number) if number < 2**31 else None
    if noted is not None:
        telling_apart.take_back(current_actor(), noted)
    return redirect(url_for("curating.pairs"), 303)


def merge() -> Response:
    """Choose which of two stays, see what will happen, and do it."""
    one, other = _pair()
    if one.id == other.id:
        return _overview(_same(one), [one.name, ""])
    kept = {each.slug: each for each in (one, other)}.get(request.values.get("blijft", ""))
    if kept is None:
        page = render_template(
            "curating/which.html",
            notices=ignored(request.args, CHOSEN),
            pair=[_told(each) for each in (one, other)],
            current="workbench",
        )
        return make_response(page)
    absorbed = other if kept is one else one
    wrong = ""
    if request.method == "POST":
        try:
            picked = [_place(each) for each in request.form.getlist("antwoord")]
            made = merging.merge(current_actor(), kept, absorbed, picked, request.form.get("plan", ""))
            return redirect(url_for("curating.merged", number=made.id), 303)
        except NotAcceptable as why:
            wrong = str(why)
    planned = plan(kept, absorbed)
    page = render_template(
        "curating/merge.html",
        notices=ignored(request.args, CHOSEN),
        kept=kept,
        absorbed=absorbed,
        plan=planned,
        answers=_lines(planned.answers),
        picked=request.form.getlist("antwoord") if wrong else None,
        wrong=wrong,
        current="workbench",
    )
    return make_response(page, 422 if wrong else 200)


def show(number: int) -> Response:
    """What a merge did, and what undoing it will do."""
    return _page(_found(number))


def undo(number: int) -> Response:
    """Make two partners of one again."""
    made = _found(number)
    try:
        merging.undo(current_actor(), made)
    except NotAcceptable as why:
        return _page(made, str(why))
    return redirect(url_for("curating.merged", number=number), 303)


def _pair() -> tuple[Partner, Partner]:
    """The two partners that a request names, which the curator may decide about."""
    actor = current_actor()
    pair = [partners.by_slug(request.values.get(name, "")) for name in ("een", "ander")]
    require(actor, Permission.PARTNERS_CURATE)
    for each in pair:
        require(actor, Permission.PARTNER_READ, each)
        require(actor, Permission.PARTNERS_MERGE, each)
    one, other = pair
    assert one is not None
    assert other is not None
    return one, other


def _found(number: int) -> Merge:
    require(current_actor(), Permission.PARTNERS_CURATE)
    found = merging.by_id(number) if number < 2**31 else None
    require(current_actor(), Permission.PARTNER_READ, partners.with_id(found.kept_id) if found else None)
    assert found is not None
    return found


def _page(made: Merge, wrong: str = "") -> Response:
    kept, absorbed = partners.with_id(made.kept_id), partners.with_id(made.absorbed_id)
    people = accounts.with_ids({made.merged_by or 0, made.undone_by or 0})
    actor, undone = current_actor(), undoing(made, kept) if made.undone_at is None else None
    refused = [why_not(actor, Permission.PARTNERS_MERGE, each) for each in (kept, absorbed)]
    stays = undone.stays if undone is not None else made.did.get("stays", ())
    page = render_template(
        "curating/merged.html",
        notices=ignored(request.args, frozenset()),
        made=made,
        kept=kept,
        absorbed=absorbed,
        who=_who(made.merged_by, people),
        who_undid=_who(made.undone_by, people),
        undoing=undone,
        answers=[line for _place, line in _lines({(each.criterion, each.product): each for each in undone.answers})]
        if undone is not None
        else [],
        stays=[_label(each) for each in stays],
        why_not=next((each for each in refused if each is not None), None) if undone is not None else None,
        may_undo=undone is not None and all(may(actor, Permission.PARTNERS_MERGE, each) for each in (kept, absorbed)),
        wrong=wrong,
        current="workbench",
    )
    return make_response(page, 422 if wrong else 200)


def _told(partner: Partner) -> tuple[Partner, int]:
    """A partner, and how many answers are known of it."""
    return partner, len(known_of(partner))


def _lines(answers: Mapping[Place, Answer]) -> Sequence[tuple[str, str]]:
    """Answers in words, each with what the form calls its place."""
    edition, told = criteria.current_edition(), []
    for (key, product), answer in answers.items():
        question = edition.by_key.get(key) or criteria.last_asked(key)
        assert question is not None  # every answer names a criterion that was released
        value = kind_of(question).show(question, answer.value, language()) if answer.value is not None else ""
        about = ", ".join(filter(None, (question.label.in_(language()), product_label(edition, product))))
        told.append((f"{key}@{product}", f"{about}: {value or state_label(answer.state)}"))  # type: ignore[arg-type]
    return told


def _label(stays: str) -> str:
    """What stays in words: the label of a criterion, or the place of an office as it is."""
    question = criteria.current_edition().by_key.get(stays)
    return question.label.in_(language()) if question is not None else stays


def _place(text: str) -> Place:
    key, _at, product = text.partition("@")
    return key, product


def _who(number: int | None, people: Mapping[int, Account]) -> str:
    """How curators call each other; empty for the command line."""
    account = people.get(number or 0)
    return (account.name or account.email) if account is not None else ""


def _may_take_back(noted: NotTheSame) -> bool:
    both = (partners.with_id(number) for number in (noted.one_id, noted.other_id))
    return all(may(current_actor(), Permission.PARTNERS_MERGE, each) for each in both)
