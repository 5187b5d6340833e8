"""What was measured, as plain Markdown: tables by size, and what was to be reached."""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.finding import inside, outside

Cells = Sequence[str]

REACH_AT = "10000"


def markdown(results: dict[str, Any]) -> str:
    """The whole report of a run."""
    lines = [f"# Finding: measured on {results['on']}", ""]
    lines += [f"- Command: `{results['command']}`", f"- Machine: {results['machine']}"]
    lines += [f"- Versions: {', '.join(f'{name} {number}' for name, number in results['versions'].items())}"]
    lines += [
        "- Requests: 70 % facets only, 20 % words and facets, 10 % words; 60 criteria, 600 facet values, all counted"
    ]
    lines += ["- Every answer was compared with the true counts; engines took turns. Ratios are what to look at."]
    for size, found in results["sizes"].items():
        lines += ["", f"## {int(size):,} partners", ""]
        lines += _table(("In one process", "p50 ms", "p95 ms", "× ours", "× ours, total", *_MIXES), _inside(found))
        lines += ["", f"Partners found by a request (quartiles): {_whole(found['inside']['partners_found'])}.", ""]
        lines += _table(("Words alone", "p50 ms", "p95 ms", "× ours"), _words(found))
        lines += ["", *_table(("Over HTTP, connections", "a second", "× floor", "p50 ms", "p99 ms"), _outside(found))]
        lines += [
            "",
            *_table(("Against Datasette, HTML", "times as many a second", "4 connections"), _datasette(found)),
        ]
        lines += ["", *_table(("Besides", ""), _besides(found))]
    if REACH_AT in results["sizes"]:
        lines += ["", f"## To reach, at {int(REACH_AT):,} partners", ""]
        lines += _table(("What", "To reach", "Measured", ""), reached(results["sizes"][REACH_AT]))
    return "\n".join(lines) + "\n"


_MIXES = ("facets, p50", "words and facets, p50", "words, p50")


def _table(head: Cells, rows: Iterator[Cells]) -> list[str]:
    marks = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)]


def _inside(found: dict[str, Any]) -> Iterator[Cells]:
    for name, figures in found["inside"]["engines"].items():
        mixes = [_ms(figures["p50_by_mix"].get(mix.removesuffix(", p50"))) for mix in _MIXES]
        few = f" ({figures['requests']} requests)" if name == inside.WHOOSH else ""
        ratios = _times(figures["ratio"]), _times(figures["ratio_of_sums"])
        yield (name + few, _ms(figures["p50"]), _ms(figures["p95"]), *ratios, *mixes)


def _words(found: dict[str, Any]) -> Iterator[Cells]:
    for name, figures in found["inside"]["words"].items():
        yield name, _ms(figures["p50"]), _ms(figures["p95"]), _times(figures["ratio"])


def _outside(found: dict[str, Any]) -> Iterator[Cells]:
    for name, by_connections in found["outside"]["targets"].items():
        for connections, figures in by_connections.items():
            speed = f"{figures['per_second']:.1f}", f"{figures['of_floor']:.3f}"
            yield (f"{name}, {connections}", *speed, _ms(figures["p50"]), _ms(figures["p99"]))


def _datasette(found: dict[str, Any]) -> Iterator[Cells]:
    for name in found["outside"]["targets"]:
        if name.startswith("Datasette, "):
            case = name.removeprefix("Datasette, ")
            for whose in (OURS, OURS_AGAIN):
                times = (_times(against_datasette(found, case, whose, connections)) for connections in ("1", "4"))
                yield (f"{whose}: {case}", *times)


OURS, OURS_AGAIN = "ours", "ours asked before"


def against_datasette(found: dict[str, Any], case: str, whose: str = OURS, connections: str = "1") -> float:
    """How many times as many pages a second ours gives as Datasette, for one case."""
    targets = found["outside"]["targets"]
    ours, theirs = (targets[f"{server}, {case}"][connections]["per_second"] for server in (whose, "Datasette"))
    return float(ours / theirs)


