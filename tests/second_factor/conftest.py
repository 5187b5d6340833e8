"""A curator, and hashes that take no time."""

import pytest
from flask import Flask

from partnerkompas.accounts import actions as accounts
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.permissions.vocabulary import OPERATOR, Role
from tests.second_factor.people import EMAIL, PASSWORD


@pytest.fixture(autouse=True)
def _cheap(cheap_hashes: None) -> None:
    """Every test here gives passwords."""


@pytest.fixture
def curator(app: Flask) -> int:
    """The number of the account of a curator without a second step yet."""
    with unit_of_work():
        account, _ = accounts.add_account(OPERATOR, EMAIL, Role.CURATOR, PASSWORD)
    return account.id
