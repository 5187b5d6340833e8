"""The list as a file: every partner that matches, in the order asked, with what was filtered on.

What it says comes from the snapshot that page and API count with, so that all three agree; only the places of partners
are read from the database, some hundreds at a time.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from partnerkompas.answers.models import State
from partnerkompas.answers.showing import state_label
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.infra.language import language
from partnerkompas.infra.spreadsheet import harmless
from partnerkompas.partners import queries as partners
from partnerkompas.permissions.vocabulary import VISITOR
from partnerkompas.search.asking import Asked
from partnerkompas.search.request import FacetKey
from partnerkompas.search.snapshot import Bits, Snapshot, as_mask, bits_of, places_of
from partnerkompas.search.sync import committed_only

AT_A_TIME = 500

Cells = dict[int, list[str]]
"""What stands in a column, by the position of a partner."""


def rows(asked: Asked, url: Callable[[str], str]) -> Iterator[list[str]]:
    """The head, and a row for each partner; one that was hidden meanwhile is left out.

    `url` makes the address of a profile. Values and states are in the words of the page, several with "; " between.
    """
    snapshot, keys = asked.snapshot, [key for key, _choice in asked.request.filters]
    named = snapshot.edition.product_question
    yield [
        *("slug", "name", "url", "products", "cities", "known", "asked"),
        *(name for key in keys for name in (str(key), f"{key}.stand")),
    ]
    places = snapshot.sorted(asked.matches.all, asked.request.sort)
    for start in range(0, len(places), AT_A_TIME):
        some = places[start : start + AT_A_TIME]
        here, firms = bits_of(some, len(snapshot.firms)), dict(zip(some, snapshot.firms.at(some), strict=True))
        products = _values(snapshot, FacetKey(named.key), here) if named else {}
        columns = [each for key in keys for each in (_values(snapshot, key, here), _states(snapshot, key, here))]
        with committed_only():  # a session that began before the snapshot would know less than it
            cities = partners.cities_of([firm.id for firm in firms.values()], VISITOR)
        for place, firm in firms.items():
            if firm.id in cities:
                about = [firm.slug, firm.name, url(firm.slug), _joined(products.get(place, ()))]
                told = (_joined(column.get(place, ())) for column in columns)
                yield [*about, _joined(cities[firm.id]), str(firm.known), str(firm.asked), *told]


def name(asked: Asked) -> str:
    """What the file is called: of what day it is, and by which release of the criteria."""
    return f"partners-{asked.snapshot.day}-{asked.snapshot.release}.csv"


def as_csv(table: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as CSV, piece by piece; Excel reads its accents by the mark at the start."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file)
    for row in table:
        writer.writerow([harmless(cell) for cell in row])
        if file.tell() > 50_000:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()


def _values(snapshot: Snapshot, key: FacetKey, here: Bits) -> Cells:
    """The values of some partners, in words; of a branch of a tree only its ends."""
    question = snapshot.edition.by_key[key.criterion]
    if kind_of(question).facet_style == "range":
        return _numbers(snapshot, key, question, here)
    codes: dict[int, list[str]] = {}
    for bucket in kind_of(question).choices(question, language()):
        for place in places_of(snapshot.with_value(key, bucket.code) & here, len(snapshot.firms)).tolist():
            codes.setdefault(place, []).append(bucket.code)
    labels = {bucket.code: bucket.label for bucket in kind_of(question).choices(question, language())}
    above = question.options.above if question.options else {}
    cells: Cells = {}
    for place, chosen in codes.items():
        higher = {each for code in chosen for each in above.get(code, ())[1:]}
        cells[place] = [labels[code] for code in chosen if code not in higher]
    return cells


def _numbers(snapshot: Snapshot, key: FacetKey, question: Question, here: Bits) -> Cells:
    table, cells = snapshot.tables.get(key), Cells()
    if table:
        mine = table.entries[as_mask(here, len(snapshot.firms))[table.entries["place"]]]
        for place, number, _sort in mine.tolist():
            if number == number:  # NaN: no place on the line
                cells.setdefault(place, []).append(kind_of(question).show_number(question, number))
    return {place: [*dict.fromkeys(numbers)] for place, numbers in cells.items()}


def _states(snapshot: Snapshot, key: FacetKey, here: Bits) -> Cells:
    """The states of some partners; for any product a partner may be in several."""
    cells: Cells = {}
    for state in State:
        for place in places_of(snapshot.with_state(key, state) & here, len(snapshot.firms)).tolist():
            cells.setdefault(place, []).append(state_label(state))
    return cells


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)