def _besides(found: dict[str, Any]) -> Iterator[Cells]:
    build, cold, memory = found["build"], found["cold"], found["outside"]["memory_MiB"]
    yield "built from the database", f"{build['seconds']:.1f} s, peak {build['peak_MiB']} MiB"
    yield "written for it", f"{build['written_MiB']} MiB"
    yield "a process answers after", f"{cold['started']:.1f} s"
    for name in ("page", "api"):
        first = cold[name]
        yield f"first request, {name}", f"{_ms(first['cold'])} ms; warm {_ms(first['warm'])} ms; {first['ratio']:.1f} ×"
    typed = found["inside"]["suggestions"]
    yield "suggestions while typing (WSGI)", f"p50 {_ms(typed['p50'])} ms, p95 {_ms(typed['p95'])} ms"
    for name, held in memory.items():
        yield f"memory, {name}", ", ".join(f"{what} {size} MiB" for what, size in held.items())
    for name, seen in found["visible"].items():
        parts = (f"{what.replace('_', ' ')} {_ms(seen[what]['p95'])}" for what in ("from_commit", "from_start"))
        yield f"change visible {name}, p95 of {seen['changes']}", f"{'; '.join(parts)} ms"


_OF_FLOOR = ((outside.PAGE, 0.25), (outside.PAGE_AGAIN, 0.25), (outside.API, 0.5), (outside.API_AGAIN, 0.5))


def reached(found: dict[str, Any]) -> Iterator[Cells]:
    """What was to be reached, with what was measured and whether that is enough."""
    engines, targets = found["inside"]["engines"], found["outside"]["targets"]
    tantivy = engines[inside.TANTIVY]
    seen = max(each["from_commit"]["p95"] for each in found["visible"].values())
    for name in (inside.POPCOUNT, inside.POPCOUNT_VALUES):
        yield _at_most(f"facet counts and first twenty, × {name}", 1 / engines[name]["ratio"], 2)
    yield _at_least("tantivy, × ours, on 95 % of requests", tantivy["ratio_p5"], 2)
    yield _at_least("tantivy, × ours, on every request", tantivy["ratio_least"], 2)
    for mix, taken in tantivy["p50_by_mix"].items():
        yield _at_least(f"tantivy, × ours, {mix}, p50", taken / engines[inside.OURS]["p50_by_mix"][mix], 2)
    yield _at_least("Whoosh groupedby, × ours", engines[inside.WHOOSH]["ratio"], 250)
    for whose in (OURS, OURS_AGAIN):
        for case, least in (("10 scalar facets", 15), ("15 facets, 3 filters", 100)):
            yield _at_least(f"Datasette, × {whose}: {case}", against_datasette(found, case, whose), least)
    yield _at_most("suggestions while typing, p95 ms", found["inside"]["suggestions"]["p95"], 50)
    yield _at_most("first page of a process, × warm", found["cold"]["page"]["ratio"], 2)
    yield _at_most("first API answer of a process, × warm", found["cold"]["api"]["ratio"], 2)
    yield _at_most("change visible after commit, p95 ms", seen, 50)
    yield _at_most("built, seconds", found["build"]["seconds"], 25)
    for connections in map(str, outside.CONNECTIONS):
        for name, share in _OF_FLOOR:
            yield _at_least(
                f"{name}, × floor, connections {connections}", targets[name][connections]["of_floor"], share
            )


def _at_most(what: str, measured: float, limit: float) -> Cells:
    return what, f"≤ {limit:g}", f"{measured:.3g}", "yes" if measured <= limit else "no"


def _at_least(what: str, measured: float, limit: float) -> Cells:
    return what, f"≥ {limit:g}", f"{measured:.3g}", "yes" if measured >= limit else "no"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


def _whole(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:,.0f}" for number in numbers)
