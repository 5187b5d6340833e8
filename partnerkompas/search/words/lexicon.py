"""What is known of words besides the words themselves: compounds and names that mean the same."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from partnerkompas.search.words.analysis import VERSION
from partnerkompas.search.words.compounds import Splitter
from partnerkompas.search.words.concepts import Concepts


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Decides, with the analysis, which tokens a text becomes. Two with the same version give the same tokens."""

    splitter: Splitter
    concepts: Concepts
    version: str

    @classmethod
    def made(
        cls,
        vocabulary: Iterable[str],
        concepts: Mapping[str, Sequence[str]],
        same: Mapping[str, Sequence[str]] | None = None,
    ) -> "Lexicon":
        """Make one from texts whose words compounds may be made of, and concept ids with the names of each.

        `same` has groups of names that mean the same wherever they stand, each with an id (see `Concepts.of`).
        """
        splitter = Splitter.of(vocabulary)
        content = json.dumps([VERSION, sorted(splitter.words), _plain(concepts), _plain(same or {})])
        return cls(splitter, Concepts.of(concepts, same), sha256(content.encode()).hexdigest()[:16])


def _plain(names: Mapping[str, Sequence[str]]) -> list[list[str]]:
    return [[concept, *sorted(set(its_names))] for concept, its_names in sorted(names.items())]
