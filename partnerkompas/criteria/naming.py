"""What an option is found by: its own names, and what the branches above it are called."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from partnerkompas.criteria.questions import Option, OptionList

_BETWEEN = re.compile(r",\s+(?:(?:en|and)\s+)?|\s+(?:en|and)\s+")


def names_of(option: "Option") -> tuple[str, ...]:
    """Every name an option is known by, its labels first."""
    return tuple(dict.fromkeys((option.label.nl, option.label.en, *option.synonyms)))


class Name(NamedTuple):
    """A text by which an answer is found, the code of the option it is of, and its language; none for a synonym."""

    text: str
    code: str
    language: str = ""


def names_in(option: "Option", options: "OptionList") -> tuple[Name, ...]:
    """The texts by which an answer is found.

    A label above may be made of the names of what lies below it: of "Groothandel en detailhandel" a wholesaler gets
    "Groothandel" only. The last text is the whole line, so that the parts of "vleesindustrie" stand in one text.
    """
    names, way = list(_own(option)), [option.label.nl]
    line = options.above[option.code]
    for higher in (options.by_code[code] for code in line[1:]):
        below = [each for each in options.options if higher.code in options.above[each.code][1:]]
        elsewhere = _names_in(each for each in below if each.code not in line)
        elsewhere -= _names_in(each for each in below if each.code in line)
        dutch, english = _without(elsewhere, higher.label.nl), _without(elsewhere, higher.label.en)
        names += [Name(name, higher.code, "nl") for name in dutch]
        names += [Name(name, higher.code, "en") for name in english]
        names += [Name(name, higher.code) for name in higher.synonyms if not _names_another(name, elsewhere)]
        above = ", ".join(dutch)
        way += [above] if above.casefold() not in ("", way[-1].casefold()) else []
    return (*names, Name(" › ".join(reversed(way)), option.code, "nl"))


def _own(option: "Option") -> Iterator[Name]:
    yield Name(option.label.nl, option.code, "nl")
    yield Name(option.label.en, option.code, "en")
    yield from (Name(name, option.code) for name in option.synonyms)


def _without(elsewhere: set[str], label: str) -> list[str]:
    """A label, or of the names it is made of those that belong to no other branch."""
    listed = _BETWEEN.split(label)
    ours = [name for name in listed if name.casefold() not in elsewhere]
    return [label] if len(listed) == 1 or ours == listed else ours


def _names_another(synonym: str, elsewhere: set[str]) -> bool:
    """Whether a synonym lists names of which one belongs elsewhere; a single name is meant for all below it."""
    listed = _BETWEEN.split(synonym)
    return len(listed) > 1 and any(name.casefold() in elsewhere for name in listed)


def _names_in(options: "Iterable[Option]") -> set[str]:
    """The names of some options and what their labels list, without capitals."""
    names = {name for option in options for name in names_of(option)}
    return {part.casefold() for name in names for part in (name, *_BETWEEN.split(name))}
