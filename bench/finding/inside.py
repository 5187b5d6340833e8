"""All engines in one process, taking turns of ten requests: how long each takes to answer.

First every engine answers requests of the mix, to get warm and to be compared with the truth. Then it gets others, each
once, so that nothing can be remembered; what it answers then is compared as well, outside the clock. The first request
of a turn is not timed: it finds the caches of the processor full of what the others did.
"""

import gc
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from types import ModuleType
from typing import Any

from bench.finding import ours, popcount, sqlite_fts, tantivy_terms, whoosh_groups
from bench.finding.generate import VERSION, application, store
from bench.finding.market import traders
from bench.finding.requests import Answer, Wanted, mixed

Ready = Callable[[], Any]
"""One request to one engine, ready to be timed."""

OURS, PAGE, API = "ours", "ours, HTML page (WSGI)", "ours, API (WSGI)"
POPCOUNT, POPCOUNT_VALUES = "popcount alone, values and states", "popcount alone, values without states"
FTS, TANTIVY, WHOOSH = "SQLite FTS5 + GROUP BY", "tantivy, terms aggregation", "Whoosh groupedby"
OUR_WORDS, TANTIVY_WORDS = "ours, words alone", "tantivy, words alone"


TURN = 10
"""So many requests an engine gets in a row. One by one, each would mostly be measured by what the others left in the
caches of the processor: after a third of a second of Whoosh nothing of anybody else is there any more."""


class Differs(AssertionError):
    """An engine counted something else than there is; nothing it measures would mean anything."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What is timed: `ready` prepares a request outside the clock, `read` makes what it gave comparable."""

    name: str
    ready: Callable[[Wanted], Ready]
    read: Callable[[Any], Answer] | None = None
    most: int = 1_000_000
    """It only gets so many requests."""


