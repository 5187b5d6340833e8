"""Names that mean the same, as the catalogue has them."""

from pathlib import Path

import pytest

from partnerkompas.criteria.files import read_edition
from partnerkompas.criteria.naming import names_of
from partnerkompas.search.words import Concepts, Lexicon, Memory, fold, found, parse
from partnerkompas.search.words.catalogue import SAME, lexicon_of

SEED = Path(__file__).parents[3] / "seed"


def test_a_name_within_another_is_no_other_thing_of_the_same_list() -> None:
    """Social work without accommodation is no hotel; "NAV 2017" is NAV, for that is in another list."""
    concepts = Concepts.of(
        {
            "sbi.55": ["Hotels", "Accommodation"],
            "sbi.88": ["Social work without accommodation"],
            "products.bc": ["NAV"],
            "older.nav": ["NAV"],
            "older.nav-2017": ["NAV 2017"],
        }
    )

    def said(text: str) -> set[str]:
        return {token for _start, _length, token in concepts.in_text([[word] for word in text.split()])}

    assert said("social work without accommodation") == {"sbi.88"}
    assert said("social work with accommodation") == {"sbi.55"}, "that is no name"
    assert said("nav 2017") == {"older.nav-2017", "products.bc"}
    assert said("nav 2017 nav") == {"older.nav-2017", "products.bc", "older.nav"}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return lexicon_of(read_edition(SEED / "criteria", SEED / "options"))


@pytest.mark.parametrize(
    ("q", "text", "so"),
    [
        ("navision", "Dynamics 365 Business Central", True),
        ("bc", "Een partner voor Business Central", True),
        ("business central", "NAV 2017", True),
        ("dynamics 365 finance", "AX", False),
        ("axapta", "Dynamics 365 Finance", True),
        ("f&o", "Dynamics 365 Supply Chain Management", True),
        ("crm", "Dynamics 365 Customer Service", True),
        ("customer relationship management", "CRM", True),
        ("crm", "Relatiebeheer", True),
        ("ce", "Dynamics 365 Field Service", True),
        ("dynamics 365 field service", "CE", False),
        ("hotel", "Social work without accommodation", False),
        ("melkvee", "Crop and animal production", False),
        ("dynamics crm 2016", "Dynamics CRM 2016", True),
        ("dynamics crm 2016", "Dynamics NAV 2016", False),
        ("dynamics crm 2016", "Dynamics CRM", False),
        ("gdpr", "De privacywet (AVG) vraagt dit contract", True),
        ("avg", "General Data Protection Regulation", True),
        ("wms", "Warehouse management", True),
        *((q, "Eigen WMS", True) for q in ("wms", "magazijnbeheer", "magazijnsoftware")),
        *((q, "Supply Chain Management", True) for q in ("wms", "magazijnbeheer", "magazijnsoftware")),
        ("ax", "Eigen WMS", False),  # who asks for the product does not mean any warehouse software
        *((q, "Power Platform", True) for q in ("power bi", "powerbi", "power-bi", "PowerBI")),
        *((q, "Implementatie en support", True) for q in ("implementatie", "implementeren", "implementeert")),
        ("gdpr", "Verwerkersovereenkomst (AVG)", True),
        ("c/al", "Dynamics NAV", True),
        ("on premise", "Op eigen servers", True),
        ("on-prem", "Business Central on-premises", True),
        ("24/7", "Bereikbaar 24×7", True),
        ("netherlands", "Nederland", True),
        ("ondersteuning", "Support", True),
        ("erp", "CRM", False),
        ("software as a service", "SaaS", True),
        ("saas", "cloud", False),
    ],
)
def test_the_catalogue_knows_what_means_the_same(lexicon: Lexicon, q: str, text: str, so: bool) -> None:
    document = Memory.of([(0, {"text": [text]})], lexicon)
    assert found(parse(q, lexicon), document, 1) == int(so)


def test_a_name_stands_in_one_group_of_words_that_mean_the_same() -> None:
    options = read_edition(SEED / "criteria", SEED / "options").list_by_key[SAME].options
    names = [fold(name) for option in options for name in {fold(each): each for each in names_of(option)}]
    assert len(names) == len(set(names))


def test_words_that_mean_the_same_share_every_meaning() -> None:
    names = {"l.a": ["CRM", "Sales"], "l.b": ["CRM"], "m.c": ["relatiebeheer"]}
    concepts = Concepts.of(names, {"s.crm": ["CRM", "relatiebeheer"], "s.x": ["x", "y"]})
    both = (frozenset({"l.a", "l.b"}), frozenset({"m.c"}), frozenset({"s.crm"}))
    assert concepts.longest(["relatiebeheer"]) == concepts.longest(["crm"]) == (1, both)
    assert concepts.longest(["sales"]) == (1, (frozenset({"l.a"}),))
    assert concepts.longest(["x"]) == concepts.longest(["y"]) == (1, (frozenset({"s.x"}),))
    assert concepts.longest(["z"]) == (0, ())
    said = {name: {token for _at, _long, token in concepts.in_text([[name]])} for name in ("crm", "relatiebeheer", "x")}
    assert said == {"crm": {"l.a|l.b"}, "relatiebeheer": {"m.c"}, "x": {"s.x"}}, "a text means what it is a name of"


def test_a_plural_of_a_name_is_that_name_unless_it_is_another() -> None:
    concepts = Concepts.of({"l.a": ["Migratie van data"], "l.b": ["Nederland"], "m.c": ["Nederlands"]})
    assert concepts.longest(["migraties", "van", "data"])[0] == 3
    assert concepts.longest(["nederland"]) != concepts.longest(["nederlands"])
    assert concepts.longest(["nederlandse"]) == (0, ())


def test_another_lexicon_has_another_version() -> None:
    made = Lexicon.made(["handel"], {"a": ["x", "y"]})
    assert made.version == Lexicon.made(["Handel handel"], {"a": ["y", "x"]}).version
    others = [
        Lexicon.made(["handels"], {"a": ["x", "y"]}),
        Lexicon.made(["handel"], {"a": ["x"]}),
        Lexicon.made(["handel"], {"b": ["x", "y"]}),
        Lexicon.made(["handel"], {"a": ["x", "y"]}, {"b": ["z"]}),
    ]
    assert len({made.version, *(each.version for each in others)}) == 5
