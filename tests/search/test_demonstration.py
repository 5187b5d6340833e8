"""On the demonstration data, page and API count what anyone can count in the files themselves (issue 2: shown by).

Everything here is read from the files in seed/, and from nothing that the program made of them.
"""

import csv
import json
import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from partnerkompas.criteria import actions as criteria
from partnerkompas.criteria.files import read_edition
from partnerkompas.exchange import importing
from partnerkompas.infra.db import writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR
from tests.browser import Browser
from tests.conftest import ROOT

SEED = ROOT / "seed"
DEMO = SEED / "demo"
TODAY = "2026-11-22"
STATES = ("stated", "no", "not_applicable", "not_stated", "expired", "disputed")

pytestmark = pytest.mark.skipif(not (DEMO / "answers.csv").exists(), reason="there is no demonstration data yet")

Place = tuple[str, str]
Wanted = dict[str, dict[str, list[str]]]
"""What is chosen: by facet, under "any", "alle", "stand" and "range"."""


@dataclass
class Stand:
    """Under what one partner counts, facet by facet."""

    slug: str
    codes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    states: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def tables(folder: Path, name: str) -> list[dict[str, Any]]:
    read = [tomllib.loads(path.read_text()) for path in sorted(folder.glob("*.toml"))]
    return [each for file in read for each in file.get(name, [file])]


