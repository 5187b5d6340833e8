"""Why somebody may not do something always has words."""

from collections.abc import Callable

import pytest
from flask import Flask

from partnerkompas.accounts import queries as accounts
from partnerkompas.accounts.why_not import why_not
from partnerkompas.answers.challenges import Challenge
from partnerkompas.permissions.vocabulary import Actor, Permission
from tests.factories import a_curator, an_admin


@pytest.mark.parametrize(
    ("who", "permission", "told"),
    [
        (an_admin, Permission.ROLE_GRANT, "het gaat over uw eigen account"),
        (a_curator, Permission.ROLE_GRANT, "u bent geen beheerder en het gaat over uw eigen account"),
        (an_admin, Permission.ROLES_LIST, None),
        (an_admin, Permission.FACT_ENTER, "u bent geen curator"),
        (a_curator, Permission.CHALLENGE_WITHDRAW, "het is niet van u"),
    ],
)
def test_it_has_words(app: Flask, who: Callable[[], Actor], permission: Permission, told: str | None) -> None:
    actor = who()
    own = accounts.by_id(actor.account_id or 0)
    found = why_not(actor, permission, Challenge() if permission == Permission.CHALLENGE_WITHDRAW else own)
    assert (found.reasons if found is not None else None) == told
