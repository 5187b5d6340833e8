"""How well Dutch compounds are split, by which list of words (search.md: a bounded list beats a whole dictionary).

    python bench/compounds.py

Splits the compounds of tests/search/words/compounds.txt with the words of the catalogue only, with our own list, with
both, and with all of OpenTaal where ../shared/data is there; prints how many of the compounds were split right, split
otherwise or left whole, and how many words that are none were split. Two splits are the same when their stems are.
"""

from collections.abc import Callable
from pathlib import Path

from partnerkompas.criteria.files import read_edition
from partnerkompas.search.words import Splitter, fold, stems
from partnerkompas.search.words.catalogue import vocabulary

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "search" / "words" / "compounds.txt"
OPENTAAL = ROOT.parent / "shared" / "data" / "opentaal" / "nl.dic"


def gold() -> dict[str, tuple[str, ...]]:
    """Each word of the list with its parts; none for a word that is no compound."""
    lines = (line.split() for line in GOLD.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {word: tuple(parts) for word, *parts in lines}


def sources() -> dict[str, Splitter]:
    """A splitter for each list of words."""
    edition = read_edition(ROOT / "seed" / "criteria", ROOT / "seed" / "options")
    names = list(vocabulary(edition))
    prose = [text.nl for each in edition.questions for text in (each.question, each.why)]
    found = {
        "names in the catalogue": Splitter.of(names, ()),
        "names and questions": Splitter.of([*names, *prose], ()),
        "our list": Splitter.of(()),
        "names and our list (chosen)": Splitter.of(names),
    }
    if OPENTAAL.exists():
        words = [line.split("/")[0] for line in OPENTAAL.read_text(encoding="utf-8").splitlines()[1:]]
        found["all of OpenTaal"] = Splitter.of((word for word in words if word[:1].islower()), ("bedrijf", "partner"))
    return found


def measured(split: Callable[[str], tuple[str, ...]]) -> tuple[int, int, int, int]:
    """Compounds split right, split otherwise, left whole; and words that are none but were split."""
    right = otherwise = whole = wrong = 0
    for word, parts in gold().items():
        got = split(fold(word))
        if not parts:
            wrong += bool(got)
        elif not got:
            whole += 1
        elif _stems(got) == _stems(parts):
            right += 1
        else:
            otherwise += 1
    return right, otherwise, whole, wrong


def _stems(parts: tuple[str, ...]) -> list[str]:
    return [stems(fold(part))[0] for part in parts]


def main() -> None:
    compounds = sum(map(bool, gold().values()))
    others = len(gold()) - compounds
    print(f"| words from | words | right of {compounds} | otherwise | left whole | wrongly split of {others} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, splitter in sources().items():
        right, otherwise, whole, wrong = measured(splitter.parts)
        print(f"| {name} | {len(splitter.words):,} | {right} | {otherwise} | {whole} | {wrong} |")


if __name__ == "__main__":
    main()
