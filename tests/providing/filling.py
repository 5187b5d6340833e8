"""Filling in as the form of a theme would, and looking at what came of it."""

from typing import Any

import pytest

from partnerkompas.answers.models import Answer, Draft
from partnerkompas.infra.db import db
from tests.signed_in import Person

PAGE = "/partners/aap/gegevens"
FIRST, SECOND, CHECK = f"{PAGE}/thema", f"{PAGE}/tweede", f"{PAGE}/controle"


def drafts() -> dict[str, Any]:
    db.session.rollback()
    return {"@".join(filter(None, (d.criterion, d.product))): d.value for d in db.session.scalars(db.select(Draft))}


def answer(criterion: str, product: str = "") -> Answer:
    db.session.rollback()
    at = Answer.criterion == criterion, Answer.product == product
    return db.session.scalars(db.select(Answer).where(*at).order_by(Answer.id.desc())).first() or pytest.fail(criterion)


def give(person: Person, page: str, **filled: Any) -> Any:
    """Fill in fields by their names; `__` stands for `:` and `_at_` for `@`."""
    named = {name.replace("_at_", "@").replace("__", ":"): value for name, value in filled.items()}
    return person.send(page, page, **named)
