"""Releases: an edition as JSON and back, what differs, and the number that follows; then on a real database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from partnerkompas.criteria import actions, queries
from partnerkompas.criteria.actions import ChangesKind
from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.models import Criterion, Release
from partnerkompas.criteria.questions import Condition, Edition, Option, OptionDate, Text, Theme
from partnerkompas.criteria.releases import Change, differences, from_json, next_number, to_json
from partnerkompas.infra import clock
from partnerkompas.infra.db import RewritesHistory, db
from partnerkompas.permissions.policy import NotAllowed
from partnerkompas.permissions.vocabulary import OPERATOR, VISITOR
from tests.edition import SMALL, WINDOWS, question, with_question

SEED = Path(__file__).parents[2] / "seed"


def changed(key: str, **values: object) -> Edition:
    """The small edition with one question changed."""
    return replace(
        SMALL,
        questions=tuple(replace(each, **values) if each.key == key else each for each in SMALL.questions),  # type: ignore[arg-type]
    )


def with_windows(*options: Option, **values: object) -> Edition:
    """The small edition with another list of windows."""
    known = replace(WINDOWS, options=options, **values)  # type: ignore[arg-type]
    lists = tuple(known if each.key == "venster" else each for each in SMALL.lists)
    return replace(changed("venster", options=known), lists=lists)


FULL = Option(
    "oud",
    Text("Oud", "Old"),
    ("antiek",),
    "",
    date(2020, 1, 1),
    date(2024, 6, 30),
    "vijf",
    False,
    "Uitgever",
    Text("dit", "this"),
    Text("dat", "that"),
    "https://bron.example",
    (OptionDate(Text("einde", "end"), "2024-06", "https://a.example"),),
)


@pytest.mark.parametrize(
    "edition", [SMALL, with_windows(*WINDOWS.options, FULL), Edition((), ())], ids=["small", "full", "empty"]
)
def test_an_edition_survives_json(edition: Edition) -> None:
    assert from_json(to_json(edition)) == edition


def test_the_real_criteria_survive_json() -> None:
    edition = read_edition(SEED / "criteria", SEED / "options")
    assert len(edition.questions) > 30
    assert from_json(to_json(edition)) == edition


def test_the_same_edition_differs_in_nothing() -> None:
    assert differences(SMALL, from_json(to_json(SMALL))) == []


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (with_question(SMALL, question("nieuw", "yes_no")), Change("added", "nieuw", "minor")),
        (replace(SMALL, questions=SMALL.questions[:-1]), Change("removed", "pagina_iso", "major")),
        (changed("personen", unit=Text("fte", "fte")), Change("meaning", "personen", "major")),
        (changed("personen", minimum=1), Change("meaning", "personen", "major")),
        (changed("naam", max_length=80), Change("meaning", "naam", "major")),
        (changed("pagina_iso", applies_if=()), Change("meaning", "pagina_iso", "major")),
        (changed("iso", applies_if=(Condition("naam", "stated"),)), Change("meaning", "iso", "major")),
        (changed("iso", why=Text("beter", "better")), Change("wording", "iso", "patch")),
        (changed("iso", valid_months=6), Change("wording", "iso", "patch")),
        (with_windows(*WINDOWS.options, FULL), Change("option added", "venster/oud", "minor")),
        (with_windows(*WINDOWS.options[1:]), Change("option removed", "venster/vijf", "major")),
        (
            with_windows(replace(WINDOWS.options[0], means_no=True), *WINDOWS.options[1:]),
            Change("option meaning", "venster/vijf", "major"),
        ),
        (
            with_windows(replace(WINDOWS.options[0], synonyms=("kantoortijd",)), *WINDOWS.options[1:]),
            Change("option wording", "venster/vijf", "patch"),
        ),
        (with_windows(*WINDOWS.options, source="elders"), Change("list wording", "venster", "patch")),
        (
            replace(SMALL, themes=(SMALL.themes[0], Theme("tweede", 30, *[Text("x", "y")] * 2))),
            Change("wording", "themes", "patch"),
        ),
    ],
    ids=lambda each: f"{each.what} {each.key}" if isinstance(each, Change) else "",
)
def test_every_change_is_named_with_its_weight(after: Edition, expected: Change) -> None:
    assert differences(SMALL, after) == [expected]


@pytest.mark.parametrize(
    ("weights", "number"),
    [(["patch"], "2.1.4"), (["patch", "minor"], "2.2.0"), (["minor", "major", "patch"], "3.0.0")],
)
def test_the_number_follows_from_the_heaviest_change(weights: list[str], number: str) -> None:
    assert next_number("2.1.3", [Change("x", "y", weight) for weight in weights]) == number


def test_releases_follow_each_other_and_stay_what_they_are(app: Flask) -> None:
    first = actions.adopt(OPERATOR, SMALL)
    assert actions.adopt(OPERATOR, SMALL) is None, "nothing changed, so there is nothing to release"
    bigger = with_question(SMALL, question("nieuw", "yes_no"))
    second = actions.adopt(OPERATOR, bigger)
    third = actions.adopt(OPERATOR, replace(bigger, questions=bigger.questions[:-1]))
    assert first is not None
    assert second is not None
    assert third is not None
    assert [first.number, second.number, third.number] == ["1.0.0", "1.1.0", "2.0.0"]
    assert first.changes == []
    assert second.changes == [{"what": "added", "key": "nieuw", "weight": "minor"}]
    assert queries.edition_of("1.0.0") == SMALL
    assert queries.edition_of("1.1.0") == bigger
    assert queries.current_edition() == SMALL
    assert [each.number for each in queries.all_releases()] == ["2.0.0", "1.1.0", "1.0.0"]
    assert "nieuw" in queries.known_keys(), "a key that was ever used stays known"
    assert db.session.get(Criterion, "nieuw").first_release_id == second.id  # type: ignore[union-attr]


@pytest.mark.parametrize("values", [{"kind": "text"}, {"scope": "product"}])
def test_a_question_cannot_turn_into_another_kind_or_scope(app: Flask, values: dict[str, object]) -> None:
    actions.adopt(OPERATOR, SMALL)
    with pytest.raises(ChangesKind) as refused:
        actions.adopt(OPERATOR, changed("iso", **values))
    assert refused.value.keys == ["iso"]
    assert [each.number for each in queries.all_releases()] == ["1.0.0"]


def test_a_question_that_comes_back_cannot_have_turned_into_another_kind(app: Flask) -> None:
    """Its old answers are still there, so its key keeps its meaning."""
    actions.adopt(OPERATOR, SMALL)
    actions.adopt(OPERATOR, replace(SMALL, questions=SMALL.questions[:4]))
    with pytest.raises(ChangesKind):
        actions.adopt(OPERATOR, changed("iso", kind="text"))


def test_the_release_of_a_moment_is_the_one_in_force_then(app: Flask) -> None:
    with clock.fixed_at(datetime(2026, 1, 10, 12, tzinfo=UTC)):
        actions.adopt(OPERATOR, SMALL)
    with clock.fixed_at(datetime(2026, 3, 10, 12, tzinfo=UTC)):
        actions.adopt(OPERATOR, with_question(SMALL, question("nieuw", "yes_no")))
    assert queries.release_at(clock.end_of(date(2026, 3, 9))) == "1.0.0"
    assert queries.release_at(clock.end_of(date(2026, 3, 10))) == "1.1.0"
    assert queries.release_at(clock.end_of(date(2025, 1, 1))) == "1.0.0", "before the first there is only the first"
    assert queries.released_on("1.1.0") == date(2026, 3, 10)
    assert queries.released_on("9.9.9") is None


def test_a_release_cannot_be_changed(app: Flask) -> None:
    release = actions.adopt(OPERATOR, SMALL)
    assert isinstance(release, Release)
    release.number = "1.0.1"
    with pytest.raises(RewritesHistory):
        db.session.flush()


def test_a_visitor_releases_nothing(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        actions.adopt(VISITOR, SMALL)
    assert queries.all_releases() == []


def test_without_a_release_there_are_no_questions(app: Flask) -> None:
    assert queries.current_release_number() == "0.0.0"
    assert queries.current_edition().questions == ()
