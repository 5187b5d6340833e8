"""Flask without what nobody here uses: that must really be so."""

from inspect import iscoroutinefunction
from itertools import chain
from typing import Any

from flask import Flask


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
