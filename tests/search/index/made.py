"""Documents and indexes to test with."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from partnerkompas.search.index import Applied, Document, Reader, alone, open_reader, rebuild
from partnerkompas.search.words import WHERE, Bits, Lexicon, forms, parse

DAY = date(2026, 11, 22)

LEXICON = Lexicon.made(
    ["groothandel", "software", "branche", "oplossing", "voeding", "magazijn", "beheer", "project", "leiding"],
    {
        "bc": ["Business Central", "Dynamics 365 Business Central", "BC", "NAV", "Navision"],
        "fo": ["Finance", "Finance and Operations", "F&O", "AX", "Axapta"],
        "avg": ["AVG", "GDPR", "General Data Protection Regulation"],
    },
)
"""A few compounds and names that mean the same."""


def document(
    number: int,
    name: str | Sequence[str] = "",
    text: str | Sequence[str] = "",
    kind: str = "partner",
    prose: Sequence[str] = (),
) -> Document:
    """What is indexed of a name and a text, or several."""
    texts = {"name": [name] if isinstance(name, str) else name, "text": [text] if isinstance(text, str) else text}
    texts["prose"] = prose
    found = {
        f"{field}_{form}": tokens
        for field in texts
        for form, tokens in forms(texts[field], LEXICON).items()
        if field in WHERE[form]
    }
    return Document(kind, number, found)


def applied(number: int = 1) -> Applied:
    """What an index knows at a row of the outbox."""
    return Applied(number, DAY, LEXICON.version, f"{DAY}T12:00:{number:02}")


def index_of(folder: Path, documents: Iterable[Document], number: int = 1) -> Reader:
    """A new index of some documents, opened."""
    with alone(folder):
        rebuild(folder, documents, applied(number))
    return opened(folder)


def opened(folder: Path) -> Reader:
    """The index in use, which must be there."""
    reader = open_reader(folder)
    assert reader is not None
    return reader


def found_by(reader: Reader, word: str, kind: str = "partner") -> set[int]:
    """The numbers of the documents that hold a word as written."""
    postings = reader.postings(kind, {number: number for number in reader.documents(kind)})
    return places(postings.having(("name_exact", word), ("text_exact", word)))


def places(bits: Bits) -> set[int]:
    """The places in a set."""
    return {place for place in range(bits.bit_length()) if bits >> place & 1}


def ranked(reader: Reader, q: str, *, any_term: bool = False) -> list[int]:
    """The partners that a query finds, the best first."""
    return [hit.number for hit in reader.rank(parse(q, LEXICON), "partner", 100, any_term=any_term)]


def files_of(folder: Path) -> list[Path]:
    """The files of the index in use that hold words: its segments and its table of contents."""
    made = folder / (folder / "CURRENT").read_text()
    return sorted(path for path in made.iterdir() if path.suffix in (".seg", ".toc"))
