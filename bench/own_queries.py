"""What users would type on the demonstration data, and whom they would expect: own_queries.tsv, read against the seed.

An expectation is an expression over the facts, made before the search was asked, and evaluated here from nothing but
the files in seed/, so that the search is not judged by its own idea of a fact:

    slug=a,b                     these partners
    groep=…   plaats=…           of this group; with an office or people in this town
    provincie=UT                 with an office in this province
    branches=46                  said so, now, for any product; of a tree also whatever stands below (460, 463 …)
    branches@bc=46               said so for this product
    aanwijzingen=*               any choice
    a & !b | c                   "and" goes before "or"
    niemand                      nobody: the question is not in the catalogue
    bedoeld=…                    nothing should be found, and this query proposed
"""

import csv
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

SEED = Path(__file__).parent.parent / "seed"
QUERIES = Path(__file__).with_suffix(".tsv")
DAY = date(2026, 11, 22)
"""The day on which is asked: the demonstration data has facts that expire."""
NOBODY, MEANT, DUTCH = "niemand", "bedoeld=", ("inflection", "compound")


@dataclass(frozen=True)
class Own:
    """A query with its sort and whom it should find."""

    q: str
    sort: str
    expected: str

    @property
    def meant(self) -> str:
        """The query that should be proposed for a typing mistake; empty for other queries."""
        return self.expected.removeprefix(MEANT) if self.expected.startswith(MEANT) else ""


def own_queries() -> list[Own]:
    """All queries, in the order of the file."""
    return [Own(*line.split("\t")) for line in QUERIES.read_text(encoding="utf-8").splitlines()[1:]]


class Catalogue:
    """What the listed partners of the demonstration data say on the day, from the files."""

    def __init__(self, seed: Path = SEED) -> None:
        self.seed = seed
        told = json.loads((seed / "demo" / "partners.json").read_text(encoding="utf-8"))
        self.partners: dict[str, dict[str, Any]] = {each["slug"]: each for each in told if each["status"] == "listed"}

    @cached_property
    def said(self) -> dict[str, dict[str, set[str]]]:
        """By "criterion" and "criterion@product": each code that counts, with who said it."""
        newest: dict[tuple[str, str, str], dict[str, str]] = {}
        with (self.seed / "demo" / "answers.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                newest[row["partner"], row["criterion"], row["product"]] = row
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for (slug, key, product), row in newest.items():
            expired = row["valid_until"] and date.fromisoformat(row["valid_until"]) < DAY
            if slug in self.partners and row["state"] == "stated" and not expired and not row["disputed_on"]:
                for code in (each for given in row["value"].split("|") for each in self.with_above(key, given)):
                    found[key][code].add(slug)
                    found[f"{key}@{product}"][code].add(slug)
        return found

    @cached_property
    def options(self) -> dict[str, dict[str, str]]:
        """By criterion: the codes of its list, each with the code above it; "ja" for yes or no."""
        lists = {
            made["key"]: {each["code"]: each.get("parent", "") for each in made["options"]}
            for made in self.tables("options")
        }
        asked = [each for made in self.tables("criteria") for each in made["criteria"]]
        return {each["key"]: lists.get(each.get("options", ""), {"ja": ""}) for each in asked}

    def tables(self, folder: str) -> list[dict[str, Any]]:
        """The files of a folder of the seed."""
        return [tomllib.loads(path.read_text(encoding="utf-8")) for path in (self.seed / folder).glob("*.toml")]

    def with_above(self, key: str, code: str) -> Iterator[str]:
        """A code and all above it."""
        yield code
        while code := self.options[key].get(code, ""):
            yield code

    def expected(self, expression: str) -> set[str]:
        """The slugs of whom an expression expects; KeyError for a criterion, partner or place that is nowhere."""
        if expression == NOBODY:
            return set()
        return set().union(*(set.intersection(*map(self.atom, way.split(" & "))) for way in expression.split(" | ")))

    def atom(self, text: str) -> set[str]:
        """Whom one condition holds for."""
        if text.startswith("!"):
            return set(self.partners) - self.atom(text[1:])
        key, values = text.split("=", 1)
        having = self.having(key)
        return set().union(*(having[each] for each in (having if values == "*" else values.split(","))))

    def having(self, key: str) -> dict[str, set[str]]:
        """By value of a key: who has it."""
        found: dict[str, set[str]] = defaultdict(set)
        for slug, each in self.partners.items():
            offices = each["offices"]
            values = {
                "slug": [slug],
                "groep": [each["group"]],
                "plaats": [office["city"] for office in offices],
                "provincie": [office["province"] for office in offices if office["role"] == "office"],
            }.get(key, [])
            for value in values:
                found[value].add(slug)
        return dict(found) or {**{code: set() for code in self.options[key.split("@")[0]]}, **self.said[key]}
