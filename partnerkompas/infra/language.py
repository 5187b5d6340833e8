"""Two languages: Dutch is the source text, English a complete translation.

The language is one value per request or command, held in a context variable, so that pure code can say `_("…")`
without knowing about the web.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("nl", "en")
LOCALES = {"nl": "nl", "en": "en_GB"}
"""How dates and numbers are written in each language."""
TRANSLATIONS = Path(__file__).parent.parent / "translations"

_language: ContextVar[str] = ContextVar("language", default="nl")


def language() -> str:
    """The language of this request or command: "nl" or "en"."""
    return _language.get()


def speak(code: str) -> None:
    """Set the language from here on; anything but "en" is Dutch."""
    _language.set(code if code in LANGUAGES else "nl")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use another language for a while."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def translations(code: str) -> NullTranslations:
    """The catalogue of a language, read from its .po file; so there is no compiled file that can be stale."""
    path = TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _(message: str, **values: object) -> str:
    """The message in the language of this moment; `values` fill its %(name)s places."""
    text = translations(language()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """One of two messages by number, translated; %(n)s is the number."""
    text = translations(language()).ngettext(singular, plural, n)
    return text % {"n": n, **values}
