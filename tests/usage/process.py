"""What a process of its own does: count and write, again and again."""

from partnerkompas import create_app
from partnerkompas.config import Settings
from partnerkompas.infra import clock
from partnerkompas.infra.counting import Waiting, What
from partnerkompas.infra.db import writing
from partnerkompas.usage.writing import write
from tests.factories import NOW

TURNS = 40
KEYS = "aap", "noot", "mies"


def count_and_write(settings: Settings, backwards: bool) -> None:
    """Count each partner once a turn, and write; of two processes one counts them the other way round."""
    app = create_app(settings)
    waiting: Waiting = app.extensions["counting"]
    with app.app_context(), clock.fixed_at(NOW):
        writing.set(False)
        for _turn in range(TURNS):
            waiting.add((What.VIEW, key) for key in (reversed(KEYS) if backwards else KEYS))
            write(app)
