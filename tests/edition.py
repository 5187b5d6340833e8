"""A small edition with a question of every kind, for tests that need no real criteria."""

from dataclasses import replace

from partnerkompas.criteria.questions import Condition, Edition, Option, OptionList, Question, Text, Theme


def text(word: str) -> Text:
    return Text(f"{word} nl", f"{word} en")


def options(key: str, *codes: str, **more: Option) -> OptionList:
    """A code list whose labels are made from its codes; `more` replaces options by code."""
    made = tuple(more.get(code, Option(code, Text(f"{code} nl", f"{code} en"))) for code in codes)
    return OptionList(key, text(key), "voor de tests", made)


def question(key: str, kind: str, **settings: object) -> Question:
    """A question of a kind that may be used for everything."""
    plain = {
        "theme": "thema",
        "label": text(key),
        "question": text(f"{key}?"),
        "why": text(f"why {key}"),
        "evidence": text(f"proof {key}"),
        "uses": frozenset({"facet", "compare", "requirement"}),
    }
    return Question(key=key, kind=kind, **{**plain, **settings})  # type: ignore[arg-type]


PRODUCTS = options(
    "producten",
    "bc",
    "fin",
    "sales",
    bc=Option("bc", Text("Business Central", "Business Central"), ("Navision", "NAV")),
    fin=Option("fin", Text("Finance", "Finance"), ("AX", "F&O")),
)
BRANCHES = OptionList(
    "sbi",
    text("sbi"),
    "voor de tests",
    (
        Option("C", Text("Industrie", "Manufacturing")),
        Option("10", Text("Voedingsmiddelen", "Food"), parent="C"),
        Option("25", Text("Metaal", "Metal"), parent="C"),
        Option("G", Text("Groothandel", "Wholesale")),
        Option("46", Text("Groothandel in voeding", "Food wholesale"), parent="G"),
    ),
)
PROVINCES = options("provincies", "NL-UT", "NL-GR", "NL-LI")
BANDS = options("fte", "b1", "b2", "b3")
WINDOWS = OptionList(
    "venster",
    text("venster"),
    "voor de tests",
    (
        Option("vijf", Text("5×8", "5×8")),
        Option("zeven", Text("24×7", "24×7")),
        Option("geen", Text("Geen", "None"), means_no=True),
    ),
)

SMALL = Edition(
    themes=(
        Theme("thema", 10, Text("Thema", "Theme"), text("intro")),
        Theme("tweede", 20, Text("Tweede", "Second"), text("intro")),
    ),
    questions=(
        question("producten", "many_of", options=PRODUCTS, names_products=True, on_card=1),
        question("branches", "tree", options=BRANCHES, on_card=2),
        question("provincie", "many_of", options=PROVINCES),
        question("medewerkers", "band", options=BANDS, on_card=3, valid_months=12),
        question("iso", "yes_no", theme="tweede"),
        question("venster", "one_of", options=WINDOWS, scope="product", theme="tweede"),
        question(
            "reactietijd", "amount", unit=Text("uur", "hours"), decimals=2, minimum=0, maximum=48, scope="product"
        ),
        question("personen", "amount", unit=Text("personen", "people")),
        question("sinds", "year", minimum=1970, maximum=2100),
        question("gezien", "date"),
        question("vernieuwd", "month"),
        question("naam", "text", uses=frozenset({"compare", "search"}), max_length=60),
        question("pagina_iso", "link", uses=frozenset({"compare"}), applies_if=(Condition("iso", state="stated"),)),
    ),
    lists=(PRODUCTS, BRANCHES, PROVINCES, BANDS, WINDOWS),
)


def with_question(edition: Edition, extra: Question) -> Edition:
    """The edition with one more question."""
    return replace(edition, questions=(*edition.questions, extra))
