"""A whole edition in one file: what an export writes, an import reads back, checked as the files it was made of."""

from collections.abc import Iterator
from typing import Any

from partnerkompas.criteria import releases
from partnerkompas.criteria.questions import Edition


def whole(edition: Edition, number: str) -> dict[str, Any]:
    """An edition as one JSON object: its themes and lists, each as a file of its own would have it."""
    content = releases.to_json(edition)
    by_theme: dict[str, list[Any]] = {theme["key"]: [] for theme in content["themes"]}
    for question in content["questions"]:
        by_theme[question.pop("theme")].append(_said(question))
    themes = [{"theme": theme, "criteria": by_theme[theme["key"]]} for theme in content["themes"]]
    return {"release": number, "themes": themes, "lists": [_said(each) for each in content["lists"]]}


def parts_of(name: str, content: Any) -> Iterator[tuple[str, str, Any]]:
    """The themes and lists in a file that holds a whole edition: ("themes" or "lists", name, content); else nothing."""
    if isinstance(content, dict) and content.keys() == {"release", "themes", "lists"}:
        for sort in ("themes", "lists"):
            for place, each in enumerate(content[sort] if isinstance(content[sort], list) else [], start=1):
                yield sort, f"{name}, {sort}[{place}]", each


def _said(given: Any) -> Any:
    """What was said, without what is only a default: a file leaves that out."""
    if isinstance(given, dict):
        return {key: _said(each) for key, each in given.items() if each not in ("", None, [], {})}
    return [_said(each) for each in given] if isinstance(given, list) else given
