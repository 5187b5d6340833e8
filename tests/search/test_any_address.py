"""Five thousand addresses that nobody should send: each is answered, and none is a fault (SEC-10)."""

import random
from collections.abc import Iterator

from tests.browser import Browser
from tests.search.made_up import Firm

NAMES = (
    "q producten branches provincie medewerkers iso venster reactietijd personen sinds gezien vernieuwd naam sort "
    "pagina per_pagina op voor p lijst verschillen toon kleur % = . @ venster@bc venster@xx reactietijd@fin iso@bc"
).split()
SUFFIXES = ("", "", "", ".alle", ".stand", ".van", ".tot", "..", ".alle.alle", "@bc")
PIECES = (
    "bc ja nee 10 C NL-UT b1 vijf navision alfa firma business+central nav+2017 c%2Fal d365 f%26o 2015..2020 ..3 4.. "
    ".. -1 0 1 99999999999999999999 1e309 nan 2026-02-31 2020-01-01 31-12-2019 not_stated no naam neutraal -personen "
    "%00 %ff%fe %ed%a0%80 %F0%9F%98%80 %D9%A1 %CC%81 %22 %22%22 %E2%80%9C - -- -%22 * ? ( ) [ ] ^ ~ : \\ / // ../.. "
    "%3Cscript%3Ealert(1)%3C/script%3E '%20OR%201=1-- {{7*7}} ${7*7} %25s %0d%0aSet-Cookie:x AND OR NOT TO _ é ß İ ﬁ"
).split()


def addresses(count: int) -> Iterator[str]:
    chance = random.Random(20)
    for _n in range(count):
        pairs = []
        for _pair in range(chance.choice((1, 1, 2, 3, 5, 30))):
            pieces = [chance.choice(PIECES) for _piece in range(chance.choice((0, 1, 1, 1, 2, 4, 40)))]
            value = chance.choice(("", "+", "%20")).join(pieces) * chance.choice((1, 1, 1, 20))
            pairs.append(f"{chance.choice(NAMES)}{chance.choice(SUFFIXES)}={value}")
        yield "&".join(pairs)


def test_whatever_is_sent_is_answered(browser: Browser, catalogue: list[Firm]) -> None:
    """By the API with what was found or what is wrong, by the page always; nothing of it comes back as markup."""
    for number, query in enumerate(addresses(5_000)):
        answer = browser.client.get(f"/api/v1/partners?per_pagina=1&{query}")
        assert answer.status_code in (200, 400), query
        assert answer.get_json()["total" if answer.status_code == 200 else "errors"] is not None
        if number % 50 == 0:
            for path in ("/partners", "/suggesties", "/vergelijk", "/criteria"):
                page = browser.client.get(f"{path}?{query}")
                assert page.status_code == 200, (path, query)
                assert "<script>alert" not in page.text, (path, query)
            assert browser.client.get(f"/partners.csv?{query}").status_code in (200, 400), query
