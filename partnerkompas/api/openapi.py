"""The OpenAPI 3.1 description of the API, made from the criteria in force."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from partnerkompas.answers.models import Source, State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.partners.models import LeavingKind

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
ENDS = ("van", "the least"), ("tot", "the most")
DAY = {"type": ["string", "null"], "format": "date"}
DAY_ASKED = {"type": "string", "format": "date"}


def description(edition: Edition, server: str) -> dict[str, Any]:
    """What the API offers; `server` is the address it is reached at."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Partnerkompas",
            "version": version("partnerkompas"),
            "summary": "Facts about Microsoft Dynamics partners, each with its source. Read only, no key.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/v1/partners": {"get": _list(edition)},
            "/api/v1/partners/{slug}": {"get": _one()},
            "/api/v1/criteria": {"get": _plain("criteria", "The criteria and code lists in force", "Criteria")},
            "/api/v1/openapi.json": {"get": _plain("openapi", "This description", "Any")},
        },
        "components": {"schemas": _schemas(), "responses": {"Problem": _problem(), "Gone": _gone(), "Later": _later()}},
    }


def _list(edition: Edition) -> dict[str, Any]:
    products = [option.code for option in edition.products.options] if edition.products else []
    plain: list[tuple[str, str, dict[str, Any]]] = [
        ("q", "Words; Dutch and English stems, synonyms, last word also as prefix", {**TEXT, "maxLength": 200}),
        ("sort", "neutraal, naam, <criterion> or -<criterion>", {**TEXT, "default": "neutraal"}),
        ("pagina", "Page", {**NUMBER, "minimum": 1, "maximum": 100_000, "default": 1}),
        ("per_pagina", "Partners a page", {**NUMBER, "minimum": 1, "maximum": 100, "default": 20}),
        ("op", "What was known on this day", DAY_ASKED),
        ("voor", "Count per-product facets for this product", {**TEXT, "enum": products} if products else TEXT),
    ]
    parameters = [_query(name, words, schema) for name, words, schema in plain]
    for question in edition.questions:
        if "facet" in question.uses:
            parameters += _facet(question)
    return {
        "operationId": "partners",
        "summary": "Find partners by words and facets, with counts",
        "description": "For a question asked per product, <criterion>@<product> asks about one product.",
        "parameters": parameters,
        "responses": {**_ok("Partners"), **_refused("400"), **LATER},
    }


def _facet(question: Question) -> list[dict[str, Any]]:
    kind, label = kind_of(question), question.label.en
    states = {"type": "array", "items": {**TEXT, "enum": [state.value for state in State]}}
    parameters = [_query(f"{question.key}.stand", f"{label}: state of the answer", states)]
    if kind.facet_style == "range":
        ranges = {"type": "array", "items": {**TEXT, "pattern": r"^[^.]*(\.[0-9]+)?\.\.[^.]*(\.[0-9]+)?$"}}
        parameters.append(_query(question.key, f"{label}: from..to, bounds included", ranges))
        parameters += [
            _query(f"{question.key}.{end}", f"{label}: {least_or_most}", TEXT) for end, least_or_most in ENDS
        ]
    codes = [bucket.code for bucket in kind.choices(question, "en")]
    if codes:
        values = {"type": "array", "items": {**TEXT, "enum": codes}}
        parameters.append(_query(question.key, f"{label}: any of", values))
        parameters.append(_query(f"{question.key}.alle", f"{label}: all of", values))
    return parameters


def _one() -> dict[str, Any]:
    return {
        "operationId": "partner",
        "summary": "One partner with every answer",
        "parameters": [
            {"name": "slug", "in": "path", "required": True, "schema": TEXT},
            _query("op", "What was known on this day", DAY_ASKED),
        ],
        "responses": {
            **_ok("Partner"),
            **_refused("400", "404"),
            **LATER,
            "308": {"description": "Merged with another partner: its address"},
            "410": {"$ref": "#/components/responses/Gone"},
        },
    }


def _plain(name: str, summary: str, schema: str) -> dict[str, Any]:
    """What has no parameters, and refuses any."""
    return {"operationId": name, "summary": summary, "responses": {**_ok(schema), **_refused("400"), **LATER}}


