"""Merging is no way around a dispute: what is disputed changes by the decision only (R31)."""

import pytest
from flask import Flask

from partnerkompas.answers.models import Level
from partnerkompas.challenging import actions as challenging
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan, undoing
from partnerkompas.infra.refusal import NotAcceptable
from partnerkompas.partners.models import Partner
from tests.factories import a_curator, a_member, a_partner, an_answer, the_criteria


@pytest.fixture
def both(app: Flask) -> tuple[Partner, Partner]:
    the_criteria()
    kept, absorbed = a_partner("Aap"), a_partner("Noot")
    an_answer(absorbed, "personen", 12)
    an_answer(absorbed, "iso", "ja")
    return kept, absorbed


def test_nothing_is_copied_to_a_disputed_place(both: tuple[Partner, Partner]) -> None:
    kept, absorbed = both
    assert set(plan(kept, absorbed).answers) == {("personen", ""), ("iso", "")}
    challenging.open_challenge(a_member(), an_answer(kept, "personen", 400), "Het zijn er in het echt 40.")
    an_answer(kept, "personen", level=Level.E0)
    assert set(plan(kept, absorbed).answers) == {("iso", "")}


def test_a_disputed_copy_is_not_taken_away_by_undoing(both: tuple[Partner, Partner]) -> None:
    kept, absorbed = both
    curator, planned = a_curator(), plan(kept, absorbed)
    made = merging.merge(curator, kept, absorbed, planned.answers, planned.digest)
    copy = [each for each in undoing(made, kept).answers if each.criterion == "personen"]
    other = an_answer(kept, "sinds", 1999)
    challenging.open_challenge(a_member(), other, "Dat staat er los van.")
    assert undoing(made, kept).hindrances == ()
    challenging.open_challenge(a_member(), copy[0], "Het zijn er in het echt 40.")
    with pytest.raises(NotAcceptable, match="wordt een feit betwist"):
        merging.undo(curator, made)
