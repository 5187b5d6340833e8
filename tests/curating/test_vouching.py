"""Four eyes hold through a merge: who vouched for an answer does not decide about its copy (row U12, ADR 16)."""

import pytest
from flask import Flask

from partnerkompas.answers import queries as answers
from partnerkompas.answers.challenges import Challenge
from partnerkompas.answers.models import Answer
from partnerkompas.challenging import actions as challenging
from partnerkompas.curating import merging
from partnerkompas.curating.merge_plan import plan, undoing
from partnerkompas.partners.models import Merge, Partner, PartnerStatus
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import Actor
from partnerkompas.reviewing import actions as reviewing
from tests.factories import a_curator, a_member, a_partner, an_answer, the_criteria

WHY = "Het zijn er in het echt 40, kijk maar."


@pytest.fixture
def kept(app: Flask) -> Partner:
    the_criteria()
    return a_partner("Aap")


@pytest.fixture
def absorbed(kept: Partner) -> Partner:
    return a_partner("Noot")


def merge(actor: Actor, kept: Partner, absorbed: Partner) -> Merge:
    planned = plan(kept, absorbed)
    return merging.merge(actor, kept, absorbed, planned.answers, planned.digest)


def standing(partner: Partner) -> Answer:
    return answers.every_at((partner.id, "personen", ""))[0]


def disputed(answer: Answer) -> Challenge:
    return challenging.open_challenge(a_member(), answer, WHY)


def may_not_decide(actor: Actor, challenge: Challenge) -> bool:
    with pytest.raises(NotAllowed) as refused:
        challenging.uphold(actor, challenge, WHY, challenge.answer_id)
    return refused.value.because == "did_not_vouch"


def test_who_checked_what_was_copied_vouches_for_the_copy(kept: Partner, absorbed: Partner) -> None:
    checked_by, merged_by, other, signer = a_curator(), a_curator(), a_curator(), a_member()
    reviewing.check(checked_by, an_answer(absorbed, "personen", 12, provided_by=signer.account_id), 2, "Gezien.")
    merge(merged_by, kept, absorbed)
    challenge = disputed(standing(kept))
    assert challenge.vouched_by == {each.account_id for each in (signer, checked_by, merged_by)}
    assert may_not_decide(checked_by, challenge)
    assert may_not_decide(merged_by, challenge)
    challenging.uphold(other, challenge, WHY, challenge.answer_id)


def test_who_merged_vouches_for_what_was_copied_only(kept: Partner, absorbed: Partner) -> None:
    curator = a_curator()
    theirs = an_answer(kept, "personen", 400)
    an_answer(absorbed, "personen", 400)
    an_answer(absorbed, "iso", "ja")
    merge(curator, kept, absorbed)
    made = disputed(theirs)
    challenging.uphold(curator, made, WHY, made.answer_id)


def test_what_took_the_place_of_a_copy_is_vouched_for_by_others(kept: Partner, absorbed: Partner) -> None:
    """As everywhere what counts is said from the disputed answer on."""
    curator = a_curator()
    an_answer(absorbed, "personen", 12)
    merge(curator, kept, absorbed)
    made = disputed(an_answer(kept, "personen", 14))
    challenging.uphold(curator, made, WHY, made.answer_id)


def test_a_copy_of_a_copy(kept: Partner, absorbed: Partner) -> None:
    third, checked_by, first, second = a_partner("Mies"), a_curator(), a_curator(), a_curator()
    reviewing.check(checked_by, an_answer(third, "personen", 12, provided_by=a_member().account_id), 2, "Gezien.")
    merge(first, absorbed, third)
    merge(second, kept, absorbed)
    challenge = disputed(standing(kept))
    for each in (checked_by, first, second):
        assert may_not_decide(each, challenge)


def test_undoing_and_merging_again(kept: Partner, absorbed: Partner) -> None:
    checked_by, curator, second = a_curator(), a_curator(), a_curator()
    reviewing.check(checked_by, an_answer(absorbed, "personen", 12, provided_by=a_member().account_id), 2, "Gezien.")
    made = merge(curator, kept, absorbed)
    assert [each.id for each in undoing(made, kept).answers] == [standing(kept).id]
    merging.undo(curator, made)
    assert absorbed.status == PartnerStatus.LISTED
    assert standing(kept).state == "not_stated"
    challenge = disputed(standing(absorbed))
    challenging.uphold(curator, challenge, WHY, challenge.answer_id)
    merge(second, kept, absorbed)
    challenge = disputed(standing(kept))
    assert may_not_decide(checked_by, challenge)
    assert may_not_decide(second, challenge)
