"""The steps of a mapping, pure: raw values in, values of ours out."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable

import nh3
from markdown_it import MarkdownIt

from partnerkompas.exchange.mapping import Steps

BLOCKS = re.compile(r"</?(?:p|br|hr|div|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|blockquote|pre|section)\b", re.I)
_markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def taken(steps: Steps, raw: Iterable[str]) -> list[str]:
    """What the steps make of the raw values at one place; a value that is left out on purpose is gone."""
    values = list(raw)
    if steps.split is not None:
        values = [part for value in values for part in value.split(steps.split)]
    values = [steps.values.get(value.strip(), value.strip()) for value in values]
    if steps.strip:
        values = [STRIPS[steps.strip](value) for value in values]
    values = [value for value in values if value]
    if steps.join is not None and values:
        values = [steps.join.join(values)]
    if steps.cut is not None:
        values = [shortened(value, steps.cut) for value in values]
    return [framed(value, steps.prefix, steps.suffix) for value in values]


def shortened(value: str, most: int) -> str:
    """A text of at most so many characters; a longer one ends at a word, with an ellipsis."""
    if len(value) <= most:
        return value
    kept = value[: most - 1]
    at_word = kept if value[most - 1].isspace() else re.sub(r"\s+\S*$", "", kept)
    return f"{at_word.rstrip()}…"


def framed(value: str, prefix: str, suffix: str) -> str:
    """A value with something before and after it, unless it is there already."""
    begins = value.startswith(prefix) or (prefix == "https://" and value.startswith("http://"))
    return f"{'' if begins else prefix}{value}{'' if value.endswith(suffix) else suffix}"


def without_html(text: str) -> str:
    """HTML as one line of plain text; scripts and styles go with their content."""
    spaced = BLOCKS.sub(lambda tag: f" {tag[0]}", text)
    return _one_line(html.unescape(nh3.clean(spaced, tags=set())))


def without_markdown(text: str) -> str:
    """Markdown as one line of plain text; of a link the words stay."""
    return without_html(_markdown.render(text))


def _one_line(text: str) -> str:
    """One line without characters that cannot be seen, such as soft hyphens."""
    seen = "".join(each for each in text if each.isspace() or unicodedata.category(each)[0] != "C")
    return " ".join(seen.split())


STRIPS: dict[str, Callable[[str], str]] = {"html": without_html, "markdown": without_markdown}
