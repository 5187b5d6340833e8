"""A client that reads pages as a strict browser would, and complains about every page that is not as promised.

Each page fetched is checked: valid HTML5, a language, one h1, a title, unique ids, labelled inputs, nothing inline, the
CSP, no cookie for a visitor, no address of this site that leads nowhere (promises; SEC-11, A11Y-09, GDPR-04).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
OWN_FIELDS = frozenset({"input", "select", "textarea"})


@dataclass
class Page:
    """A page that was read."""

    response: TestResponse
    tree: Element

    @property
    def text(self) -> str:
        """What a reader can see, with single spaces."""
        return " ".join(" ".join(visible(self.tree)).split())

    def all(self, name: str, **attributes: str) -> list[Element]:
        """The elements with a name and attributes; `class_` looks for one class among them."""
        return [each for each in self.tree.iter(name) if _has(each, attributes)]

    def one(self, name: str, **attributes: str) -> Element:
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} × {name} {attributes}"
        return found[0]

    def links(self) -> dict[str, str]:
        """Addresses by the words of the link; the last one with the same words counts."""
        return {words(each): each.get("href", "") for each in self.all("a")}

    def link(self, label: str) -> str:
        """The address of the one link with these words in it."""
        found = {each.get("href", "") for each in self.all("a") if label in words(each)}
        assert len(found) == 1, f"{len(found)} links with “{label}”"
        return found.pop()


@dataclass
class Browser:
    """Fetches pages of an application and checks each; links must lead somewhere."""

    app: Flask
    checked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, address: str, status: int = 200) -> Page:
        """Fetch and check a page."""
        response = self.client.get(address)
        assert response.status_code == status, f"{address}: {response.status_code}"
        page = read(response)
        check(page, address)
        check_links(self.app, page)
        return page

    def json(self, address: str, status: int = 200) -> dict:  # type: ignore[type-arg]
        """Fetch JSON."""
        response = self.client.get(address)
        assert response.status_code == status, f"{address}: {response.status_code} {response.text[:200]}"
        return response.get_json(force=True)


def read(response: TestResponse) -> Page:
    """Parse as HTML5, strictly: any fault of syntax is an error."""
    assert response.mimetype == "text/html", response.mimetype
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(response.text)
    assert not parser.errors, f"HTML: {parser.errors[:3]}"
    return Page(response, tree)


def check(page: Page, address: str) -> None:
    """All that holds for every page."""
    root, response = page.tree, page.response
    assert response.text.lstrip().lower().startswith("<!doctype html>")
    assert root.get("lang") == ("en" if urlsplit(address).path.startswith("/en") else "nl"), address
    assert len(page.all("h1")) == 1, f"{address}: {len(page.all('h1'))} × h1"
    assert words(page.one("h1")), address
    titles = [words(each) for each in root.find("head").iter("title")]  # type: ignore[union-attr]
    assert len(titles) == 1, address
    assert len(titles[0].split("–")[0].strip()) > 1, f"{address}: title {titles}"
    ids = [name for each in root.iter() if (name := each.get("id"))]
    assert len(ids) == len(set(ids)), f"{address}: twice: {sorted({i for i in ids if ids.count(i) > 1})[:5]}"
    _check_fields(page, address, set(ids))
    for each in root.iter():
        inline = [name for name in each.attrib if name == "style" or name.startswith("on")]
        assert not inline, f"{address}: {each.tag} has {inline}"
        assert each.tag != "style", f"{address}: inline style"
        assert each.tag != "script" or each.get("src"), f"{address}: inline script"
    assert response.headers["Content-Security-Policy"] == CSP
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if not any(each.get("name") == "csrf_token" for each in root.iter("input")):
        assert "Set-Cookie" not in response.headers, f"{address} sets a cookie"


def _check_fields(page: Page, address: str, ids: set[str | None]) -> None:
    labelled = {each.get("for") for each in page.all("label")}
    inside = {id(child) for label in page.all("label") for child in label.iter()}
    for each in page.tree.iter():
        if each.tag in OWN_FIELDS and each.get("type") not in ("hidden", "submit"):
            named = each.get("aria-label") or each.get("aria-labelledby") or each.get("id") in labelled
            assert named or id(each) in inside, f"{address}: no label for {each.attrib}"
        if each.tag == "button":
            assert words(each) or each.get("aria-label"), f"{address}: a button without words"
        for reference in ("aria-labelledby", "aria-describedby", "for", "form"):
            for target in (each.get(reference) or "").split() if reference != "form" else [each.get("form")]:
                assert not target or target in ids, f"{address}: {reference}={target} points nowhere"


def check_links(app: Flask, page: Page) -> None:
    """Every address of this site on the page has a route."""
    adapter = app.url_map.bind("localhost")
    for element, name in (("a", "href"), ("form", "action"), ("link", "href"), ("script", "src"), ("img", "src")):
        for each in page.tree.iter(element):
            address = each.get(name) or ""
            parts = urlsplit(address)
            if parts.scheme in ("http", "https"):
                assert element == "a", f"{element} from elsewhere: {address}"
                assert {"nofollow", "noopener"} <= set((each.get("rel") or "").split()), f"rel of {address}"
                continue
            if not address or address.startswith("#") or parts.scheme == "mailto":
                continue
            path = re.sub(r"^/en(?=/|$)", "", parts.path) or "/"
            try:
                adapter.match(path, method="POST" if each.get("method") == "post" else "GET")
            except HTTPException as nowhere:
                raise AssertionError(f"{address} leads nowhere") from nowhere


def visible(element: Element) -> Iterator[str]:
    """The texts of an element that a reader can see."""
    if element.tag in ("script", "style", "template", "head"):
        yield element.tail or ""
        return
    yield element.text or ""
    for child in element:
        yield from visible(child)
        yield child.tail or ""


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def texts(elements: Iterable[Element]) -> list[str]:
    return [words(each) for each in elements]


def _has(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "class_":
            if value not in (element.get("class") or "").split():
                return False
        elif element.get(name.replace("_", "-")) != value:
            return False
    return True
