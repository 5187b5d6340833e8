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
    def made(cls, vocabulary: Iterable[str], concepts: Mapping[str, Sequence[str]]) -> "Lexicon":
        """Make one from texts whose words compounds may be made of, and concept ids with the names of each."""
        splitter = Splitter.of(vocabulary)
        names = {concept: sorted(set(its_names)) for concept, its_names in concepts.items()}
        content = json.dumps([VERSION, sorted(splitter.words), names], sort_keys=True)
        return cls(splitter, Concepts.of(names), sha256(content.encode()).hexdigest()[:16])
