"""A comparison as a file: the same rows as the page, each with its whole provenance (rows D6, U1). Pure."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from partnerkompas.answers.plain import plain
from partnerkompas.answers.showing import product_label, state_label
from partnerkompas.comparison.table import Line
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.known_on import KnownOn
from partnerkompas.infra.language import language
from partnerkompas.infra.spreadsheet import harmless
from partnerkompas.partners.models import Partner

Answers = list[dict[str, Any]]


def answers(asked: KnownOn, partners: Sequence[Partner], shown: Iterable[Line]) -> Answers:
    """One record for each cell: row by row, partner by partner."""
    return [
        {
            "partner": partner.slug,
            "name": partner.name,
            **plain(asked.edition, fact),
            "label": line.question.label.in_(language()),
            "product_label": product_label(asked.edition, line.product),
            "state_label": state_label(fact.state),
            "differs": line.differs,
        }
        for line in shown
        for partner, fact in zip(partners, line.facts, strict=True)
    ]


def digest(records: Answers) -> str:
    """The SHA-256 of the records as JSON without spaces, keys in order, UTF-8: both kinds of file carry it."""
    text = json.dumps(records, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def as_json(asked: KnownOn, partners: Sequence[Partner], records: Answers, address: str) -> str:
    """A comparison as a JSON document."""
    return json.dumps(
        {
            "address": address,
            "date": asked.day.isoformat(),
            "release": asked.release,
            "partners": [{"slug": each.slug, "name": each.name, "fictional": each.fictional} for each in partners],
            "answers": records,
            "sha256": digest(records),
        },
        ensure_ascii=False,
        indent=1,
    )


def as_csv(asked: KnownOn, records: Answers) -> str:
    """A comparison as CSV: a line for each record, each with the date of the data and the digest of the whole."""
    with_date = {"date": asked.day.isoformat(), "sha256": digest(records)}
    columns = [*records[0], *with_date] if records else []
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for record in records:
        cells = {**record, **with_date, "value": _value(asked, record)}
        writer.writerow([harmless("" if cells[name] is None else str(cells[name])) for name in columns])
    return file.getvalue()


def _value(asked: KnownOn, record: dict[str, Any]) -> str:
    question = asked.edition.by_key[record["criterion"]]
    return "" if record["value"] is None else kind_of(question).to_cell(question, record["value"])
