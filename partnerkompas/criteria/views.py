"""The pages of what partners are compared on: all questions, one question, all releases."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple

from blinker import Signal
from flask import Blueprint, abort, render_template, request, url_for

from partnerkompas.accounts.session import current_actor
from partnerkompas.criteria import queries, showing
from partnerkompas.criteria.known_on import KnownOn, known_on
from partnerkompas.infra.language import _, ngettext
from partnerkompas.infra.parameters import ignored
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission

blueprint = Blueprint("criteria", __name__)

PARAMETERS = frozenset({"op"})
LONGEST_QUERY, LONGEST_VALUE = 200, 2_000
"""So many signs of what was typed count and are shown again, and so many are looked at to say so."""

counting = Signal("how do partners answer this question (sender: KnownOn, key)? A room above returns a Distribution")


class Searched(NamedTuple):
    """The questions that have all words, by key, with where a reader sees that; and what is to be said of the words."""

    where: Mapping[str, showing.FoundBy | None] | None = None
    notices: tuple[str, ...] = ()


searching = Signal("which questions have all of these words (sender: KnownOn, q)? A room above returns Searched")


@blueprint.get("/criteria")
def overview() -> str:
    """All questions by theme, as in force now or on an earlier day; with `q=` those that have all words."""
    require(current_actor(), Permission.CRITERION_READ)
    asked, q = known_on(request.args.get("op")), _words(request.args.get("q", ""))
    found, told = next((said for _receiver, said in searching.send(asked, q=q)), Searched()) if q else Searched()
    return render_template(
        "criteria/list.html",
        themes=showing.themes(asked.edition, criterion_url(asked), found),
        release=release_in_force(asked),
        notices=(*ignored(request.args, PARAMETERS | {"q"}), *asked.notices, *told),
        q=q[:LONGEST_QUERY],
        found=len(found) if found is not None else None,
        all_url=url_for("criteria.overview", op=asked.op),
        op=asked.op,
        current="criteria",
    )


def _words(q: str) -> str:
    """What was typed, as it may be repeated in the field."""
    return " ".join("".join(each if each.isprintable() else " " for each in q[:LONGEST_VALUE]).split())


@blueprint.get("/criteria/<key>")
def detail(key: str) -> str:
    """One question, the values it knows, and how partners answer it."""
    require(current_actor(), Permission.CRITERION_READ)
    asked = known_on(request.args.get("op"))
    question = asked.edition.by_key.get(key)
    if question is None:
        abort(404)
    counted = next((told for _receiver, told in counting.send(asked, key=key)), None)
    return render_template(
        "criteria/detail.html",
        criterion=showing.detail(asked.edition, question, criterion_url(asked), asked.day, counted),
        notices=(*ignored(request.args, PARAMETERS), *asked.notices),
        op=asked.op,
        current="criteria",
    )


@blueprint.get("/criteria/uitgaven")
def releases() -> str:
    """Every release, newest first."""
    require(current_actor(), Permission.CRITERION_READ)
    every = [
        (row.number, row.released_on, release_notes(row.changes), len(queries.edition_of(row.number).questions))
        for row in queries.all_releases()
    ]
    return render_template(
        "criteria/releases.html", releases=every, current="criteria", notices=ignored(request.args, frozenset())
    )


def criterion_url(asked: KnownOn) -> Callable[[str], str]:
    """The address of a criterion on the day that is asked about; made once for each, as a table has thousands."""
    return cache(lambda key: url_for("criteria.detail", key=key, op=asked.op))


def release_in_force(asked: KnownOn) -> dict[str, object] | None:
    """Number and day of the release in force; None before the first."""
    day = queries.released_on(asked.release)
    return {"number": asked.release, "released_on": day} if day else None


def release_notes(changes: Iterable[dict[str, str]]) -> str:
    """What a release changed, counted, in a sentence; the first release changed nothing."""
    count = Counter("list" if change["what"].startswith(("option", "list")) else change["what"] for change in changes)
    sentences = (
        ngettext("%(n)s vraag erbij", "%(n)s vragen erbij", count["added"]),
        ngettext("%(n)s vraag weg", "%(n)s vragen weg", count["removed"]),
        ngettext("%(n)s vraag betekent iets anders", "%(n)s vragen betekenen iets anders", count["meaning"]),
        ngettext("%(n)s tekst verbeterd", "%(n)s teksten verbeterd", count["wording"]),
        ngettext("%(n)s wijziging in keuzelijsten", "%(n)s wijzigingen in keuzelijsten", count["list"]),
    )
    told = ", ".join(sentence for sentence in sentences if not sentence.startswith("0 "))
    return f"{told}." if told else _("De eerste uitgave.")
