"""Reading the page of results, and what hostile visitors send to it."""

from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

from partnerkompas.search.grammar import from_query
from partnerkompas.search.request import SearchRequest
from tests.browser import Page
from tests.search.made_up import DAY, WIDE

HOSTILE = [
    "q=%00%01%ff%fe",
    "q=" + "x" * 1_000_000,
    "q=" + "woord+" * 10_000,
    "pagina=" + "9" * 5_000,
    "pagina=-1&pagina=2&per_pagina=0",
    "personen=" + "9" * 400 + "..",
    "personen=%D9%A1..&gezien=2026-02-31..",
    "q=a&q=b&sort=naam&sort=x&op=x&op=y&voor=&voor=%00",
    "..=..&@=@&.=.&%00=%00&=&==&&&",
    "venster@@=1&venster@bc@fin=2&@bc=3",
    "p=../etc&p=%3Cscript%3E&" + "p=a&" * 50,
    "<script>alert(1)</script>=<script>alert(2)</script>",
    "&".join(f"x{n}=1" for n in range(2_000)),
    "q=%ed%a0%80&op=99999-01-01",
    "q='%22%3E%3Cb%3E{{7*7}}${7*7}",
]


def total(page: Page) -> int:
    return int(page.one("section", id="resultaten").get("data-total") or -1)


def cards(page: Page) -> list[str]:
    """The slugs on a page, in order."""
    links = [each.find(".//h3/a") for each in page.all("li", class_="sheet")]
    return [urlsplit(each.get("href", "")).path.rsplit("/", 1)[-1] for each in links if each is not None]


def boxes(page: Page, name: str) -> list[Element]:
    return [each for each in page.all("input") if each.get("name") == name]


def address(request: SearchRequest) -> str:
    return request.address("/partners")


def sent(page: Page) -> list[tuple[str, str]]:
    """What a browser sends of the filter form."""
    form = page.one("form", id="filters")
    inside = {id(each) for each in form.iter("input")}
    fields = [each for each in page.tree.iter("input") if id(each) in inside or each.get("form") == "filters"]
    return [
        (each.get("name", ""), each.get("value", "on"))
        for each in fields
        if each.get("name")
        and each.get("disabled") is None
        and (each.get("type") != "checkbox" or each.get("checked") is not None)
    ]


def read(href: str) -> tuple[SearchRequest, list[object]]:
    request, problems = from_query(parse_qsl(urlsplit(href).query), WIDE, DAY)
    return request, [*problems]
