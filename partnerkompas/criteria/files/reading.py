"""Reading criteria files and options files into an edition.

A criteria file holds one theme with its questions; an options file holds one code list. What must hold between them is
checked in `consistency.py`.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from partnerkompas.criteria.files.consistency import Places, Problem, faults_between
from partnerkompas.criteria.files.shapes import CriteriaFile, CriterionShape, OptionsFile, OptionShape, reason_of
from partnerkompas.criteria.files.whole import parts_of
from partnerkompas.criteria.questions import Edition, OptionList, Question, Theme
from partnerkompas.infra.language import _

MOST_BYTES = 5 * 1024 * 1024
"""No criteria or options file is larger; a larger one is not what it says it is."""

AnyShape = TypeVar("AnyShape", bound=BaseModel)

Documents = Mapping[str, Any]
"""What files hold, by the name of the file."""


class WrongFile(Exception):
    """Files that cannot be used; `problems` names every fault. Nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = tuple(problems)


def read_edition(criteria: Path | None, options: Path | None, beside: Edition | None = None) -> Edition:
    """The edition that these files make; each path is a file or a folder with files (.toml or .json).

    A criteria file may also be an export, which holds all themes and lists.

    With `beside`, the files change that edition: a criteria file replaces its whole theme, an options file its whole
    list, and the rest stays. Without it, the files are all there is. Raises WrongFile.
    """
    unreadable: list[Problem] = []
    themes = dict(_documents(criteria, unreadable)) if criteria else {}
    lists = dict(_documents(options, unreadable)) if options else {}
    for name, content in list(themes.items()):
        for sort, part, each in parts_of(name, content):
            themes.pop(name, None)
            (themes if sort == "themes" else lists)[part] = each
    return edition_of(themes, lists, beside, unreadable)


def edition_of(
    criteria: Documents, options: Documents, beside: Edition | None = None, unreadable: Iterable[Problem] = ()
) -> Edition:
    """As `read_edition`, from what files hold; `unreadable` are the faults of other files. Raises WrongFile."""
    unreadable = list(unreadable)
    gathered = _Gathered(beside or Edition((), ()), unreadable)
    for file, content in options.items():
        gathered.add_list(file, content)
    for file, content in criteria.items():
        gathered.add_theme(file, content)
    edition = gathered.edition()
    if not unreadable:  # else every reference into that file would be a fault as well
        gathered.problems += gathered.missing_lists() + faults_between(edition, gathered.places)
    if gathered.problems:
        raise WrongFile(gathered.problems)
    return edition


