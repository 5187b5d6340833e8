"""Criteria found by words: the best few beside the list of partners, and all of them on the page of criteria."""

from collections.abc import Callable
from dataclasses import dataclass

from partnerkompas.criteria.known_on import KnownOn
from partnerkompas.criteria.questions import Question
from partnerkompas.criteria.views import searching
from partnerkompas.infra.language import language
from partnerkompas.search import sync, words
from partnerkompas.search.asking import Asked
from partnerkompas.search.document import texts_about
from partnerkompas.search.why import shortened
from partnerkompas.search.words import Lexicon, Memory, Postings, Query, Said, Segment, found, marked, parse

MOST = 3


@dataclass(frozen=True, slots=True)
class CriterionFound:
    """A criterion with the words asked for marked: in its name, and in what explains it when they are not all there."""

    label: tuple[Segment, ...]
    text: tuple[Segment, ...]
    url: str


def criteria_found(asked: Asked, url: Callable[[str], str]) -> tuple[CriterionFound, ...]:
    """The criteria that answer the words best, the best first; none without words, or without an index to rank by."""
    ready, query = asked.ready, asked.query
    if ready.reader is None or not query.must:
        return ()
    hits = ready.reader.rank(query, "criterion", MOST)
    questions = [asked.snapshot.edition.questions[hit.number] for hit in hits]
    return tuple(explained(question, query, ready.lexicon, url(question.key)) for question in questions)


def explained(question: Question, query: Query, lexicon: Lexicon, url: str) -> CriterionFound:
    """A criterion with what was asked for marked.

    What was found in the texts of the other language only is explained by the question itself.
    """
    label = marked(question.label.in_(language()), query.must, lexicon)
    reasons = words.explained(query, _said(question), lexicon)
    text = next((each.segments for each in reasons if each.said.field != "name"), ())
    if not reasons:
        text = ((question.question.in_(language()), False),)
    return CriterionFound(label, shortened(text), url)


def _said(question: Question) -> list[Said]:
    """What a reader of this language sees of a question."""
    texts = [
        each.in_(language()) for each in (question.question, question.why, question.hint, question.evidence) if each
    ]
    texts += [each.label.in_(language()) for each in question.options.options] if question.options else []
    return [Said(question.label.in_(language()), "name"), *(Said(each) for each in texts)]


@searching.connect
def keys_found(asked: KnownOn, *, q: str) -> frozenset[str]:
    """The criteria of a day that have all words: by the index, or by their texts themselves, which takes longer."""
    lexicon, questions = sync.lexicon_of(asked.edition), asked.edition.questions
    query = parse(q, lexicon)
    if query.says_nothing:
        return frozenset()
    ready = sync.ready() if asked.op is None else None
    if ready and ready.reader and ready.snapshot.edition is asked.edition:
        postings: Postings = ready.reader.postings("criterion", {place: place for place in range(len(questions))})
    else:
        about = ((place, *texts_about(question)) for place, question in enumerate(questions))
        postings = Memory.of(((place, {"name": names, "text": texts}) for place, names, texts in about), lexicon)
    bits = found(query, postings, (1 << len(questions)) - 1)
    return frozenset(question.key for place, question in enumerate(questions) if bits >> place & 1)
