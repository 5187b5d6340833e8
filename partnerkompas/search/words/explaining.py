"""Why something was found: for each term of a query the text that has it, with the words that matched marked.

The texts of one document are asked in the same way as an index, as documents of their own. So what is explained is what
was found.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import takewhile
from operator import and_

from partnerkompas.search.words.finding import Bits, by_parts, directly, matching, settled
from partnerkompas.search.words.forms import follow, held_by
from partnerkompas.search.words.lexicon import Lexicon
from partnerkompas.search.words.marking import Segment, marked
from partnerkompas.search.words.query import Named, Numbered, Phrase, Query, Term, Word


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a document: its field ("name", "text", "prose"), and what it is, such as the label of a question."""

    text: str
    field: str = "text"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """By which text a term was found: "Dynamics 365 Business Central, found by: Navision"."""

    said: Said
    segments: tuple[Segment, ...]
    via: str = ""
    """The words as typed, when the text does not have them but means the same; else empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Sayings:
    """Many texts, and for each token those that hold it: made once, asked for every query."""

    texts: tuple[Said, ...]
    by_token: Mapping[str, Sequence[int]]
    exact: Sequence[str]
    """All exact tokens in order."""

    @classmethod
    def of(cls, texts: Iterable[Said], lexicon: Lexicon) -> "Sayings":
        """Make it from texts."""
        held, by_token, exact = tuple(texts), dict[str, list[int]](), set[str]()
        for place, said in enumerate(held):
            for token in _all_held_by(said.text, lexicon):
                by_token.setdefault(token, []).append(place)
            exact |= held_by(said.text, lexicon)["exact"]
        return cls(held, by_token, sorted(exact))

    def worth_asking(self, query: Query) -> list[Said]:
        """The texts that hold anything a query looks up."""
        looked_up, beginnings = _looked_up(query.must)
        wanted = {*looked_up}
        for start in beginnings:
            first = bisect_left(self.exact, start)
            wanted.update(takewhile(lambda token: token.startswith(start), self.exact[first:]))  # noqa: B023
        places = {place for token in wanted for place in self.by_token.get(token, ())}
        return [self.texts[place] for place in sorted(places)]


def holding_any(query: Query, lexicon: Lexicon) -> Callable[[str], bool]:
    """Tells whether a text holds anything that a query looks up: of the sixty of a partner mostly one or two do."""
    looked_up, beginnings = _looked_up(query.must)

    def holds(text: str) -> bool:
        if not looked_up.isdisjoint(_all_held_by(text, lexicon)):
            return True
        return bool(beginnings) and any(token.startswith(beginnings) for token in held_by(text, lexicon)["exact"])

    return holds


def explained(query: Query, said: Iterable[Said], lexicon: Lexicon) -> list[Found]:
    """For each term of a query the text that has it best: a name before another text, what is written before what is
    meant. Terms found in the same text are marked together; a term that no text has is left out.

    `said` are the texts of one document, in the order in which they are to be named.
    """
    holds = holding_any(query, lexicon)
    texts = [each for each in said if holds(each.text)]
    asked = Texts.of(texts, lexicon)
    numbered = {term.of for term in query.must if isinstance(term, Numbered)}
    alone = (term for term in query.must if term not in numbered)  # a number is found where its word is
    hits = [hit for term in alone for hit in _hits(term, query.in_full(term), asked)]
    together: dict[tuple[int, str], list[_Hit]] = {}
    for hit in hits:
        together.setdefault((hit.place, hit.via), []).append(hit)
    return [
        Found(texts[place], marked(texts[place].text, [hit.by for hit in its_hits], lexicon), via)
        for (place, via), its_hits in together.items()
    ]


@dataclass(frozen=True, slots=True)
class Texts:
    """Postings of a few texts: no index is made, each is looked at. A set of texts is bits."""

    texts: Sequence[Said]
    held: Sequence[Mapping[str, frozenset[str]]]
    lexicon: Lexicon

    @classmethod
    def of(cls, texts: Sequence[Said], lexicon: Lexicon) -> "Texts":
        """Make it from texts, each at its own place."""
        return cls(texts, [held_by(said.text, lexicon) for said in texts], lexicon)

    def having(self, *tokens: tuple[str, str]) -> Bits:
        """The texts that hold any of some tokens, each given with its field."""
        wanted = [(*field.rsplit("_", 1), token) for field, token in tokens]
        return self._those(
            place
            for place, (said, held) in enumerate(zip(self.texts, self.held, strict=True))
            if any(said.field == name and token in held[form] for name, form, token in wanted)
        )

    def starting_with(self, text: str) -> Bits:
        """The texts that hold an exact token that starts so."""
        return self._those(
            place for place, each in enumerate(self.held) if any(token.startswith(text) for token in each["exact"])
        )

    def in_sequence(self, tokens: tuple[str, ...]) -> Bits:
        """The texts that hold these exact tokens one after the other."""
        return self._those(
            place
            for place, each in enumerate(self.held)
            if each["exact"].issuperset(tokens) and follow(self.texts[place].text, tokens, self.lexicon)
        )

    def together(self, words: tuple[Word, ...]) -> Bits:
        """The texts that have each of these words themselves."""
        return reduce(and_, (directly(word, self) for word in words))

    def only(self, place: int) -> "Texts":
        """One of the texts."""
        return Texts([self.texts[place]], [self.held[place]], self.lexicon)

    def _those(self, places: Iterable[int]) -> Bits:
        return sum(1 << place for place in places)


@lru_cache(maxsize=1_000)
def _looked_up(terms: tuple[Term, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The tokens that terms look up, and the beginnings of tokens."""
    wanted, beginnings = set[str](), set[str]()
    for term in terms:
        _gather(term, wanted, beginnings)
    return frozenset(wanted), tuple(beginnings)


