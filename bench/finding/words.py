"""Words that nobody uses: they look Dutch, mean nothing, and each can only be found by itself.

No two share a stem and none begins with another, so that stemming and completing find the same partners as looking for
the word alone does. So engines without either may be compared on the same requests.
"""

from collections.abc import Iterator
from functools import cache
from random import Random

import snowballstemmer

SEED = 20261125
_ONSETS = "b br d dr f fl g gr h j k kl kr l m n p pl pr r s sch sl st t tr v vl w z zw".split()
_VOWELS = "a aa e ee i ie o oe oo u ui ij".split()
_CODAS = "k l lk m n nd nk p r rk rm rt s st t".split()


@cache
def invented(many: int) -> tuple[str, ...]:
    """So many words, the same every time."""
    return tuple(word for _n, word in zip(range(many), _words(Random(SEED)), strict=False))


def _words(chance: Random) -> Iterator[str]:
    stemmers = [snowballstemmer.stemmer(language) for language in ("dutch", "english")]
    taken: set[str] = set()
    beginnings: set[str] = set()
    while True:
        word = "".join(chance.choice(each) for each in (_ONSETS, _VOWELS, _ONSETS, _VOWELS, _ONSETS, _VOWELS, _CODAS))
        parts = {word[:end] for end in range(4, len(word))}
        stems = {word, *(stemmer.stemWord(word) for stemmer in stemmers)}
        if len(word) < 8 or stems & taken or word in beginnings or parts & taken or stems & beginnings:
            continue
        taken |= stems
        beginnings |= parts
        yield word
