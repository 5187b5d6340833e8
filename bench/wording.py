"""How well wording is pointed out that no reader can check (row U7): precision and recall on 200 sentences.

    python -m bench.wording [--misses]

The sentences (bench/wording.tsv) were written and committed before the word lists: half should get a remark, half hold
facts, many with the same words. The first, third, fifth … are for tuning; the second, fourth, sixth … were held apart.
A sentence counts once for each kind: found when any remark of that kind is made. `--misses` names what went wrong
among the sentences for tuning, never among the others.

Then 60 sentences that companies wrote about themselves (bench/wording_of_others.tsv; where from: docs/benchmarks.md),
drawn by chance after the lists were done and judged by us: "any" deserves a remark, of whatever kind.
"""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from partnerkompas.answers.wording import Kind, remarks

OURS = Path(__file__).with_suffix(".tsv")
OF_OTHERS = OURS.with_name("wording_of_others.tsv")
NONE = "-"


@dataclass(frozen=True)
class Judged:
    """A sentence with the kind it should get ("-": none), and the kinds it gets."""

    sentence: str
    expected: str
    found: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """How many were rightly found, wrongly found, and missed."""

    right: int
    wrong: int
    missed: int

    def __str__(self) -> str:
        precision, recall = self.right / (self.right + self.wrong), self.right / (self.right + self.missed)
        return f"{precision:.3f} | {recall:.3f} | {self.right} | {self.wrong} | {self.missed}"


def judged(path: Path) -> list[Judged]:
    """The sentences of a file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Judged(row["sentence"], row["expected"], frozenset(remark.kind for remark in remarks(row["sentence"])))
        for row in rows
    ]


def halves() -> tuple[list[Judged], list[Judged]]:
    """Our sentences for tuning, and those held apart."""
    ours = judged(OURS)
    return ours[0::2], ours[1::2]


def of_kind(some: Sequence[Judged], kind: str) -> Figures:
    """The figures of one kind."""
    return Figures(
        sum(each.expected == kind and kind in each.found for each in some),
        sum(each.expected != kind and kind in each.found for each in some),
        sum(each.expected == kind and kind not in each.found for each in some),
    )


def of_any(some: Sequence[Judged]) -> Figures:
    """The figures of being pointed out at all, of whatever kind."""
    return Figures(
        sum(each.expected != NONE and bool(each.found) for each in some),
        sum(each.expected == NONE and bool(each.found) for each in some),
        sum(each.expected != NONE and not each.found for each in some),
    )


def main() -> None:
    tuning, apart = halves()
    print("| half | kind | precision | recall | right | wrong | missed |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for name, half in (("for tuning", tuning), ("held apart", apart)):
        for kind in Kind:
            print(f"| {name} | {kind} | {of_kind(half, kind)} |")
        print(f"| {name} | any remark | {of_any(half)} |")
    print(f"| of others | any remark | {of_any(judged(OF_OTHERS))} |")
    if "--misses" in sys.argv:
        for each in tuning:
            if each.found != {each.expected} - {NONE}:
                print(each.expected, "\t", ", ".join(sorted(each.found)) or NONE, "\t", each.sentence)


if __name__ == "__main__":
    main()
