"""The description is valid OpenAPI 3.1, and every answer is as it says (J2)."""

import random
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate
from sqlalchemy.exc import OperationalError

from partnerkompas.infra import clock
from partnerkompas.infra.db import db, writing
from partnerkompas.infra.request_cycle import unit_of_work
from partnerkompas.partners import leaving
from partnerkompas.partners import queries as partners
from partnerkompas.partners.models import LeavingKind
from tests.browser import Browser
from tests.factories import a_curator, the_criteria
from tests.search.made_up import WIDE, a_firm, store


@pytest.fixture
def described(browser: Browser, app: Flask) -> dict[str, Any]:
    chance = random.Random(5)
    with unit_of_work():
        the_criteria(WIDE)
        store([a_firm(chance, n) for n in range(12)])
    writing.set(False)
    return browser.json("/api/v1/openapi.json")


def closed(schema: Any) -> Any:
    """The schema, refusing every property that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(each) for key, each in schema.items()}
    return {**made, "additionalProperties": False} if "properties" in schema else made


def check(described: dict[str, Any], name: str, answer: object) -> None:
    """An answer has all that its schema asks, and nothing that it does not tell of."""
    schema = closed({"components": described["components"], **described["components"]["schemas"][name]})
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)


def test_it_is_valid(described: dict[str, Any]) -> None:
    validate(described)
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "http://localhost"}]


@pytest.mark.parametrize(
    "query", ["", "?producten=bc&iso.stand=not_stated", "?voor=bc", "?q=nergens", "?op=2026-11-01"]
)
def test_a_list_is_as_described(browser: Browser, described: dict[str, Any], query: str) -> None:
    check(described, "Partners", browser.json(f"/api/v1/partners{query}"))


def test_a_partner_is_as_described(browser: Browser, described: dict[str, Any]) -> None:
    for n in range(12):
        check(described, "Partner", browser.json(f"/api/v1/partners/firma-{n}"))


def test_the_criteria_are_as_described(browser: Browser, described: dict[str, Any]) -> None:
    answer = browser.json("/api/v1/criteria")
    check(described, "Criteria", answer)
    assert answer["release"] == "1.0.0"
    assert [each["key"] for each in answer["questions"]] == list(WIDE.by_key)


REFUSED = [
    ("/api/v1/partners", "?x=1", 400),
    ("/api/v1/partners/{slug}", "?op=x", 400),
    ("/api/v1/criteria", "?x=1", 400),
    ("/api/v1/openapi.json", "?x=1", 400),
    ("/api/v1/partners/{slug}", "", 404),
    ("/api/v1/partners/{slug}", "", 410),
    ("/api/v1/partners", "", 503),
    ("/api/v1/partners/{slug}", "", 503),
    ("/api/v1/criteria", "", 503),
    ("/api/v1/openapi.json", "", 503),
]


@pytest.mark.parametrize(("path", "query", "status"), REFUSED)
def test_a_problem_is_as_described(
    browser: Browser, described: dict[str, Any], path: str, query: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = "niemand" if status == 404 else "firma-1"
    if status == 410:
        leaves(slug)
    if status == 503:
        for way in ("execute", "scalar", "scalars"):
            monkeypatch.setattr(db.session, way, away)
    told = browser.json(path.replace("{slug}", slug) + query, status)
    response = described["paths"][path]["get"]["responses"][str(status)]["$ref"].removeprefix("#/components/responses/")
    schema = described["components"]["responses"][response]["content"]["application/problem+json"]["schema"]
    Draft202012Validator(closed(schema), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(told)


def away(*_given: object, **_named: object) -> None:
    """What a database says that is not there."""
    raise OperationalError("SELECT", {}, Exception("away"))


def test_every_address_has_its_refusals(described: dict[str, Any]) -> None:
    """None is left out of the test above."""
    said = {
        (path, int(status))
        for path, verbs in described["paths"].items()
        for status in verbs["get"]["responses"]
        if status >= "400"
    }
    assert said == {(path, status) for path, _query, status in REFUSED}


def leaves(slug: str) -> None:
    """A partner is delisted at once."""
    with unit_of_work():
        partner = partners.by_slug(slug)
        assert partner is not None
        leaving.announce(a_curator(), partner, LeavingKind.STOPPED, "Het bedrijf is gestopt.", clock.today())
    writing.set(False)


def test_every_address_and_parameter_is_described(app: Flask, described: dict[str, Any], browser: Browser) -> None:
    """And every parameter described is one that the API takes."""
    rules = {
        rule.rule.replace("<slug>", "{slug}") for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
    }
    assert set(described["paths"]) == rules
    named = {each["name"] for each in described["paths"]["/api/v1/partners"]["get"]["parameters"]}
    facets = {each.key for each in WIDE.questions if "facet" in each.uses}
    assert {"personen.van", "personen.tot"} <= named
    assert named >= {"q", "sort", "pagina", "per_pagina", "op"} | facets | {f"{key}.stand" for key in facets}
    for each in described["paths"]["/api/v1/partners"]["get"]["parameters"]:
        schema = each["schema"].get("items", each["schema"])
        example = {"q": "navision", "sort": "naam", "op": "2026-01-01"}.get(each["name"])
        criterion, dot, end = each["name"].rpartition(".")
        if dot and end in ("van", "tot"):
            example = "2020-01-01" if WIDE.by_key[criterion].kind == "date" else "2020"
        value = example or str(schema.get("enum", [schema.get("minimum", "2020..2021")])[0])
        browser.json(f"/api/v1/partners?{each['name']}={value}")
