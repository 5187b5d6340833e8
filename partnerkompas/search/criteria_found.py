"""Criteria found by words: the best few beside the list of partners, and all of them on the page of criteria."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from partnerkompas.criteria.known_on import KnownOn
from partnerkompas.criteria.naming import names_of
from partnerkompas.criteria.questions import Question
from partnerkompas.criteria.showing import FoundBy
from partnerkompas.criteria.views import Searched, searching
from partnerkompas.infra.language import language
from partnerkompas.infra.parameters import repeatable
from partnerkompas.search import sync, words
from partnerkompas.search.asking import Asked, about_words, too_many_words
from partnerkompas.search.document import explaining, texts_about
from partnerkompas.search.grammar import LONGEST_QUERY, what_words_lack
from partnerkompas.search.request import Problem
from partnerkompas.search.why import shortened
from partnerkompas.search.words import Lexicon, Memory, Postings, Query, Said, Sayings, Segment, found, marked, parse

MOST = 3


@dataclass(frozen=True, slots=True)
class CriterionFound:
    """A criterion and where it was found."""

    by: FoundBy
    url: str


def criteria_found(asked: Asked, url: Callable[[str], str]) -> tuple[CriterionFound, ...]:
    """The criteria that answer the words best, the best first; none without words, or without an index to rank by.

    A day of the past is ranked by the index of today, as long as its criteria are those of today. One that only has the
    words in the other language is left out: a reader would see no reason.
    """
    ready, query = asked.ready, asked.query
    now = ready if ready.reader else sync.ready()
    if now.reader is None or now.snapshot.edition is not asked.snapshot.edition or not query.must:
        return ()
    questions = asked.snapshot.edition.questions
    ranked = (questions[hit.number] for hit in now.reader.rank(query, "criterion", len(questions)))
    explained = ((question, found_by(question, query, ready.lexicon)) for question in ranked)
    some = (CriterionFound(by, url(question.key)) for question, by in explained if by)
    return tuple(islice(some, MOST))


def found_by(question: Question, query: Query, lexicon: Lexicon) -> FoundBy | None:
    """Where a reader of this language sees that a criterion has the words; None when nowhere.

    Another name of the criterion or of an option is shown as itself, found via that name.
    """
    sayings, said = _kept(question, lexicon)
    reasons = words.explained(query, sayings.worth_asking(query), lexicon)
    if not reasons:
        return None
    label = marked(question.label.in_(language()), query.must, lexicon)
    best = next((each for each in reasons if each.said.field != "name"), reasons[0])
    text: tuple[Segment, ...] = ()
    if best.said.field != "name":
        text = ((said[best.said], False),) if said[best.said] else shortened(best.segments)
    elif not said[best.said]:
        label = best.segments if len(reasons) == 1 else label
    return FoundBy(label, text, best.said.text if said[best.said] else best.via)


_sayings: dict[tuple[Lexicon, str, str], tuple[Sayings, dict[Said, str]]] = {}
"""What criteria can be shown by, of each edition (by its lexicon) in each language: branches have 1,500 names."""

MOST_KEPT = 1_000


def _kept(question: Question, lexicon: Lexicon) -> tuple[Sayings, dict[Said, str]]:
    key = lexicon, question.key, language()
    kept = _sayings.get(key)
    if kept is None:  # another thread may empty it at any moment
        if len(_sayings) >= MOST_KEPT:
            _sayings.clear()
        said = _said(question)
        kept = _sayings[key] = Sayings.of(said, lexicon), said
    return kept


def _said(question: Question) -> dict[Said, str]:
    """What a reader of this language can be shown of a question; of another name of something, what it is the name of.

    In the order in which reasons are given: what stands there itself before other names.
    """
    in_, label = language(), question.label
    options = question.options.options if question.options else ()
    said = {Said(label.in_(in_), "name"): ""}
    said |= {Said(each.in_(in_), "prose"): "" for each in explaining(question)}
    said |= {Said(each.label.in_(in_)): "" for each in options}
    others = [(Said(name), each.label) for each in options for name in names_of(each)]
    for each, of in ((Said(label.nl, "name"), label), (Said(label.en, "name"), label), *others):
        said.setdefault(each, of.in_(in_))
    return said


@searching.connect
def where_found(asked: KnownOn, *, q: str) -> Searched:
    """The criteria of a day that have all words, each with where a reader sees that; and what was not used of them.

    By the index, or by their texts themselves, which takes longer.
    """
    lexicon, questions = sync.lexicon_of(asked.edition), asked.edition.questions
    query, lacking = parse(q[:LONGEST_QUERY].strip(), lexicon), what_words_lack(q)
    problems = [Problem("q", repeatable(q), lacking, partly=True)] if lacking else []
    notices = (*map(str, [*problems, *too_many_words(query)]), *about_words(query))
    if query.says_nothing:
        return Searched({}, notices)
    ready = sync.ready() if asked.op is None else None
    if ready and ready.reader and ready.snapshot.edition is asked.edition:
        postings: Postings = ready.reader.postings("criterion", {place: place for place in range(len(questions))})
    else:
        postings = Memory.of(((place, texts_about(question)) for place, question in enumerate(questions)), lexicon)
    bits = found(query, postings, (1 << len(questions)) - 1)
    here = (question for place, question in enumerate(questions) if bits >> place & 1)
    where = {question.key: found_by(question, query, lexicon) for question in here}
    return Searched({key: by for key, by in where.items() if by or not query.must}, notices)
