"""Facets as data for a reader: what can be chosen, how many each would give, and what is chosen now."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from partnerkompas.answers.models import State
from partnerkompas.answers.showing import product_label, state_label
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.kinds.kind import Bucket
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra.language import _, language
from partnerkompas.search.facets import Matches
from partnerkompas.search.plates import MARK
from partnerkompas.search.request import Choice, FacetKey, SearchRequest, in_order, quoted
from partnerkompas.search.snapshot import Snapshot

UrlOf = Callable[[SearchRequest], str]

SHORT_LIST = 25
"""A longer list shows only the values that some partner has; nobody reads 250 countries without partners."""
SHOWN_AT_FIRST, SHOWN_WHEN_LITTLE_MORE = 8, 10
OTHER_STATES = (State.NO, State.NOT_APPLICABLE, State.NOT_STATED, State.EXPIRED, State.DISPUTED)


@dataclass(frozen=True, slots=True)
class Link:
    """A link with words; `current` marks where the reader is."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One value or state of a facet."""

    code: str
    label: str
    count: int
    selected: bool
    url: str = ""
    depth: int = 0
    retired: bool = False
    open: bool = False
    hole: str = ""
    """Printed instead of it when its count comes later (plates.py)."""


@dataclass(frozen=True, slots=True)
class RangeView:
    """The two ends of a range as they stand in the form."""

    low: str
    high: str
    unit: str
    type: str
    wrong: tuple[str, ...] = ()
    """Why some of it does not count."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed as ends of a range and does not count, and why."""

    low: str = ""
    high: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """One question to filter on. `key` is the name of its parameter, `field` that of its boxes."""

    key: str
    label: str
    question: str
    style: str
    values: tuple[Value, ...]
    states: tuple[Value, ...]
    range: RangeView | None
    selected: int
    mode: str
    mode_url: str
    field: str
    per_product: bool
    shown: int
    open: bool


@dataclass(frozen=True, slots=True)
class ThemeFacets:
    """The facets of one theme, printed."""

    name: str
    facets: str
    open: bool


def facet_keys(edition: Edition, request: SearchRequest, theme: str = "") -> Iterator[tuple[Question, FacetKey]]:
    """Every facet to show: each question once, for the product in view, and besides each with something chosen.

    With `theme` only those of one theme.
    """
    chosen = [key for key, _choice in request.filters]
    for question in edition.facets:
        if theme and question.theme != theme:
            continue
        own = FacetKey(question.key, request.product if question.per_product else "")
        yield question, own
        for key in chosen:
            if key.criterion == question.key and key != own:
                yield question, key


def starts_open(question: Question, choice: Choice) -> bool:
    """Whether a reader sees a facet at once: something of it is chosen, or most users look there."""
    return bool(choice) or question.on_card is not None


def facet_of(
    snapshot: Snapshot,
    request: SearchRequest,
    matches: Matches,
    question: Question,
    key: FacetKey,
    url: UrlOf,
    complete: bool,
    hole: str = "",
) -> Facet:
    """One facet with its counts. `complete`: every value and state, also those a reader of the page does not need.

    `hole` is what is printed instead of each value and state, when their counts come later.
    """
    choice, kind = request.choice(key), kind_of(question)
    mode = "all" if choice.all_of else "any"
    buckets = kind.choices(question, language())
    values = _values(snapshot, question, choice, buckets, matches.value_counts(key), complete, hole)
    return Facet(
        key=str(key),
        label=facet_label(snapshot.edition, key),
        question=question.question.in_(language()),
        style=kind.facet_style,
        values=values,
        states=_states(choice, matches.state_counts(key), bool(kind.bucket_of_no(question)), complete, hole),
        range=_range(question, choice) if kind.facet_style == "range" else None,
        selected=choice.size,
        mode=mode,
        mode_url=mode_url(request, key, choice, url),
        field=f"{key}.alle" if mode == "all" else str(key),
        per_product=question.per_product,
        shown=len(values) if len(values) <= SHOWN_WHEN_LITTLE_MORE else SHOWN_AT_FIRST,
        open=starts_open(question, choice),
    )


def _values(
    snapshot: Snapshot,
    question: Question,
    choice: Choice,
    buckets: tuple[Bucket, ...],
    counts: dict[str, int],
    complete: bool,
    hole: str,
) -> tuple[Value, ...]:
    chosen = {*choice.any_of, *choice.all_of} if complete else {*(choice.all_of or choice.any_of)}
    if len(buckets) > SHORT_LIST and not complete:
        buckets = tuple(each for each in buckets if each.code in counts or each.code in chosen)
    above = question.options.above if question.options else {}
    opened = {higher for code in chosen for higher in above.get(code, ())[1:]}
    return tuple(
        Value(
            code=bucket.code,
            label=bucket.label,
            count=counts.get(bucket.code, 0),
            selected=bucket.code in chosen,
            depth=depth,
            retired=bool(bucket.option and bucket.option.retired_on(snapshot.day)),
            open=bucket.code in opened,
            hole=hole,
        )
        for bucket, depth in in_tree_order(buckets)
    )