def _gather(term: Term, wanted: set[str], beginnings: set[str]) -> None:
    """Adds the tokens that a term looks up, and the beginnings."""
    match term:
        case Phrase(tokens):
            wanted.update(tokens)
        case Named(concepts, words):
            wanted.update(concepts)
            for word in words:
                _gather(word, wanted, beginnings)
        case Numbered(of, number):
            _gather(of, wanted, beginnings)
            _gather(number, wanted, beginnings)
        case Word():
            wanted.update(token for _form, token in term.lookups)
            wanted.update(term.sequence)
            if term.prefix:
                beginnings.add(term.text)
            for part in term.parts:
                _gather(part, wanted, beginnings)


@lru_cache(maxsize=50_000)
def _all_held_by(text: str, lexicon: Lexicon) -> frozenset[str]:
    return frozenset().union(*held_by(text, lexicon).values())


@dataclass(frozen=True, slots=True)
class _Hit:
    """A text that has (part of) a term."""

    place: int
    by: Term
    via: str = ""


def _hits(term: Term, written: str, asked: Texts) -> Iterator[_Hit]:
    """The text that has a term; several when its words stand in several."""
    match term:
        case Phrase():
            yield from _first(asked.in_sequence(term.tokens), term, "", asked)
        case Named() | Numbered():
            plain = _literal(term)
            if by_words := matching(plain, asked):
                yield from _first(by_words, plain, "", asked)
            elif meant := matching(term, asked):
                yield from _first(meant, term, written, asked)
        case Word():
            word = settled(term, asked)
            written_so = _literal_word(word)
            if by_words := directly(written_so, asked):
                yield from _first(by_words, written_so, "", asked)
            elif meant := directly(word, asked):
                yield from _first(meant, word, written, asked)
            elif not word.lookups:
                for part in word.parts:
                    yield from _hits(part, part.text, asked)
            elif together := by_parts(word, asked):
                place = _best(together, asked)
                for part in word.parts:
                    yield from (replace(hit, place=place) for hit in _hits(part, part.text, asked.only(place)))


def _literal(term: Named | Numbered) -> Named | Numbered:
    """A term without what it means."""
    if isinstance(term, Named):
        return Named((), term.words)
    return Numbered(_literal_word(term.of) if isinstance(term.of, Word) else _literal(term.of), term.number)


def _literal_word(word: Word) -> Word:
    """A word without what it means."""
    lookups = tuple(each for each in word.lookups if each[0] != "concept")
    return Word(word.text, word.prefix, word.sequence, lookups, word.parts)


def _first(places: Bits, by: Term, via: str, asked: Texts) -> Iterator[_Hit]:
    """The best of the texts, if any."""
    if places:
        yield _Hit(_best(places, asked), by, via)


def _best(places: Bits, asked: Texts) -> int:
    """The first of some texts, a name before another."""
    found = (place for place in range(len(asked.texts)) if places >> place & 1)
    return min(found, key=lambda place: (asked.texts[place].field != "name", place))