def measure(size: int, instance: Path, requests: int, few: int) -> dict[str, Any]:
    """Milliseconds of each engine on each request, as percentiles and as ratios to ours.

    `instance` holds the database and index; `requests` is how many are timed, and `few` how many by the slowest. Raises
    Differs.
    """
    matrix = popcount.build(size, traders(size))
    app = application(instance)
    asks: Callable[[Any], Callable[[Wanted], Ready]] = lambda answer: lambda wanted: lambda: answer(wanted)  # noqa: E731
    with app.app_context():
        alone = ours.popcount_alone()
    tantivy, tantivy_words, segments = tantivy_terms.opened(kept(size, "tantivy", tantivy_terms))
    engines = [
        Engine(OURS, asks(ours.counted), ours.answer),
        Engine(PAGE, lambda wanted: ours.called(app, ours.PAGE, wanted)),
        Engine(API, lambda wanted: ours.called(app, ours.API, wanted), ours.read_api),
        Engine(POPCOUNT, alone),
        Engine(POPCOUNT_VALUES, lambda wanted: popcount.counting(matrix, wanted)),
        Engine(FTS, asks(sqlite_fts.opened(kept(size, "fts", sqlite_fts))), _as_it_is),
        Engine(TANTIVY, asks(tantivy), _as_it_is),
        Engine(WHOOSH, asks(whoosh_groups.opened(kept(size, "whoosh", whoosh_groups))), _as_it_is, few),
    ]
    words = [Engine(OUR_WORDS, asks(ours.by_words)), Engine(TANTIVY_WORDS, asks(tantivy_words))]
    with app.app_context():
        asked = mixed(requests)
        taken = _in_turns(engines, asked, mixed(max(20, requests // 5), turn=1), matrix)
        by_words = [Wanted("words", wanted.words) for wanted in mixed(requests * 3, turn=2) if wanted.words]
        taken_by_words = _in_turns(words, by_words[requests // 10 :], by_words[: requests // 10], matrix)
        typed = ours.typing([word for wanted in by_words for word in wanted.words])
        suggested = [_taken(ours.suggesting(app, each)) for each in typed[-requests:]]
    mixes = [wanted.mix for wanted in asked]
    return {
        "engines": {name: figures(times, taken[OURS], mixes) for name, times in taken.items()},
        "words": {name: figures(times, taken_by_words[OUR_WORDS], ()) for name, times in taken_by_words.items()},
        "suggestions": {"requests": len(suggested), "p50": median(suggested), "p95": quantiles(suggested, n=20)[-1]},
        "tantivy_segments": segments,
        "partners_found": quantiles([popcount.truth(matrix, wanted).total for wanted in asked], n=4),
    }


def kept(size: int, name: str, engine: ModuleType) -> Path:
    """The folder of a peer's own index of a market of a size, made when there is none yet."""
    folder = store() / f"{size}-v{VERSION}-{name}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        engine.build(folder, traders(size))
        (folder / "done").touch()
    return folder


def _in_turns(
    engines: Sequence[Engine], asked: Sequence[Wanted], others: Sequence[Wanted], matrix: popcount.Matrix
) -> dict[str, list[float]]:
    """Milliseconds by engine; each request goes to all engines, and another engine comes first each turn.

    `others` make warm: an engine answers all of them before anything is timed (a slow one three), and one of them as
    each of its turns begins.
    """
    taken: dict[str, list[float]] = {engine.name: [] for engine in engines}
    numbered = [(number, wanted, popcount.truth(matrix, wanted)) for number, wanted in enumerate(asked)]
    for engine in engines:
        for wanted in others[: len(others) if engine.most > len(asked) else 3]:
            _compare(engine, engine.ready(wanted)(), wanted, popcount.truth(matrix, wanted))
    gc.collect()
    gc.freeze()  # what the benchmark itself holds is no engine's garbage
    for turn, start in enumerate(range(0, len(numbered), TURN)):
        first = turn % len(engines)
        for engine in (*engines[first:], *engines[:first]):
            mine = [each for each in numbered[start : start + TURN] if each[0] < engine.most]
            if not mine:
                continue
            calls = [engine.ready(wanted) for _number, wanted, _truth in mine]
            gc.collect()  # nor is what the engine before left
            engine.ready(others[turn % len(others)])()
            answers = []
            for call in calls:
                began = perf_counter()
                said = call()
                taken[engine.name].append((perf_counter() - began) * 1000)
                answers.append(said)
            for said, (_number, wanted, truth) in zip(answers, mine, strict=True):
                _compare(engine, said, wanted, truth)
    gc.unfreeze()
    return taken


def _compare(engine: Engine, said: Any, wanted: Wanted, truth: Answer) -> None:
    if engine.read and without_zeros(engine.read(said)) != without_zeros(truth):
        raise Differs(f"{engine.name}: {wanted}")
    if isinstance(said, int) and said != truth.total:
        raise Differs(f"{engine.name}: {said} instead of {truth.total} for {wanted}")


def _taken(call: Ready) -> float:
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1000


def _as_it_is(said: Answer) -> Answer:
    return said


def without_zeros(said: Answer) -> Answer:
    """An answer without values that nobody has: some engines name them and some do not."""
    some = {facet: {code: n for code, n in counts.items() if n} for facet, counts in said.counts.items()}
    return Answer(said.total, {facet: counts for facet, counts in some.items() if counts})


def figures(times: Sequence[float], base: Sequence[float], mixes: Sequence[str]) -> dict[str, Any]:
    """Percentiles, and ratios to the base on the same requests: in the middle, low, and of all time together."""
    same = base[: len(times)]
    ratios = [one / other for one, other in zip(times, same, strict=True)]
    return {
        "requests": len(times),
        "p50": median(times),
        "p95": quantiles(times, n=20)[-1],
        "ratio": median(ratios),
        "ratio_p5": quantiles(ratios, n=20, method="inclusive")[0],
        "ratio_least": min(ratios),
        "ratio_of_sums": sum(times) / sum(same),
        "p50_by_mix": {
            mix: median(some)
            for mix in dict.fromkeys(mixes)
            if (some := [taken for taken, own in zip(times, mixes, strict=False) if own == mix])
        },
    }
