"""The fictional market: one company a line in demo_market.csv, and what follows from that line."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import TypeVar

from partnerkompas.partners.models import slug_for

HERE = Path(__file__).parent
REFERENCE = date(2026, 11, 22)
"""The day on which this market is as demo_market.csv says."""
SEED = "Partnerkompas 2026"

T = TypeVar("T")

FAMILY = {"bc": "erp_mkb", **dict.fromkeys(("fin", "scm", "com", "hr", "po"), "erp_groot")}
"""Products that are sold alike; the others are about customer contact and apps."""
PACE = {"erp_mkb": 0.7, "erp_groot": 0.18, "klant": 0.45}
"""Go-lives in 36 months for each consultant."""
TEAM = [0.55, 0.35, 0.25, 0.18, 0.12, 0.1, 0.08, 0.06]
"""The part of the consultants that works with each product, the strongest product first."""
BEGAN = {
    "bc": 1993, "fin": 1999, "scm": 1999, "com": 2012, "hr": 2018, "po": 2012, "sal": 2004, "cs": 2004, "fs": 2015,
    "cid": 2019, "cij": 2015, "cc": 2024, "pp": 2017,
}  # fmt: skip
"""The year in which a product or its predecessor could go live for the first time."""
ABROAD, FAR_ABROAD = ["PL", "RO", "PT", "BE"], ["IN", "UA", "RS", "ZA"]
"""Where project hours are worked, inside and outside the European Union."""


@dataclass(frozen=True)
class Company:
    """One line of demo_market.csv, and what follows from it."""

    name: str
    legal_form: str
    owner: str
    group: str
    former_names: list[str]
    founded: int
    fte: int
    named_products: list[str]
    offices: list[dict[str, str]]
    branches: list[str]
    solution: str
    known: float
    traits: list[str]

    @cached_property
    def slug(self) -> str:
        return slug_for(self.name)

    @cached_property
    def website(self) -> str:
        """A part of a host name has 63 letters at most (RFC 1035)."""
        return f"https://www.{self.slug[:63].rstrip('-')}.example/"

    @cached_property
    def brand(self) -> str:
        return self.name.split()[0]

    @cached_property
    def legal_name(self) -> str:
        ending = {"bv": " B.V.", "nv": " N.V.", "vof": " V.O.F.", "cooperatie": " U.A."}
        return self.name + ending.get(self.legal_form, "")

    @cached_property
    def kvk_number(self) -> str:
        """Eight digits that are plainly invented."""
        return f"0000{self.dice('kvk').randrange(10_000):04}"

    @cached_property
    def provinces(self) -> list[str]:
        return sorted({each["province"] for each in self.offices})

    def dice(self, *about: object) -> Random:
        """Chance that belongs to one subject, so that a change elsewhere does not change it."""
        return Random("/".join(map(str, (SEED, self.slug, *about))))

    def chance(self, *about: object) -> float:
        return self.dice(*about).random()

    def pick(self, among: dict[T, int], *about: object) -> T:
        """One of some things by their weights."""
        return self.dice(*about).choices(list(among), list(among.values()))[0]

    def era(self, day: date, subject: str) -> str:
        """Whether the company had changed its terms about a subject by a day: each did so once, after 2023."""
        changed = date(2024, 1, 1) + timedelta(days=self.dice("era", subject).randint(0, 1050))
        return f"{subject} since" if day >= changed else f"{subject} before"

    def some(self, among: list[T], least: int, *about: object) -> list[T]:
        """A few of some things, the first ones more often."""
        return [each for place, each in enumerate(among) if place < least or self.chance(*about, each) < 0.55]

    def staff(self, day: date) -> int:
        """Most companies grow a little, some shrink."""
        growth = self.dice("growth").uniform(-0.06, 0.16)
        return max(1, round(self.fte * (1 - growth * (REFERENCE - day).days / 365)))

    def first_year(self, product: str) -> int:
        rank = self.named_products.index(product)
        wait = self.dice("first", product).randint(0, 3) + 2 * rank
        return min(max(BEGAN[product], self.founded) + wait, 2025)

    def products(self, day: date) -> list[str]:
        return [each for each in self.named_products if date(self.first_year(each), 7, 1) <= day]

    def role(self, product: str) -> str:
        if product == self.named_products[0]:
            return "beide"
        return self.pick({"beide": 7, "implementatie": 2, "support": 1}, "role", product)

    def consultants(self, product: str, day: date) -> int:
        alone = len(self.named_products) == 1
        part = 1.0 if alone else TEAM[self.named_products.index(product)]
        return max(1, round(self.staff(day) * 0.65 * part))

    def go_lives(self, product: str, day: date) -> int:
        if self.role(product) == "support":
            return 0
        pace = PACE[FAMILY.get(product, "klant")] * self.dice("pace", product).uniform(0.5, 1.5)
        return round(self.consultants(product, day) * pace)

    def certified(self, product: str, day: date) -> int:
        return int(self.consultants(product, day) * self.dice("certified", product).uniform(0.2, 0.8))

    def far_hours(self, product: str) -> tuple[list[str], int, int]:
        """Countries in which project hours are worked, and the percentages outside the Netherlands and the EU."""
        dice = self.dice("abroad")
        if dice.random() > min(self.fte / 160, 0.8) or (FAMILY.get(product) == "erp_mkb" and self.fte < 60):
            return [], 0, 0
        far = dice.sample(FAR_ABROAD, 1) if dice.random() < 0.45 else []
        outside = 5 + int(60 * dice.random() ** 2)
        return dice.sample(ABROAD, dice.randint(1, 2)) + far, outside, outside // 2 + 1 if far else 0

    def has_iso(self, day: date) -> date | None:
        """The day from which the certificate holds that is valid on a day; it is renewed every three years."""
        odds = 0.75 if self.fte >= 50 else 0.3 if self.fte >= 20 else 0.04
        since = date(2016, 3, 1) + timedelta(days=self.dice("iso since").randint(0, 3900))
        if self.chance("iso") > odds or since > day:
            return None
        return since.replace(year=since.year + (months_between(since, day) // 36) * 3, day=min(since.day, 28))


def months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def month(day: date, later: int = 0) -> str:
    """The month of a day, or of some months later, as 2026-11."""
    year, number = divmod(day.year * 12 + day.month - 1 + later, 12)
    return f"{year}-{number + 1:02}"


def market() -> list[Company]:
    """The companies of demo_market.csv. A town that is not in places.csv, or in two provinces, is a KeyError."""
    found: dict[str, set[str]] = {}
    for each in _lines("places.csv"):
        found.setdefault(each["place"], set()).add(each["province"])
    home = {place: provinces.pop() for place, provinces in found.items() if len(provinces) == 1}
    return [_company(line, home) for line in _lines("demo_market.csv")]


def _lines(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _company(line: dict[str, str], home: dict[str, str]) -> Company:
    def listed(column: str) -> list[str]:
        return [each for each in line[column].split("|") if each]

    offices = []
    for each in listed("offices"):
        city, _sign, role = each.partition(";")
        offices.append({"city": city, "province": home[city], "role": role or "office"})
    return Company(
        line["name"], line["legal_form"], line["owner"], line["group"], listed("former_names"), int(line["founded"]),
        int(line["fte"]), listed("products"), offices, listed("branches"), line["solution"], int(line["known"]) / 100,
        listed("traits"),
    )  # fmt: skip
