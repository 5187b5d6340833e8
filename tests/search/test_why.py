"""What is kept to say why partners were found."""

from partnerkompas.search.sync import EDITIONS_KEPT
from partnerkompas.search.why import Kept
from partnerkompas.search.words import lexicon_of
from tests.edition import SMALL


def test_what_is_asked_about_again_and_again_stays_ready() -> None:
    """The criteria of now, among many days of the past."""
    kept, now = Kept(), lexicon_of(SMALL)
    made = kept.of(SMALL, now)
    for _n in range(2 * EDITIONS_KEPT):
        kept.of(SMALL, lexicon_of(SMALL))
        assert kept.of(SMALL, now) is made
    assert len(kept._made) == EDITIONS_KEPT, "and what is not is thrown away"
