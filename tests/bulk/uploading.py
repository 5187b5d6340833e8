"""Uploading a file as the form would, and reading the report."""

import io
import re
from html import unescape
from typing import Any

from openpyxl import Workbook

from partnerkompas.answers.models import Answer, Draft
from partnerkompas.infra.audit import AuditRow
from partnerkompas.infra.db import db
from tests.signed_in import Person, fields

PAGE = "/partners/aap/gegevens/bestand"
SAVE = f"{PAGE}/bewaar"
CHECK = "/partners/aap/gegevens/controle"
HEAD = "criterion,product,state,value,note,source_url,evidence,valid_until"


def drafts() -> dict[str, Any]:
    db.session.rollback()
    return {"@".join(filter(None, (d.criterion, d.product))): d.value for d in db.session.scalars(db.select(Draft))}


def rows_in_database() -> tuple[int, ...]:
    db.session.rollback()
    return tuple(db.session.scalar(db.select(db.func.count()).select_from(each)) for each in (Answer, Draft, AuditRow))


def send(person: Person, content: bytes | str, name: str = "gegevens.csv") -> Any:
    """Upload a file as the form would."""
    token = fields(person.get(PAGE).text, PAGE)["csrf_token"]
    raw = content.encode() if isinstance(content, str) else content
    return person.post(PAGE, {"csrf_token": token, "bestand": (io.BytesIO(raw), name)})


def save(person: Person, report: Any, **more: Any) -> Any:
    """Accept what a report shows."""
    return person.post(SAVE, {**fields(report.text, SAVE), **more})


def counted(report: Any) -> str:
    """The line with the counts."""
    found = re.search(r"<p><strong>(.*?)</p>", report.text, re.DOTALL)
    assert found, report.text
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())


def refused(report: Any) -> list[list[str]]:
    """The rows of the table of refusals: where, column, value, reason."""
    assert "Geweigerd" in report.text
    table = report.text.split('id="geweigerd"')[1].split("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</td></tr>", table)
    return [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.split(r"</t[hd]><td[^>]*>", row)] for row in rows]


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
