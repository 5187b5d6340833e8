"""Which addresses are links to a public site (SEC-08): names that end in letters, and nothing that hides another."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerkompas.criteria.kinds import NotAnAnswer
from partnerkompas.criteria.kinds.texts import web_address
from partnerkompas.infra.language import speaking

GOOD = (
    "https://www.aap.example",
    "http://aap.example:8080/pad?x=1&y=%20#deel",
    "HTTPS://WWW.Aap.Example/Pad",
    "https://xn--caf-dma.example/menu",
    "http://xn--e1afmkfd.xn--p1ai/",
    "https://a-b.c1.aap.example/pad/met@teken",
    "https://aap.example/één",
)

BAD = {
    "geen adres van een webpagina": (
        "",
        "aap.example",
        "//aap.example",
        "ftp://aap.example",
        "javascript:alert(1)//aap.example",
        "http:aap.example",
        "https://",
        "https://aap.example:0",
        "https://aap.example:65536",
        "https://aap.example:-1",
        "https://aap.example:http",
        "https://aap.example/\x00",
        "https://aap\n.example",
        "\x1fhttps://aap.example",
        "https://aap.example/\u202efdp",
        "https://aap\u00ad.example",
        "https://aap.example/a b",
        "https://aap.example\\@kwaad.example",
        "https://[::1",
        "https://aap.example/" + "x" * 2000,
    ),
    "een naam of wachtwoord": (
        "https://iemand@aap.example",
        "https://iemand:geheim@aap.example",
        "https://aap.example@127.0.0.1",
        "https://@aap.example",
    ),
    "bijzondere letters": (
        "https://аap.example",
        "https://café.example",
        "https://１２７.０.０.１",
    ),
    "geen openbaar adres": (
        "http://127.0.0.1",
        "http://127.0.0.1:8000/x",
        "http://127.1",
        "http://0x7f.1",
        "http://0x7f000001",
        "http://2130706433",
        "http://0177.0.0.1",
        "http://10.0.0.1.",
        "http://169.254.169.254/latest",
        "http://[::1]",
        "http://[::ffff:127.0.0.1]",
        "http://[fe80::1]/",
        "http://localhost",
        "http://aap",
        "http://aap.localhost",
        "http://printer.local",
        "http://metadata.google.internal",
        "http://nas.lan",
        "http://router.home.arpa",
        "http://aap.example.",
        "http://.example",
        "http://aap..example",
        "http://-aap.example",
        "http://aap_noot.example",
        "http://%31%32%37.example",
        "http://" + "a" * 64 + ".example",
        "http://" + "a." * 125 + "example",
        "http://localhost.localdomain",
        "http://aap.localdomain",
    ),
}


@pytest.mark.parametrize("text", GOOD)
def test_an_address_of_a_public_site_stays_as_it_is(text: str) -> None:
    assert web_address(text) == text


@pytest.mark.parametrize(
    ("why", "text"), [(why, text) for why, texts in BAD.items() for text in texts], ids=lambda given: repr(given)[:40]
)
def test_anything_else_is_refused_and_says_why(why: str, text: str) -> None:
    with speaking("nl"), pytest.raises(NotAnAnswer, match=why):
        web_address(text)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(NotAnAnswer) as refused:
        web_address("https://iemand:geheim@aap.example")
    assert "geheim" not in str(refused.value)


BEGINNINGS = ["http://", "https://"]
PARTS = ["aap", ".", "example", "localhost", "127", "0x7f", "1", "@", ":", "80", "[", "]", "/", "?", "#", "\\", "%"]
STRANGE = ["xn--", "local", "-", "é", "\u0430", "\t", "::1", "::ffff:", " ", "2130706433"]
PIECES = st.sampled_from([*BEGINNINGS, *PARTS, *STRANGE])
ANY = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=9).map("".join),
    st.lists(PIECES, max_size=7).map(lambda pieces: "https://" + "".join(pieces)),
    st.from_regex(r"https?://[a-z0-9.-]{1,20}(:[0-9]{1,6})?(/.{0,5})?", fullmatch=True),
)


@settings(deadline=None)
@given(ANY)
@example("https://aap.example")
def test_whatever_is_accepted_leads_to_a_name_that_ends_in_letters(text: str) -> None:
    try:
        accepted = web_address(text)
    except NotAnAnswer:
        return
    parts = urlsplit(accepted)
    host = parts.hostname or ""
    assert parts.scheme in ("http", "https")
    assert "." in host
    last = host.rpartition(".")[2]
    assert last.isalpha() or last.startswith("xn--")
    assert host.isascii()
    assert "@" not in parts.netloc
    assert parts.port is None or 0 < parts.port < 65536
    assert not _is_ip(host)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
