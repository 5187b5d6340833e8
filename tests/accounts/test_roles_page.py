"""The page of who has which role."""

from flask import Flask

from partnerkompas.accounts import actions
from partnerkompas.accounts.models import Account
from partnerkompas.infra.db import db
from partnerkompas.permissions.vocabulary import OPERATOR, Role
from tests.factories import a_member, an_admin
from tests.signed_in import Person


def test_who_granted_a_role_is_told_as_people_know_them(app: Flask) -> None:
    with app.app_context():
        admin, first, second = an_admin(), a_member(), a_member()
        actions.grant_role(admin, db.session.get_one(Account, first.account_id), Role.CURATOR)
        actions.grant_role(OPERATOR, db.session.get_one(Account, second.account_id), Role.CURATOR)
        db.session.commit()
        page = Person(app, admin).get("/beheer/rollen").text
        assert f"door {admin.email}" in page
        assert "door de opdrachtregel" in page
        assert f"door account/{admin.account_id}" not in page