def _query(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": words, "schema": schema, "explode": True, "style": "form"}


def _later() -> dict[str, Any]:
    retry = {"description": "In so many seconds", "schema": NUMBER}
    document = _problem_document("Cannot be answered now (RFC 9457)", _object(PROBLEM))
    return {**document, "headers": {"Retry-After": retry}}


def _ok(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"200": {"description": "What was asked", "content": content}}


def _refused(*statuses: str) -> dict[str, Any]:
    return {status: {"$ref": "#/components/responses/Problem"} for status in statuses}


LATER = {"503": {"$ref": "#/components/responses/Later"}}
"""What any address may answer, when the database is away or many ask for days of the past."""

PROBLEM = {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT}
"""What every problem document says (RFC 9457)."""


def _problem() -> dict[str, Any]:
    wrong = _object({"parameter": TEXT, "value": TEXT, "reason": TEXT})
    schema = _object(PROBLEM)
    schema["properties"]["errors"] = _list_of(wrong)
    return _problem_document("What cannot be answered, and why (RFC 9457)", schema)


def _gone() -> dict[str, Any]:
    kinds = {**TEXT, "enum": [kind.value for kind in LeavingKind]}
    schema = _object({**PROBLEM, "kind": kinds, "delisted_on": DAY})
    return _problem_document("A partner that left the guide: why, and when (RFC 9457)", schema)


def _problem_document(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {**properties}, "required": list(properties)}


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _schemas() -> dict[str, Any]:
    value = _object({"value": TEXT, "label": TEXT, "count": NUMBER, "selected": {"type": "boolean"}})
    counts = {"type": "object", "additionalProperties": NUMBER}
    chosen_states = _list_of({**TEXT, "enum": [state.value for state in State]})
    facet = _object({"label": TEXT, "values": _list_of(value), "states": counts, "states_selected": chosen_states})
    answer = _object(
        {
            "criterion": TEXT,
            "product": TEXT,
            "state": {**TEXT, "enum": [state.value for state in State]},
            "value": {},
            "display": TEXT,
            "source": {**TEXT, "enum": ["", *(source.value for source in Source)]},
            "source_url": TEXT,
            "evidence": TEXT,
            "level": {**NUMBER, "minimum": 0, "maximum": 4},
            "stated_on": DAY,
            "checked_on": DAY,
            "checked_by_role": TEXT,
            "valid_until": DAY,
            "release": TEXT,
            "follows_from": TEXT,
            "dispute": TEXT,
            "dispute_due_on": DAY,
        }
    )
    item = _object(
        {
            **dict.fromkeys(("slug", "name", "url", "api_url"), TEXT),
            **dict.fromkeys(("known", "asked"), NUMBER),
            "median_age_months": {"type": ["integer", "null"]},
        }
    )
    office = _object(dict.fromkeys(("city", "province", "role", "source_url"), TEXT))
    signed = _object({"number": NUMBER, "on": DAY, "release": TEXT, "statement": TEXT})
    partner = _object(
        {
            **dict.fromkeys(("slug", "name", "url", "legal_name", "kvk_number", "website", "group", "status"), TEXT),
            "former_names": _list_of(TEXT),
            "listed_on": DAY,
            "fictional": {"type": "boolean"},
            "offices": _list_of(office),
            "release": TEXT,
            "as_of": DAY_ASKED,
            "signed": {"oneOf": [{"type": "null"}, signed]},
            "answers": _list_of(answer),
        }
    )
    return {
        "Any": {"type": "object"},
        "Criteria": _object(
            {"release": TEXT, "released_on": DAY, **{name: _list_of({}) for name in ("themes", "questions", "lists")}}
        ),
        "Partner": partner,
        "Partners": _object(
            {
                **dict.fromkeys(("total", "page", "per_page", "pages"), NUMBER),
                "release": TEXT,
                "as_of": DAY_ASKED,
                "behind": {"type": "boolean", "description": "Finding by words may be a moment behind"},
                "notices": {
                    **_list_of(TEXT),
                    "description": "What of the words was not used, need not be found, or no partner has",
                },
                "order": _object({"rule": TEXT, "seed": TEXT, "explanation": TEXT}),
                "items": _list_of(item),
                "facets": {"type": "object", "additionalProperties": facet},
            }
        ),
    }
