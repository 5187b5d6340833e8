"""Comparing database, index and snapshot: every difference has a name."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple

from partnerkompas.infra.language import _
from partnerkompas.search import index
from partnerkompas.search.index import Applied, Reader
from partnerkompas.search.snapshot import Column, Snapshot
from partnerkompas.search.sync import applying, reading
from partnerkompas.search.sync.holding import (
    committed_only,
    criterion_documents,
    held_here,
    lexicon_of,
    partner_document,
)
from partnerkompas.search.words import Lexicon

MOST_FACTS = 5
"""Of a partner no more that differ are named; the rest is counted."""


def differences() -> list[str]:
    """Every difference between database, index and snapshot, a line each; none means they agree.

    What is being applied while this looks is no difference, so it looks again before it names any.
    """
    return _differences_now() and _differences_now()


def _differences_now() -> list[str]:
    """The differences at one look."""
    mine = held_here()
    with committed_only():
        # first: reading takes long, and others write
        saved, reader = applying.held(mine), index.open_reader(mine.folder)
        target = reading.now()
        truth = {column.id: column for column in reading.columns(None, target)}
        lexicon = lexicon_of(target.edition)
        made = reading.snapshot_of([*truth.values()], target)
    return [
        *(_of_snapshot(saved.snapshot, made) if saved else [_("er is geen momentopname die te gebruiken is")]),
        *(_of_index(reader, truth, target, lexicon) if reader else [_("er is geen index die te gebruiken is")]),
    ]


def _of_snapshot(known: Snapshot, made: Snapshot) -> Iterator[str]:
    wanted, have = (made.number, made.day, made.release), (known.number, known.day, known.release)
    if wanted != have:
        yield _("momentopname weet %(have)s, database %(wanted)s", have=_plain(have), wanted=_plain(wanted))
    truth, told = _said_of_each(made), _said_of_each(known)
    for slug in truth.keys() | told.keys():
        if slug not in told:
            yield _("%(slug)s: niet in de momentopname", slug=slug)
        elif slug not in truth:
            yield _("%(slug)s: in de momentopname, niet in de gids", slug=slug)
        elif truth[slug] != told[slug]:
            facts = sorted(truth[slug] ^ told[slug])
            more = [_("en nog %(n)s", n=len(facts) - MOST_FACTS)] if len(facts) > MOST_FACTS else []
            what = ", ".join(facts[:MOST_FACTS] + more)
            yield _("%(slug)s: anders in de momentopname: %(what)s", slug=slug, what=what)
    for name, order, expected in (
        (_("de volgorde van de dag"), known.firms.neutral, made.firms.neutral),
        (_("de volgorde van het alfabet"), known.firms.alphabet, made.firms.alphabet),
    ):
        if _slugs(known, order) != _slugs(made, expected):
            yield _("%(what)s is anders in de momentopname", what=name)
    for row, total in enumerate(known.matrix.totals):
        if known.matrix.bits(row).bit_count() != total:
            yield _("%(row)s: een telling klopt niet", row=known.matrix.layout.rows[row])


def _said_of_each(known: Snapshot) -> dict[str, set[str]]:
    """Everything a snapshot says of each partner, as texts."""
    said: dict[int, set[str]] = {}
    for place in known.firms.place_of_id.values():
        firm, rows = known.firms[place], (known.matrix.layout.rows[row] for row in known.matrix.held_by(place))
        said[place] = {f"{name.key}{'.stand' if name.is_state else ''}={name.code}" for name in rows}
        said[place].add(", ".join(map(str, [*firm._replace(read=0), known.firms.about["median"][place]])))
    for key, table in known.tables.items():
        for place, number, sort in table.entries.tolist():
            said[place].add(f"{key}: {number}, {table.texts[int(sort)] if table.texts else sort}")
    return {known.firms.names[place][0]: each for place, each in said.items()}


def _slugs(known: Snapshot, order: Iterable[int]) -> list[str]:
    """Who stands in an order, without the gaps."""
    return [slug for place in order if (slug := known.firms.names[place][0])]


def _of_index(reader: Reader, truth: dict[int, Column], target: reading.Target, lexicon: Lexicon) -> Iterator[str]:
    wanted = Applied(target.number, target.day, lexicon.version, target.told_at)
    if reader.applied != wanted:
        yield _(
            "index weet %(have)s, database %(wanted)s",
            have=_plain(astuple(reader.applied)),
            wanted=_plain(astuple(wanted)),
        )
    documents = [partner_document(column, lexicon) for column in truth.values()]
    for kind, made in (("partner", documents), ("criterion", [*criterion_documents(target.edition, lexicon)])):
        have = index.sums_in(reader, kind)
        for document in made:
            name = truth[document.number].slug if kind == "partner" else target.edition.questions[document.number].key
            if document.number not in have:
                yield _("%(slug)s: niet in de index", slug=name)
            elif index.sums_of(document) != have[document.number]:
                yield _("%(slug)s: met andere woorden in de index", slug=name)
        for number in have.keys() - {document.number for document in made}:
            yield _("%(kind)s %(number)s: in de index, niet in de gids", kind=kind, number=number)


def _plain(known: tuple[object, ...]) -> str:
    return ", ".join(str(each) for each in known)