class _Gathered:
    """What was read so far: everything that is well formed, and the faults of the rest."""

    def __init__(self, beside: Edition, problems: list[Problem]) -> None:
        self.problems = list(problems)
        self.places = Places()
        self.themes = {each.key: each for each in beside.themes}
        self.lists = dict(beside.list_by_key)
        self.questions = dict(beside.by_key)
        self.wants: dict[str, str] = {}

    def add_list(self, file: str, content: Any) -> None:
        """Take one code list from the content of a file."""
        head = self._shaped(OptionsFile, file, "", _without(content, "options"))
        shapes = [self._shaped(OptionShape, file, *part) for part in _parts(content, "options", "code")]
        options = [each.made() for each in shapes if each]
        self.places.broken_options |= _keys(content, "options", "code") - {each.code for each in options}
        if not head:
            self.places.broken_lists |= (
                {str(content["key"])} if isinstance(content, dict) and "key" in content else set()
            )
            return
        if self.places.lists.setdefault(head.key, file) != file:
            self._add(
                file,
                "key",
                _("de lijst “%(key)s” staat ook in %(file)s", key=head.key, file=self.places.lists[head.key]),
            )
            return
        if not shapes:
            self._add(file, "options", _("er zijn geen keuzes"))
        self.lists[head.key] = head.made(tuple(options))

    def add_theme(self, file: str, content: Any) -> None:
        """Take one theme with its questions from the content of a file."""
        head = self._shaped(CriteriaFile, file, "", _without(content, "criteria"))
        parts = list(_parts(content, "criteria", "key"))
        shapes = [(path, self._shaped(CriterionShape, file, path, each)) for path, each in parts]
        well = {shape.key for _path, shape in shapes if shape and head}
        self.places.broken_criteria |= _keys(content, "criteria", "key") - well
        if not parts:
            self._add(file, "criteria", _("er zijn geen criteria"))
        if not head:
            return
        theme = head.theme.made()
        if self.places.themes.setdefault(theme.key, file) != file:
            other = self.places.themes[theme.key]
            self._add(file, "theme.key", _("het thema “%(key)s” staat ook in %(file)s", key=theme.key, file=other))
        self.themes[theme.key] = theme
        self.questions = {
            key: each for key, each in self.questions.items() if each.theme != theme.key or key in self.wants
        }
        for path, shape in shapes:
            if shape:
                self._add_question(file, path, theme, shape)

    def _add_question(self, file: str, path: str, theme: Theme, shape: CriterionShape) -> None:
        if shape.key in self.places.criteria:
            other = self.places.criteria[shape.key]
            self._add(
                file, f"{path}.key", _("het criterium “%(key)s” staat ook in %(file)s", key=shape.key, file=other)
            )
            return
        self.places.criteria[shape.key] = file
        self.problems += [Problem(file, f"{path}.{key}", why) for key, why in shape.faults()]
        self.wants[shape.key] = shape.options
        self.questions[shape.key] = shape.made(theme.key)

    def missing_lists(self) -> list[Problem]:
        """Questions whose code list is not there."""
        there = self.lists.keys() | self.places.broken_lists
        return [
            Problem(
                self.places.criteria[key], f"criteria.{key}.options", _("de lijst “%(name)s” bestaat niet", name=name)
            )
            for key, name in self.wants.items()
            if name and name not in there
        ]

    def edition(self) -> Edition:
        """All that is well formed, each question with its code list."""
        themes = sorted(self.themes.values(), key=lambda each: (each.position, each.key))
        order = [theme.key for theme in themes]
        questions = sorted(self.questions.values(), key=lambda each: order.index(each.theme))
        return Edition(
            tuple(themes),
            tuple(self._linked(each) for each in questions),
            tuple(sorted(self.lists.values(), key=lambda each: each.key)),
        )

    def _linked(self, question: Question) -> Question:
        name = self.wants.get(question.key) or (question.options.key if question.options else "")
        options: OptionList | None = self.lists.get(name)
        return replace(question, options=options)

    def _shaped(self, shape: type[AnyShape], file: str, path: str, content: Any) -> AnyShape | None:
        """The content in its shape, or None with its faults noted."""
        try:
            return shape.model_validate(content)
        except ValidationError as wrong:
            for error in wrong.errors():
                key = ".".join([path, *map(str, error["loc"])] if path else map(str, error["loc"]))
                self._add(file, key, reason_of(error))
            return None

    def _add(self, file: str, key: str, reason: str) -> None:
        self.problems.append(Problem(file, key, reason))


def _documents(path: Path, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    """The content of a file, or of each file of a folder; what cannot be read becomes a problem."""
    files = sorted(each for each in path.iterdir() if each.suffix in LOADERS) if path.is_dir() else [path]
    if not files:
        problems.append(Problem(path.name, "", _("in deze map staan geen bestanden met de extensie .toml of .json")))
    for file in files:
        try:
            yield file.name, _content(file)
        except ValueError as wrong:
            problems.append(Problem(file.name, "", str(wrong)))


def _content(path: Path) -> Any:
    """What a file holds; raises ValueError with the reason in the reader's language."""
    load = LOADERS.get(path.suffix.lower())
    if load is None:
        raise ValueError(_("de extensie “%(it)s” is geen .toml of .json", it=path.suffix))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(_("het bestand is groter dan 5 MB"))
        return load(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise ValueError(_("het bestand is geen UTF-8 (byte %(byte)s)", byte=wrong.start + 1)) from wrong
    except OSError as wrong:
        raise ValueError(_("het bestand is niet te lezen; bestaat het?")) from wrong
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as wrong:
        place = re.search(r"line (\d+),? column (\d+)", str(wrong))
        where = _("regel %(line)s, teken %(column)s", line=place[1], column=place[2]) if place else _("aan het eind")
        raise ValueError(
            _("dit is geen goed %(kind)s-bestand (%(where)s)", kind=path.suffix[1:].upper(), where=where)
        ) from wrong
    except RecursionError as wrong:
        raise ValueError(_("het bestand is te diep genest")) from wrong


LOADERS = {".toml": tomllib.loads, ".json": json.loads}


def _without(content: Any, name: str) -> Any:
    return {key: each for key, each in content.items() if key != name} if isinstance(content, dict) else content


def _parts(content: Any, name: str, key: str) -> Iterator[tuple[str, Any]]:
    """Each entry of a list in a file with its path: `criteria.producten`, or `criteria[3]` while it has no key."""
    entries = content.get(name, []) if isinstance(content, dict) else []
    for place, each in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        named = each.get(key) if isinstance(each, dict) else None
        yield (f"{name}.{named}" if isinstance(named, str) and named else f"{name}[{place}]"), each


def _keys(content: Any, name: str, key: str) -> set[str]:
    """The keys or codes a file holds, also of entries that are wrong in another way."""
    return {path.removeprefix(f"{name}.") for path, _each in _parts(content, name, key)}
