"""Flask without what nobody here uses: that must really be so."""

from inspect import iscoroutinefunction
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine

from partnerkompas.infra.db import SILENCE, db, engine_options


def test_everything_flask_calls_is_a_plain_function(app: Flask) -> None:
    rooms: list[Any] = [app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs]
    hooks = [hook for room in rooms for hooks in room.values() for hook in hooks]
    handlers = (some.values() for by_code in app.error_handler_spec.values() for some in by_code.values())
    called = [*app.view_functions.values(), *hooks, *chain.from_iterable(handlers), *app.teardown_appcontext_funcs]
    assert len(called) > 100
    assert not [each for each in called if iscoroutinefunction(each)]


def test_a_broken_cookie_is_no_session_and_no_fault(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], "kapot")
    assert client.get("/").status_code == 200


def test_what_is_global_in_templates_is_so_in_what_they_import(app: Flask) -> None:
    text = "{% from 'components/search.html' import search_field %}{{ search_field('', 'Vind') }}"
    with app.test_request_context("/"):
        assert "Zoek op naam" in app.jinja_env.from_string(text).render(), "its texts and its words are globals"


def test_globals_of_one_template_come_before_those_of_all(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ _('x') }} {{ ours }}", globals={"_": str.upper, "ours": 1})
    assert template.render() == "X 1"
    assert "ours" not in app.jinja_env.globals


def test_a_connection_to_postgresql_notices_that_nobody_answers(app: Flask) -> None:
    """REL-11; on the connections themselves, for an option that is misspelt would be refused there."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL is somewhere else")
    with db.engine.connect() as connection:
        told = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    assert {name: int(told[name]) for name in SILENCE} == SILENCE


def test_a_database_in_memory_can_be_used() -> None:
    """It has one connection for all, and SQLAlchemy refuses the sizes of a pool for it."""
    for address in ("sqlite://", "sqlite:///:memory:"):
        engine = create_engine(address, **engine_options(address))
        with engine.connect() as one:
            assert one.exec_driver_sql("SELECT 1").scalar_one() == 1
        engine.dispose()
