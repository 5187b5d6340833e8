"""How good and how fast the words are: stems, spelling, completion, the index in memory.

    python bench/words.py

Prints a table. Uses the words of the catalogue and the places, and the inflections and common misspellings of OpenTaal
where ../shared/data is there. Typos are made the same each time. Times are of one process, the middle of many.
"""

import csv
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import snowballstemmer

from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.naming import names_of
from partnerkompas.search.words import (
    Completion,
    Entry,
    Memory,
    Spelling,
    fold,
    found,
    lexicon_of,
    parse,
    stems,
    tokens,
)

ROOT = Path(__file__).resolve().parent.parent
OPENTAAL = ROOT.parent / "shared" / "data" / "opentaal"
SEED = 20261125
EDITION = read_edition(ROOT / "seed" / "criteria", ROOT / "seed" / "options")
NAMES = [names_of(option) for options in EDITION.lists for option in options.options]
SYLLABLES = "ka lo mi ta re su ben dor fel gra vin hol ster burg lan zo".split()
QUERIES = (
    "navision",
    "business central zorg",
    "groothandels in voeding",
    '"business central" -crm',
    "voedingsgroothandel",
)
SOUNDS = "ei ij, au ou, c k, f v, s z, d t, g ch"


def row(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |")


def milliseconds(do: Callable[[], object], times: int) -> str:
    """The middle of so many times."""
    taken = []
    for _n in range(times):
        start = time.perf_counter()
        do()
        taken.append(time.perf_counter() - start)
    return f"{1000 * median(taken):.3f} ms"


def known_words() -> Counter[str]:
    """The words of the catalogue and of places, with how often each occurs."""
    texts = [text for each in EDITION.questions for text in (each.label.nl, each.label.en, each.question.nl)]
    texts += [name for names in NAMES for name in names]
    with (ROOT / "seed" / "places.csv").open(encoding="utf-8") as file:
        texts += [line[0] for line in csv.reader(file)]
    return Counter(token for text in texts for token in tokens(text) if token.isalpha() and len(token) > 2)


def one_mistake(word: str, chance: random.Random) -> str:
    """A word with a letter left out, added, changed, doubled, or two that changed places."""
    at = chance.randrange(len(word) - 1)
    before, one, other, after = word[:at], word[at], word[at + 1], word[at + 2 :]
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return before + chance.choice([other, one + letter + other, letter + other, one + one + other, other + one]) + after


def sounds_alike(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words with one sound written for another."""
    pairs = [pair.split() for pair in SOUNDS.split(", ")]
    for one, other in [*pairs, *(pair[::-1] for pair in pairs)]:
        yield from ((word.replace(one, other, 1), word) for word in words if one in word)


def often_confused(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words with a mistake that OpenTaal says is made often."""
    for line in (OPENTAAL / "replacements.tsv").read_text(encoding="utf-8").splitlines():
        wrong, right = map(fold, line.split("\t")[:2])
        if wrong.isalpha() and right.isalpha() and len(wrong + right) > 2:
            yield from ((word.replace(right, wrong, 1), word) for word in words if right in word)


def spelling() -> None:
    """How often the first suggestion is the word that was meant."""
    counts, chance = known_words(), random.Random(SEED)
    known = Spelling.of(counts.items())
    long, longer = ([word for word in sorted(counts) if len(word) > letters] for letters in (4, 7))
    tried = {
        "one mistake, words of 5 letters or more": [(one_mistake(word, chance), word) for word in long],
        "two mistakes, words of 8 letters or more": [
            (one_mistake(one_mistake(word, chance), chance), word) for word in longer
        ],
        "a sound written otherwise": list(sounds_alike(long)),
    }
    if OPENTAAL.exists():
        tried["often confused, by OpenTaal"] = list(often_confused(long))
    for name, pairs in tried.items():
        asked = [(typed, word) for typed, word in chance.sample(pairs, min(len(pairs), 3000)) if typed not in counts]
        right = sum(known.best(typed)[:1] == [word] for typed, word in asked)
        row(f"spelling, {name}: first suggestion right", f"{right / len(asked):.3f} of {len(asked)}")
    row(
        f"spelling, one look-up among {len(known.words)} words", milliseconds(partial(known.best, "inplementatei"), 300)
    )


def inflections() -> None:
    """How many inflected forms have the stem of their base form."""
    lines = fold((OPENTAAL / "inflections.tsv").read_text(encoding="utf-8")).splitlines()
    pairs = [pair for pair in (line.split("\t") for line in lines) if len(pair) == 2 and all(map(str.isalpha, pair))]
    alone = snowballstemmer.stemmer("dutch").stemWord
    ways: dict[str, Callable[[str], str]] = {"Snowball alone": alone, "ours": lambda word: stems(word)[0]}
    for name, stem in ways.items():
        met = sum(stem(one) == stem(other) for one, other in pairs)
        row(f"inflections that meet their base form, {name}", f"{met / len(pairs):.3f} of {len(pairs)}")


def memory() -> None:
    """10,000 made-up partners of 62 texts."""
    chance, lexicon = random.Random(SEED), lexicon_of(EDITION)
    documents = []
    for place in range(10_000):
        name = "".join(chance.choices(SYLLABLES, k=3)).title() + chance.choice([" Software", " ICT", " Groep"])
        texts = [text for names in chance.choices(NAMES, k=30) for text in names][:60]
        documents.append((place, {"name": [f"{name} B.V.", f"{name} Holding"], "text": texts}))
    start = time.perf_counter()
    made = Memory.of(documents, lexicon)
    row("memory of 10,000 partners × 62 texts, made", f"{time.perf_counter() - start:.2f} s")
    everyone = (1 << len(documents)) - 1
    for q in QUERIES:
        start = time.perf_counter()
        found(parse(q, lexicon), made, everyone)
        cold = 1000 * (time.perf_counter() - start)
        query = parse(q, lexicon)
        read = milliseconds(partial(parse, q, lexicon), 300)
        warm = milliseconds(partial(found, query, made, everyone), 300)
        row(f"`{q}`: first time / read again / found again", f"{cold:.1f} ms / {read} / {warm}")


def completion() -> None:
    """20,000 made-up names."""
    chance = random.Random(SEED)
    names = (" ".join("".join(chance.choices(SYLLABLES, k=3)) for _n in range(3)) for _m in range(20_000))
    made = Completion.of(Entry(name, "partner", weight=chance.randrange(9)) for name in names)
    for typed in ("k", "kal", "kalo s", "z k l"):
        row(f"completion of “{typed}” among 20,000", milliseconds(partial(made.complete, typed), 300))


def main() -> None:
    row("what", "figure")
    row("---", "---:")
    if OPENTAAL.exists():
        inflections()
    spelling()
    completion()
    memory()


if __name__ == "__main__":
    main()
