"""The page of the log."""

from datetime import date
from math import ceil

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.session import current_actor
from partnerkompas.infra import clock
from partnerkompas.infra.language import _
from partnerkompas.infra.paging import page_asked
from partnerkompas.infra.parameters import ignored, printable, repeatable
from partnerkompas.logbook import queries
from partnerkompas.logbook.queries import Wanted
from partnerkompas.logbook.showing import file_rows, lines
from partnerkompas.permissions.policy import require
from partnerkompas.permissions.vocabulary import Permission
from partnerkompas.search.list_file import as_csv

blueprint = Blueprint("logbook", __name__)

FIELDS = ("wie", "wat", "waarover", "van", "tot")


@blueprint.get("/logboek")
def search() -> str:
    """The log, searched by who, what, about what, and days."""
    require(current_actor(), Permission.AUDIT_SEARCH)
    notices = list(ignored(request.args, frozenset({*FIELDS, "pagina"})))
    given, wanted = _asked(notices)
    page = page_asked(request.args.get("pagina", "1"))
    rows, total = queries.found(wanted, page)
    pages = max(1, ceil(total / queries.PER_PAGE))
    kept = {name: value for name, value in given.items() if value}
    return render_template(
        "logbook/search.html",
        notices=notices,
        given=given,
        lines=lines(rows, current_actor()),
        total=total,
        page=page,
        pages=pages,
        earlier=url_for("logbook.search", **kept, pagina=page + 1) if page < pages else "",  # type: ignore[arg-type]
        file=url_for("logbook.download", **kept),  # type: ignore[arg-type]
        later=url_for("logbook.search", **kept, pagina=page - 1) if page > 1 else "",  # type: ignore[arg-type]
        current="workbench",
    )


@blueprint.get("/logboek.csv")
def download() -> Response:
    """The whole of what the page shows a part of, with the links of the chain."""
    require(current_actor(), Permission.AUDIT_SEARCH)
    _given, wanted = _asked([])
    written = as_csv(file_rows(queries.in_order(wanted)))
    response = Response(stream_with_context(written), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="logboek-{clock.today()}.csv"'
    return response


def _asked(notices: list[str]) -> tuple[dict[str, str], Wanted]:
    """What the address asks, as it was given and as it is understood; what cannot be used is noted."""
    given = {name: printable(request.args.get(name, "")) for name in FIELDS}
    wanted = Wanted(
        actor=_actor(given["wie"]),
        deed=given["wat"],
        subject=given["waarover"],
        since=_day(given["van"], notices),
        until=_day(given["tot"], notices),
    )
    return given, wanted


def _actor(given: str) -> str:
    """Whom the log calls what; an e-mail address is looked up."""
    account = accounts.by_email(accounts.lower_case(given)) if "@" in given else None
    return accounts.subject(account) if account else given


def _day(given: str, notices: list[str]) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        notices.append(_("“%(text)s” is geen dag. Schrijf hem als 2026-03-31.", text=repeatable(given)))
        return None
