"""A saved search as a feed (Atom, RFC 4287) of one entry, which is another one whenever other partners are found."""

import re
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from partnerkompas.infra.language import _, language
from partnerkompas.saved.showing import Named, View, told

ATOM, XHTML = "http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_atom(view: View, updated: datetime, page_url: str, feed_url: str) -> bytes:
    """The feed. `updated` is when other partners were found for the last time; addresses are whole ones."""
    moment = updated.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": language()})
    _add(feed, "id", _id(view.token))
    _add(feed, "title", f"{view.name} – Partnerkompas")
    _add(feed, "updated", moment)
    _add(SubElement(feed, "author"), "name", "Partnerkompas")
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": feed_url})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page_url})
    entry = SubElement(feed, "entry")
    _add(entry, "id", _id(f"{view.token}/{view.digest}"))
    _add(entry, "title", f"{view.name}: {told(view)}")
    _add(entry, "updated", moment)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page_url})
    body = SubElement(SubElement(entry, "content", {"type": "xhtml"}), "div", {"xmlns": XHTML})
    _add(body, "p", told(view))
    _list(body, _("Erbij gekomen"), view.came)
    _list(body, _("Voldoet niet meer"), view.left)
    for text in view.notices:
        _add(body, "p", text)
    _link(SubElement(body, "p"), _("Naar de lijst"), view.list_url)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _list(body: Element, title: str, partners: Named) -> None:
    if not partners.total:
        return
    _add(body, "p", f"{title}:")
    items = SubElement(body, "ul")
    for link in partners.links:
        _link(SubElement(items, "li"), link.label, link.url)
    if partners.others:
        _add(items, "li", _("en nog %(n)s", n=partners.others))


def _link(parent: Element, text: str, url: str) -> None:
    _add(parent, "a", text).set("href", url)


def _add(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _NOT_IN_XML.sub("", text)
    return element


def _id(text: str) -> str:
    """A name for good, which says nothing of the link it is made from, and is the same in both languages."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'partnerkompas/{text}')}"
