"""Releases: an edition as JSON and back, what differs between two, and the number that follows from it.

Numbering (domain: Release): major when the meaning of an existing question changed or it was removed, minor when a
question or option was added, patch when only wording changed.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from pydantic import TypeAdapter

from partnerkompas.criteria.questions import Edition, OptionList, Question, Theme

MEANING = frozenset(
    [
        "kind",
        "unit",
        "decimals",
        "minimum",
        "maximum",
        "pattern",
        "scope",
        "names_products",
        "options",
        "applies_if",
        "max_length",
    ]
)
"""Settings of a question that change what an answer to it means."""

_THEMES = TypeAdapter(tuple[Theme, ...])
_LISTS = TypeAdapter(tuple[OptionList, ...])
_QUESTIONS = TypeAdapter(tuple[Question, ...])


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two editions; `weight` is "major", "minor" or "patch"."""

    what: str
    key: str
    weight: str


def to_json(edition: Edition) -> dict[str, Any]:
    """An edition as plain JSON; a question names its code list by key."""
    questions = [{**_dump(_QUESTIONS, (replace(each, options=None),))[0]} for each in edition.questions]
    for made, question in zip(questions, edition.questions, strict=True):
        made["uses"] = sorted(question.uses)
        made["options"] = question.options.key if question.options else None
    return {
        "themes": _dump(_THEMES, edition.themes),
        "questions": [_without_defaults(each) for each in questions],
        "lists": _dump(_LISTS, edition.lists),
    }


def from_json(content: dict[str, Any]) -> Edition:
    """The edition a release holds. Raises pydantic's error when the content is not what `to_json` writes."""
    lists = _LISTS.validate_python(content["lists"], strict=False)
    by_key = {each.key: each for each in lists}
    questions = tuple(
        replace(
            _QUESTIONS.validate_python(({**each, "options": None},))[0],
            options=by_key[each["options"]] if each.get("options") else None,
        )
        for each in content["questions"]
    )
    return Edition(_THEMES.validate_python(content["themes"]), questions, lists)


def differences(old: Edition, new: Edition) -> list[Change]:
    """What a release changes, question by question and option by option."""
    found: list[Change] = []
    for key in [*old.by_key, *(key for key in new.by_key if key not in old.by_key)]:
        before, after = old.by_key.get(key), new.by_key.get(key)
        if before is None:
            found.append(Change("added", key, "minor"))
        elif after is None:
            found.append(Change("removed", key, "major"))
        elif _meaning(before) != _meaning(after):
            found.append(Change("meaning", key, "major"))
        elif replace(before, options=None) != replace(after, options=None):
            found.append(Change("wording", key, "patch"))
    for name in [*old.list_by_key, *(name for name in new.list_by_key if name not in old.list_by_key)]:
        found += _list_differences(name, old.list_by_key.get(name), new.list_by_key.get(name))
    if old.themes != new.themes:
        found.append(Change("wording", "themes", "patch"))
    return found


def next_number(number: str, changes: list[Change]) -> str:
    """The number of a release with these changes after `number` ("2.1.0")."""
    major, minor, patch = (int(part) for part in number.split("."))
    weights = {change.weight for change in changes}
    if "major" in weights:
        return f"{major + 1}.0.0"
    if "minor" in weights:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def as_json(change: Change) -> dict[str, str]:
    return asdict(change)


def _list_differences(name: str, before: OptionList | None, after: OptionList | None) -> list[Change]:
    if before is None or after is None:
        weight = "minor" if before is None else "major"
        return [Change("list added" if before is None else "list removed", name, weight)]
    found = []
    for code in [*before.by_code, *(code for code in after.by_code if code not in before.by_code)]:
        old, new = before.by_code.get(code), after.by_code.get(code)
        if old is None:
            found.append(Change("option added", f"{name}/{code}", "minor"))
        elif new is None:
            found.append(Change("option removed", f"{name}/{code}", "major"))
        elif (old.parent, old.means_no) != (new.parent, new.means_no):
            found.append(Change("option meaning", f"{name}/{code}", "major"))
        elif old != new:
            found.append(Change("option wording", f"{name}/{code}", "patch"))
    if not found and before != after:
        found.append(Change("list wording", name, "patch"))
    return found


def _meaning(question: Question) -> tuple[Any, ...]:
    return tuple(
        question.options.key if name == "options" and question.options else getattr(question, name)
        for name in sorted(MEANING)
    )


def _dump(adapter: TypeAdapter[Any], values: Any) -> list[Any]:
    made: list[Any] = adapter.dump_python(values, mode="json", exclude_none=True)
    return made


def _without_defaults(values: dict[str, Any]) -> dict[str, Any]:
    defaults = {each.name: each.default for each in fields(Question)}
    return {name: value for name, value in values.items() if value != defaults.get(name) and value != []}