class Files:
    """The seed and the demonstration data as they stand in their files."""

    def __init__(self) -> None:
        self.questions = {each["key"]: each for each in tables(SEED / "criteria", "criteria")}
        lists = {each["key"]: each["options"] for each in tables(SEED / "options", "no such table")}
        self.options = {key: lists[each["options"]] for key, each in self.questions.items() if "options" in each}
        self.parents = {key: {each["code"]: each.get("parent") for each in lists[key]} for key in lists}
        self.naming = next(key for key, each in self.questions.items() if each.get("names_products"))
        self.products = [each["code"] for each in self.options[self.naming]]
        listed = [each for each in json.loads((DEMO / "partners.json").read_text()) if each["status"] == "listed"]
        newest: dict[str, dict[Place, dict[str, str]]] = {each["slug"]: {} for each in listed}
        with (DEMO / "answers.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                if row["partner"] in newest:
                    newest[row["partner"]][row["criterion"], row["product"]] = row
        self.stands = [self.stand(slug, rows) for slug, rows in newest.items()]

    @property
    def facets(self) -> list[str]:
        return [key for key, each in self.questions.items() if "facet" in each["uses"]]

    def per_product(self, key: str) -> bool:
        return self.questions[key].get("scope") == "product"

    def stand(self, slug: str, rows: dict[Place, dict[str, str]]) -> Stand:
        named = set(rows.get((self.naming, ""), {}).get("value", "").split("|"))
        named |= {product for (_key, product), row in rows.items() if row["state"] != "not_stated"}
        own = [code for code in self.products if code in named] or [""]
        made = Stand(slug)
        for key in self.questions:
            for product in own if self.per_product(key) else [""]:
                state, value = self.fact(rows, key, product)
                for facet in {key, f"{key}@{product}" if product else key}:
                    made.states[facet].add(state)
                    if state in ("stated", "no") and value:
                        made.values[facet].append(value)
                        made.codes[facet] |= self.codes(key, value)
        return made

    def fact(self, rows: dict[Place, dict[str, str]], key: str, product: str) -> tuple[str, str]:
        row = rows.get((key, product))
        if row is None or row["state"] == "not_stated":
            return ("not_applicable" if self.ruled_out(rows, key, product) else "not_stated"), ""
        if row["disputed_on"]:
            return "disputed", ""
        if row["valid_until"] and row["valid_until"] < TODAY:
            return "expired", ""
        return row["state"], row["value"]

    def ruled_out(self, rows: dict[Place, dict[str, str]], key: str, product: str) -> bool:
        for condition in self.questions[key].get("applies_if", []):
            other = condition["criterion"]
            there = product if self.per_product(other) and self.per_product(key) else ""
            assert self.per_product(key) or not self.per_product(other), "no such condition in the seed"
            state, value = self.fact(rows, other, there)
            if state == "not_applicable":
                return True
            if state in ("stated", "no"):
                met = (
                    state == condition["state"]
                    if "state" in condition
                    else bool(self.codes(other, value) & set(condition["any_of"]))
                )
                if not met:
                    return True
        return False

    def codes(self, key: str, value: str) -> set[str]:
        if self.questions[key]["kind"] == "yes_no":
            return {value}
        if key not in self.options:
            return set()
        found, parents = set(), self.parents[self.questions[key]["options"]]
        for code in value.split("|"):
            above: str | None = code
            while above:
                found.add(above)
                above = parents[above] if self.questions[key]["kind"] == "tree" else None
        return found


def meets(stand: Stand, facet: str, wanted: dict[str, list[str]]) -> bool:
    if stand.states[facet] & set(wanted.get("stand", ())):
        return True
    hits = [stand.codes[facet] & set(wanted["any"])] if wanted.get("any") else []
    if wanted.get("range"):
        low, high = wanted["range"][0].split("..")
        hits.append({each for each in stand.values[facet] if lies(each, low, high)})
    if not hits and not wanted.get("alle"):
        return False
    return (not hits or any(hits)) and set(wanted.get("alle", ())) <= stand.codes[facet]


def lies(value: str, low: str, high: str) -> bool:
    if "-" in value:
        first = (value + "-01-01")[:10]
        return low <= first <= high
    return float(low) <= float(value) <= float(high)


def random_wants(files: Files, count: int) -> Iterator[Wanted]:
    chance = random.Random(60)
    for _n in range(count):
        wanted: Wanted = {}
        for key in chance.sample(files.facets, chance.choice([0, 1, 1, 2, 3])):
            product = chance.choice(["", *files.products]) if files.per_product(key) else ""
            facet = f"{key}@{product}" if product else key
            used = sorted({code for stand in files.stands for code in stand.codes[facet]})
            values = sorted({value for stand in files.stands for value in stand.values[facet]})
            some: dict[str, list[str]] = {"stand": chance.sample(STATES, chance.choice([0, 0, 1, 2]))}
            if used:
                some["any"] = chance.sample(used, min(len(used), chance.randint(0, 3)))
                some["alle"] = chance.sample(used, min(len(used), chance.choice([0, 0, 1, 2])))
            elif values and files.questions[key]["kind"] in ("amount", "date", "month", "year"):
                low, high = sorted(chance.choices(values, k=2), key=lambda each: float(each.replace("-", "")))
                if "-" in low:  # whole days, so that month and day are compared alike
                    low, high = f"{low}-01"[:10], f"{high}-28"[:10]
                some["range"] = [f"{low}..{high}"]
            wanted[facet] = some
        yield {facet: some for facet, some in wanted.items() if any(some.values())}


def query(wanted: Wanted) -> str:
    suffix = {"any": "", "range": "", "alle": ".alle", "stand": ".stand"}
    chosen = [(f"{facet}{suffix[how]}", some[how]) for facet, some in wanted.items() for how in some]
    return urlencode(chosen, doseq=True)


@pytest.fixture
def demonstration(app: Flask) -> Files:
    with unit_of_work():
        criteria.adopt(OPERATOR, read_edition(SEED / "criteria", SEED / "options", None))
        for load, name in ((importing.import_partners, "partners.json"), (importing.import_answers, "answers.csv")):
            report = load(OPERATOR, DEMO / name)
            assert report.ok, str(report)
    writing.set(False)
    return Files()


def test_every_count_equals_a_count_in_the_files(browser: Browser, demonstration: Files) -> None:
    totals = set()
    for number, wanted in enumerate(random_wants(demonstration, 120)):
        address = query(wanted)
        answer = browser.json(f"/api/v1/partners?per_pagina=100&{address}")
        everyone = {each.slug for each in demonstration.stands}
        ok = {
            facet: {each.slug for each in demonstration.stands if meets(each, facet, some)}
            for facet, some in wanted.items()
        }
        matching = everyone.intersection(*ok.values())
        assert answer["total"] == len(matching), address
        assert {item["slug"] for item in answer["items"]} == matching
        totals.add(len(matching))
        assert {facet.split("@")[0] for facet in answer["facets"]} == set(demonstration.facets)
        for facet, shown in answer["facets"].items():
            base = everyone.intersection(*(slugs for other, slugs in ok.items() if other != facet))
            stands = [each for each in demonstration.stands if each.slug in base]
            chosen = {how: some for how, some in wanted.get(facet, {}).items() if how != "stand"}
            among = [each for each in stands if meets(each, facet, chosen)] if chosen.get("alle") else stands
            for value in shown["values"]:
                assert value["count"] == sum(value["value"] in each.codes[facet] for each in among), (address, facet)
            for state in STATES:
                assert shown["states"][state] == sum(state in each.states[facet] for each in stands), (address, facet)
        if number % 8 == 0:
            page = browser.get(f"/partners?{address}")
            assert page.one("section", id="resultaten").get("data-total") == str(len(matching))
    assert len(totals) > 15, "the requests were too much alike"


def test_each_listed_partner_is_found_by_its_name(browser: Browser, demonstration: Files) -> None:
    """Whole, in part, in capitals, without accents (SRCH-01); a draft is found by nothing."""
    for each in json.loads((DEMO / "partners.json").read_text()):
        first = each["name"].split()[0]
        for q in (each["name"], each["name"].upper(), first, first[:-1]):
            answer = browser.json("/api/v1/partners?per_pagina=100&" + urlencode({"q": q}))
            assert (each["slug"] in {item["slug"] for item in answer["items"]}) == (each["status"] == "listed"), q


def test_each_listed_partner_is_found_with_a_typing_mistake(browser: Browser, demonstration: Files) -> None:
    """Two letters of its name changed places (SRCH-01): it is found all the same, or by what "bedoelde u" offers."""
    for each in json.loads((DEMO / "partners.json").read_text()):
        word = next((word for word in each["name"].split() if len(word) > 4), "")
        if each["status"] != "listed" or not word:
            continue
        page = browser.get("/partners?" + urlencode({"q": f"{word[:2]}{word[3]}{word[2]}{word[4:]}"}))
        meant = page.all("ul", class_="suggestions")[:1] if "Bedoelde u" in page.text else []
        links = [link.get("href", "") for part in meant for link in part.iter("a")]
        asked = page.response.request.full_path
        answers = [browser.json(f"/api/v1{address}&per_pagina=100") for address in (asked, *links)]
        assert each["slug"] in {item["slug"] for answer in answers for item in answer["items"]}, word