def in_tree_order(buckets: Iterable[Bucket]) -> Iterator[tuple[Bucket, int]]:
    """Each bucket with its depth, every branch followed by what is below it; a flat list stays as it is."""
    every = list(buckets)
    present = {each.code for each in every}
    below: dict[str, list[Bucket]] = {}
    for each in every:
        below.setdefault(each.parent if each.parent in present else "", []).append(each)

    def walk(parent: str, depth: int) -> Iterator[tuple[Bucket, int]]:
        for each in below.get(parent, ()):
            yield each, depth
            yield from walk(each.code, depth + 1)

    return walk("", 0)


def _states(
    choice: Choice, counts: dict[State, int], no_is_a_value: bool, complete: bool, hole: str
) -> tuple[Value, ...]:
    """The states besides "stated", which the values stand for; of some questions one value is "no" itself."""
    spoken_for = {State.STATED, State.NO} if no_is_a_value else {State.STATED}
    return tuple(
        Value(state.value, state_label(state), counts[state], state in choice.states, hole=hole)
        for state in (State.STATED, *OTHER_STATES)
        if complete or state in choice.states or state not in spoken_for
    )


def _range(question: Question, choice: Choice) -> RangeView:
    low, high = (choice.ranges[0].low, choice.ranges[0].high) if choice.ranges else ("", "")
    unit = question.unit.in_(language()) if question.unit else ""
    return RangeView(low, high, unit, kind_of(question).input_type)


def with_refused(facet: Facet, refused: Refused) -> Facet:
    """A facet that is a range, opened, with what was typed at an end that does not count; others as they are."""
    if facet.range is None:
        return facet
    low, high = facet.range.low or refused.low, facet.range.high or refused.high
    return replace(facet, range=replace(facet.range, low=low, high=high, wrong=refused.why), open=True)


def mode_url(request: SearchRequest, key: FacetKey, choice: Choice, url: UrlOf) -> str:
    """Switches between any and all of the chosen values; nothing to switch with fewer than two."""
    if len(choice.any_of) + len(choice.all_of) < 2:
        return ""
    values = (*choice.any_of, *choice.all_of)
    turned = replace(choice, any_of=values, all_of=()) if choice.all_of else replace(choice, any_of=(), all_of=values)
    return url(request.choosing(key, turned))


def facet_label(edition: Edition, key: FacetKey) -> str:
    """A question's short name, with its product."""
    label = edition.by_key[key.criterion].label.in_(language())
    return f"{label} ({product_label(edition, key.product)})" if key.product else label


def product_links(edition: Edition, request: SearchRequest, url: UrlOf) -> tuple[Link, ...]:
    """Links to see per-product questions for any product, or for one."""
    products = edition.products
    if products is None or not any(each.per_product for each in edition.facets):
        return ()
    links = [Link(_("alle producten"), url(replace(request, product="")), not request.product)]
    for_product = addresses(lambda code: replace(request, product=code), url)
    for option in products.options:
        links.append(Link(option.label.in_(language()), for_product(option.code), request.product == option.code))
    return tuple(links)


@dataclass(frozen=True, slots=True)
class Wider:
    """Earlier choices that are about any product, beside the product that questions are shown for now."""

    criteria: tuple[str, ...]
    """Their labels."""
    product: str
    url: str
    """The request with them about that product."""


def wider_than_product(edition: Edition, request: SearchRequest, url: UrlOf) -> Wider | None:
    """What is chosen of per-product questions about any product, while they are shown for one; None when nothing is."""
    chosen = dict(request.filters)
    moved = {
        key: FacetKey(key.criterion, request.product)
        for key in chosen
        if request.product and not key.product and edition.by_key[key.criterion].per_product
    }
    moved = {key: own for key, own in moved.items() if own not in chosen}
    if not moved:
        return None
    narrowed = in_order({moved.get(key, key): choice for key, choice in chosen.items()})
    labels = tuple(facet_label(edition, key) for key in moved)
    return Wider(labels, product_label(edition, request.product), url(replace(request, filters=narrowed, page=1)))


def addresses(asking: Callable[[str], SearchRequest], url: UrlOf) -> Callable[[str], str]:
    """The addresses of requests that only differ in one text: one is made, and then each text put in its place.

    The text may not be empty, or what is left out of an address because most requests have it.
    """
    made, place = url(asking(MARK)), quoted(MARK)
    return lambda text: made.replace(place, quoted(text))
