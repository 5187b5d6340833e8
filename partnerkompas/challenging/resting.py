"""What happens to open challenges when their partner leaves the directory or is back (ADR 16).

They rest: nothing is decided by leaving, and nobody escapes a dispute by going away for a while.
"""

from datetime import date
from typing import Any

from partnerkompas.accounts import queries as accounts
from partnerkompas.answers import queries as answers
from partnerkompas.challenging import queries
from partnerkompas.criteria.questions import Text
from partnerkompas.infra.db import db
from partnerkompas.infra.language import _, language
from partnerkompas.infra.web import show_date
from partnerkompas.messages import actions as messages
from partnerkompas.messages.models import About
from partnerkompas.partners import representing
from partnerkompas.partners.models import Partner
from partnerkompas.reviewing.actions import question_of


def tell(partner: Partner, *, is_back: bool, **_more: Any) -> None:
    """Tell who opened a challenge that it rests, or goes on; when it goes on also who speaks for the partner."""
    for challenge in queries.of_partner(partner.id):
        answer = answers.by_id(challenge.answer_id)
        assert answer is not None
        db.session.refresh(challenge)  # it may have been read before its partner came back
        label, path = question_of(answer).label, f"/betwisting/{challenge.id}"
        words = _rests(partner.name, label)
        if is_back:
            words = _goes_on(partner.name, label, queries.heard_until(challenge))
        opener = accounts.by_id(challenge.opened_by or 0)
        messages.tell([opener] if opener is not None else [], About.CHALLENGES, words, path)
        if is_back:
            representing.tell(partner, About.CHALLENGES, words, path)


def _rests(partner: str, label: Text) -> messages.Words:
    def words() -> tuple[str, str]:
        title = _("De betwisting rust: %(label)s bij %(partner)s", label=label.in_(language()), partner=partner)
        text = _("%(partner)s staat niet meer in de gids. Komt de partner terug, dan gaat zij verder.", partner=partner)
        return title, text

    return words


def _goes_on(partner: str, label: Text, until: date) -> messages.Words:
    def words() -> tuple[str, str]:
        title = _("De betwisting gaat verder: %(label)s bij %(partner)s", label=label.in_(language()), partner=partner)
        day = show_date(until)
        return title, _(
            "%(partner)s staat weer in de gids, en kan reageren tot en met %(day)s.", partner=partner, day=day
        )

    return words
