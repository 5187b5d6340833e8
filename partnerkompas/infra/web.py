"""What every answer of the site has: language by address, security headers, hashed static addresses, page globals."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, Response, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from partnerkompas.config import Settings
from partnerkompas.infra import clock, mail, printed
from partnerkompas.infra.language import LOCALES, language, speak, translations

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""Nothing inline, nothing from elsewhere (SEC-11, promise 9)."""

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class LanguagePrefix:
    """Serve every address a second time under /en/, in English; url_for then stays in that language by itself."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        environ["partnerkompas.language"] = "nl"
        if path == "/en" or path.startswith("/en/"):
            environ["partnerkompas.language"] = "en"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path.removeprefix("/en") or "/"
        return self.app(environ, start)


def other_language_url() -> str:
    """This very page in the other language."""
    root = request.script_root.removesuffix("/en")
    query = request.query_string.decode("utf-8", "replace")
    prefix = root if language() == "en" else f"{root}/en"
    return f"{prefix}{request.path}{'?' + query if query else ''}"


class Number(IntegerConverter):
    """The number of a thing in an address; a larger one than the database can hold leads nowhere."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{"max": 2**31 - 1, **named})


def install(app: Flask, settings: Settings) -> None:
    """Give an application what every answer has."""
    app.url_map.converters["int"] = Number
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign,assignment]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    if settings.site_url:
        mail.say_where(settings.site_url)
    app.before_request(lambda: speak(request.environ.get("partnerkompas.language", "nl")))
    app.before_request(refuse_odd_hosts)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        response.headers.setdefault("Cache-Control", "no-cache")  # without it caches guess how long they may keep it
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = language()
        return response

    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(language()).gettext(text),
        lambda one, many, n: translations(language()).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = translated
    app.jinja_env.globals["same_for_all"] = same_for_all
    app.jinja_env.filters["date"] = show_date
    app.jinja_env.filters["moment"] = show_moment
    app.jinja_env.filters["day"] = lambda moment: show_date(clock.day_of(moment))
    app.jinja_env.filters["number"] = show_number
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def page_globals() -> dict[str, Any]:
        return {
            "language": language(),
            "other_language_url": other_language_url(),
            "static_url": partial(static_url, app.static_folder or "", request.script_root),
            "today": clock.today(),
        }


def refuse_odd_hosts() -> None:
    """A name of a host that cannot be one would end up in addresses that we give. Raises BadRequest."""
    if not request.host:
        raise BadRequest


def translated(message: str, **values: object) -> Markup:
    """A message on a page in its language; `values` fill its %(name)s places and are escaped."""
    return _message(language(), message) % values if values else _plain_message(language(), message)


@cache
def _message(spoken: str, message: str) -> Markup:
    return Markup(translations(spoken).gettext(message))  # noqa: S704 - our own catalogue


@cache
def _plain_message(spoken: str, message: str) -> Markup:
    """A message without places: most are, and a page has many."""
    return _message(spoken, message) % {}


def same_for_all(*key: object, caller: Callable[[], Markup]) -> Markup:
    """A part of a page that is the same for everybody in a language: printed once for each `key`, of which few exist.

    Nothing of who looks, and nothing of what was asked, may be in it.
    """
    return printed.once("same for all", request.script_root, *key, make=caller)


@cache
def static_url(folder: str, root: str, name: str) -> str:
    """The address of a static file, with a part of its hash so that browsers may keep it for good.

    `root` is the part of addresses before the site's own, such as /en. url_for knows it; here it only keeps apart what
    is remembered.
    """
    digest = hashlib.sha256(Path(folder, name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=digest)


def show_number(value: float) -> str:
    """A number as 1.234 or 1,234, as the language of the page writes it."""
    return number_shower()(value)


def number_shower() -> Callable[[float], str]:
    """`show_number` for who writes many numbers: in the language of this moment, without asking again."""
    return _numbers[language()].__getitem__


class _Numbers(dict[float, str]):
    """Every number written before in a language: counts come back on each page.

    A dict, for `lru_cache` takes 58 ns where this takes 34 (2026-11-30), hundreds of times a page.
    """

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.locale = locale

    def __missing__(self, value: float) -> str:
        if len(self) > MOST_NUMBERS:
            self.clear()
        self[value] = shown = format_decimal(value, locale=self.locale)
        return shown


MOST_NUMBERS = 100_000
_numbers = {code: _Numbers(locale) for code, locale in LOCALES.items()}


def show_date(day: date | None, form: str = "long") -> str:
    """A day as "3 maart 2026" in the language of the page; nothing for no day."""
    return _date(day, form, LOCALES[language()]) if day else ""


@lru_cache(maxsize=5_000)
def _date(day: date, form: str, locale: str) -> str:
    return format_date(day, form, locale=locale)


def show_moment(moment: datetime) -> str:
    """A moment as "3 maart 2026, 14:05" in the language of the page, by Dutch time."""
    return format_datetime(moment.astimezone(clock.AMSTERDAM), "d MMMM y, HH:mm", locale=LOCALES[language()])
