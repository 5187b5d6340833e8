"""An invented edition: 60 criteria with 600 facet values, of every kind that can be filtered on."""

from collections.abc import Iterator
from functools import cache
from itertools import count

from bench.finding.words import invented
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Option, OptionList, Question, Text, Theme

CRITERIA, VALUES, PRODUCTS = 60, 600, 8
WORDS = 2_400
"""How many words the labels have to themselves; names of partners take from those after them."""

_TEXT = Text("Verzonnen voor een meting.", "Invented for a measurement.")
_THEMES = tuple(Theme(f"thema{n}", n, Text(f"Verzonnen thema {n}", f"Invented theme {n}"), _TEXT) for n in range(1, 7))
_NUMBERS: tuple[tuple[str, dict[str, object]], ...] = (
    *[("amount", {"unit": Text("medewerkers", "employees"), "minimum": 0})] * 2,
    ("amount", {"unit": Text("euro per uur", "euros an hour"), "decimals": 2, "minimum": 0}),
    *[("date", {})] * 2,
    *[("year", {})] * 2,
)


@cache
def edition() -> Edition:
    """The criteria, the same every time."""
    made = _Making()
    products = made.options(PRODUCTS, "producten")
    made.ask("many_of", products, names_products=True)
    for kind, size in (("yes_no", 0), ("yes_no", 0), ("many_of", 20), ("many_of", 12), ("band", 6), ("one_of", 8)):
        made.ask(kind, made.options(size) if size else None, scope="product")
    made.ask("tree", made.tree())
    made.ask("many_of", made.options(12, "provincies"))
    for kind, sizes in (("yes_no", [0] * 14), ("one_of", [8] * 14), ("band", [8] * 5), ("many_of", [21] * 10 + [20])):
        for size in sizes:
            made.ask(kind, made.options(size) if size else None)
    for kind, settings in _NUMBERS:
        made.ask(kind, None, **settings)
    whole = Edition(_THEMES, tuple(made.questions), tuple(made.lists))
    values = sum(len(kind_of(question).choices(question, "nl")) for question in whole.questions)
    assert (len(whole.questions), values) == (CRITERIA, VALUES)
    return whole


class _Making:
    """The edition so far, and the words not used yet."""

    def __init__(self) -> None:
        self.word: Iterator[str] = iter(invented(WORDS))
        self.number = count()
        self.questions: list[Question] = []
        self.lists: list[OptionList] = []

    def ask(self, kind: str, options: OptionList | None, **settings: object) -> None:
        place = len(self.questions)
        self.questions.append(
            Question(
                key=f"vraag_{next(self.word)}",
                theme=_THEMES[place * len(_THEMES) // CRITERIA].key,
                label=self.label(),
                question=_TEXT,
                why=_TEXT,
                kind=kind,
                evidence=_TEXT,
                options=options,
                uses=frozenset({"facet", "compare"}),
                on_card=place // 12 if place % 12 == 0 else None,
                **settings,  # type: ignore[arg-type]
            )
        )

    def label(self) -> Text:
        return Text(f"{next(self.word)} {next(self.word)}".capitalize(), next(self.word).capitalize())

    def option(self, parent: str = "") -> Option:
        label = self.label()
        synonyms = (next(self.word),) if next(self.number) % 4 == 0 else ()
        return Option(label.nl.lower().replace(" ", "-"), label, synonyms, parent)

    def options(self, size: int, key: str = "") -> OptionList:
        return self.keep(key, tuple(self.option() for _n in range(size)))

    def tree(self) -> OptionList:
        """120 branches: 8 with 4 below each, and 2 or 3 below each of those."""
        branches: list[Option] = []
        for _root in range(8):
            branches.append(root := self.option())
            for middle in range(4):
                branches.append(branch := self.option(root.code))
                branches += [self.option(branch.code) for _leaf in range(2 + middle % 2)]
        return self.keep("", tuple(branches))

    def keep(self, key: str, options: tuple[Option, ...]) -> OptionList:
        key = key or f"lijst_{next(self.word)}"
        self.lists.append(OptionList(key, Text(key, key), "verzonnen", options))
        return self.lists[-1]
