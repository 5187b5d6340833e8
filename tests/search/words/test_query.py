"""A query finds what its words say: stems, codes as written, phrases, minus, prefixes, names that mean the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerkompas.search.words import (
    MOST_WORDS,
    Lexicon,
    Memory,
    Named,
    Phrase,
    Query,
    Word,
    as_written,
    fold,
    found,
    parse,
    tokens,
)
from tests.search.words.lexicons import LEXICON, finds, memory, places


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("implementatie", "Implementaties"),
        ("implementaties", "implementatie"),
        ("groothandels", "Groothandel"),
        ("groothandel", "Groothandels in voeding"),
        ("migraties", "migratie van data"),
        ("koppelingen", "koppeling"),
        ("bedrijfstak", "bedrijfstakken"),
        ("implementation", "implementations"),
        ("manufacturer", "manufacturers"),
        ("integration", "integrations"),
        ("cooperatie", "Coöperatie"),
        ("Coöperatie", "cooperatie"),
        ("fryslan", "Fryslân"),
        ("cafe", "CAFÉ"),
        ("sorensen", "Sørensen"),
        ("lodz", "Łódź"),
        ("strasse", "Straße"),
        ("oeuvre", "œuvre"),
        ("f&o", "Finance (F&O)"),
        ("F & O", "F&O"),
        ("iso-27001", "ISO 27001"),
        ("iso 27001", "ISO-27001"),
        ("business-central", "Business Central"),
        ("hertogenbosch", "'s-Hertogenbosch"),
        ("’s-hertogenbosch", "'s-Hertogenbosch"),
        ("kiev", "київ Kiev"),
        ("київ", "Київ"),
        ("株式", "株式会社"),
        ("groothan", "Groothandel"),
        ("welke partner voor navision", "Navision"),
        ("provincie utrecht", "Utrecht"),
        ("de", "Delta"),
    ],
)
def test_finds(q: str, text: str) -> None:
    assert finds(q, text)


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("nav 2017", "Support op NAV 2017"),
        ("nav2017", "NAV 2017"),
        ("2017", "NAV2017"),
        ("d365 f&o", "D365 F&O"),
        ("365", "D365"),
        ("c/al", "Kennis van C/AL"),
        ("al", "C/AL"),
        ("C/SIDE", "c/side"),
        ("x++", "X++ en AL"),
        (".net", "Maatwerk in .NET"),
        ("bc25", "BC 25"),
        ("bc", "BC25"),
        ("mb-800", "MB800"),
        ("mb800", "MB-800"),
        ("mb 800", "MB-800"),
        ("800", "MB-800"),
        ("24x7", "Support 24×7"),
        ("24×7", "24 x 7"),
        ("24/7", "24/7"),
        ("iso 27001", "ISO/IEC 27001:2022"),
        ("iso/iec 27001", "NEN-ISO/IEC 27001"),
        ("27001:2022", "ISO/IEC 27001:2022"),
        ("nen 7510", "NEN-7510"),
        ("nen7510", "NEN 7510"),
        ("email", "E-mail"),
        ("e-mails", "email"),
        ("golive", "Go-live"),
        ("bv", "Alfa B.V."),
        ("b.v.", "Alfa BV"),
        ("pagina's", "paginas"),
        ("groot\u00adhandel", "Groothandel"),
        ("crm/erp", "ERP en CRM"),
        ("c#", "C# en X++"),
    ],
)
def test_codes_are_found_as_written_and_in_pieces(q: str, text: str) -> None:
    assert finds(q, text)


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("nav utrecht", "Navigatie"),
        ("groothan voeding", "Groothandel in voeding"),  # only the last word is also a prefix
        ("groothan ", "Groothandel"),  # a space ends the word
        ("business-central", "Business"),
        ("f&o", "Fruit en Oost"),
        ("c/al", "AL"),
        ("x++", "vitamine X"),
        (".net", "net zo goed"),
        ("c# ", "C++"),
        ("iso 27001", "ISO 9001"),
        ("crm/erp", "ERP"),
        ("!!!", "alles"),
    ],
)
def test_finds_not(q: str, text: str) -> None:
    assert not finds(q, text)


@pytest.mark.parametrize(
    ("q", "text", "so"),
    [
        ('"f&o module"', "De F&O-module", True),
        ('"f&o module"', "Voor F & O module", True),
        ('"module f&o"', "F&O module", False),
        ('"iso 27001"', "ISO/IEC 27001:2022", True),
        ('"iec 27001"', "ISO/IEC 27001:2022", True),
        ('"iso 9001 27001"', "ISO 9001 en 27001", False),
        ('"27001 2022"', "ISO/IEC 27001:2022", True),
        ('"business central"', "Dynamics 365 Business Central", True),
        ('"business central"', "Central Business", False),
        ('"business central"', "Navision", False),
        ("“business central”", "Business Central", True),
        ('"groothandels"', "Groothandel", False),
        ('"groothan"', "Groothandel", False),
        ('"e-mail adres"', "Het e-mail-adres", True),
        ('"email adres"', "e-mail adres", True),
        ('"handel in voeding"', "Handel in voeding", True),
        ('19" rack', "Een rack van 19 inch", True),
        ('"business cen', "Business Central", True),
    ],
)
def test_a_phrase_is_found_word_for_word(q: str, text: str, so: bool) -> None:
    assert finds(q, text) is so


def test_a_short_last_word_is_a_beginning_only_when_nobody_has_it_whole() -> None:
    """Who has finished "CE" does not mean "Central"; who types "ce" where no such word is known still may."""
    assert places("ce", "CE", "Central", "Alfa") == 0b001
    assert places("ce", "Central", "Alfa") == 0b01
    assert places("beta ce", "Beta en CE", "Beta Central") == 0b01
    assert places("cen", "CEN", "Central") == 0b11, "of more signs it always is one"
    assert places("alfa-ce", "Alfa en CE", "Alfa Central") == 0b01, "as a part too"
    assert not finds("al ", "Alle"), "nor has so short a word a stem"


def test_a_name_with_spaces_finds_what_it_finds_without() -> None:
    texts = ("F&O", "F en oost", "fruit", "O", "V.O.F.", "Finance and Operations")
    assert places("f & o", *texts) == places("f&o", *texts) == 0b100001


def test_a_year_or_version_belongs_to_the_word_right_before_it() -> None:
    """Who has Dynamics CRM and, elsewhere, NAV 2016 has no CRM 2016."""
    assert finds("crm 2016", "CRM 2016")
    assert not finds("nav 2017", "NAV 2016"), "it asks for no other version"
    assert not finds("crm 2016", "CRM", "NAV 2016")
    assert not finds("navision 2009", "BC via NAV", "AX 2009")
    assert finds("navision 2009", "NAV 2009"), "what it means counts too"
    assert not finds("nav 2017", "NAV", "AX 2017"), "also where the two are a name"
    assert not finds("business central 4.0", "Business Central", "AX 4.0")
    assert finds("ax 2012 r3", "AX 2012 R3")
    assert not finds("ax 2012 r3", "AX 2012", "NAV R3")
    assert finds("crm 2013 2015", "CRM 2013", "CRM 2015"), "each of several"
    assert finds("crm, 2016", "CRM 2016")
    assert not finds("crm 2016 -nav", "CRM 2016, NAV")


@pytest.mark.parametrize(
    ("q", "texts"),
    [
        ("office 365", ("Office", "Dynamics 365")),
        ("support 24 uur", ("Support", "24", "Uur")),
        ("iso 9001", ("ISO", "9001")),
        ("crm in 2016", ("CRM", "2016")),
        ("crm leverancier 2016", ("CRM", "2016")),
        ("2016 crm", ("CRM", "2016")),
        ("-nav 2016", ("2016",)),
        ('"crm" 2016', ("CRM", "2016")),
    ],
)
def test_other_numbers_may_stand_anywhere(q: str, texts: tuple[str, ...]) -> None:
    assert finds(q, *texts)


def test_a_year_can_be_left_out_of_a_query_by_itself() -> None:
    query = parse("Navision 2016 utrecht", LEXICON)
    assert texts_of(query) == ["Navision", "2016", "utrecht"]
    assert query.rewritten({query.must[1]: ""}) == "Navision utrecht"


def test_words_that_name_something_stand_in_one_text() -> None:
    assert finds("business central", "Central Business")
    assert not finds("business central", "Business", "Central")


def test_a_phrase_never_crosses_from_one_text_to_the_next() -> None:
    assert finds('"alfa beta"', "alfa beta")
    assert not finds('"alfa beta"', "alfa", "beta")


@pytest.mark.parametrize(
    ("q", "text", "so"),
    [
        ("alfa -beta", "alfa beta", False),
        ("alfa -beta", "alfa", True),
        ("-beta", "alfa", True),
        ("-bet", "beta", True),
        ('alfa -"beta gamma"', "alfa gamma beta", True),
        ('alfa -"beta gamma"', "alfa beta gamma", False),
        ("alfa - beta", "alfa beta", True),
        ("on-premises", "on-premises", True),
        ("-on-premises", "on-premises", False),
        ("alfa -'s-hertogenbosch", "alfa hertogenbosch 's-hertogenbosch", False),
        ('alfa -"beta gam', "alfa beta", False),
        ("−beta", "beta", False),
        ("welke partner -beta", "alfa", True),
    ],
)
def test_a_minus_refuses(q: str, text: str, so: bool) -> None:
    assert finds(q, text) is so


@pytest.mark.parametrize(
    ("q", "text", "so"),
    [
        ("navision", "Business Central", True),
        ("business central", "Navision", True),
        ("business central", "BC", True),
        ("bc", "Business Central", True),  # that it is a skill as well does no harm
        ("bc", "SMB Management", False),
        ("business central", "SMB Management", True),
        ("bc", "Dynamics NAV", True),
        ("dutch", "Nederlands", True),
        ("dutch", "Nederland", False),
        ("nederlandse", "Dutch", False),  # of the country or the language: it is not said which
        ("nav", "NAV 2017", True),
        ("navision", "NAV 2017", True),
        ("crm", "Dynamics 365 Sales", True),
        ("field service", "CE", False),  # CE may also be Sales
        ("ce", "Field Service", True),
        ("customer engagement", "CE", True),
        ("crm", "CE", False),
        ("ce", "CRM", True),
        ("finance and operations", "D365 F&O", True),
        ("gdpr", "AVG", True),
        ("algemene verordening gegevensbescherming", "AVG/GDPR", True),
        ("iso/iec 27001", "ISO 27001", True),
        ("business central zorg", "BC in de zorg", True),
        ("business intelligence central", "BC", False),
        ("-navision", "Business Central", False),
    ],
)
def test_names_that_mean_the_same_find_each_other(q: str, text: str, so: bool) -> None:
    assert finds(q, text) is so


@pytest.mark.parametrize(
    ("q", "text", "so"),
    [
        ("handel", "Groothandel", True),
        ("handels", "Groothandel in eisen", True),
        ("maatwerksoftware", "Maatwerk software", True),
        ("maatwerk software", "Maatwerksoftware", True),
        ("voedingsgroothandel", "Groothandel in voeding", True),
        ("voedingsgroothandel", "Groothandel", False),
        ("brancheoplossingen", "Oplossing voor uw branche", True),
        ("maatwerkpartner", "Maatwerk", True),  # what says nothing as a word says nothing as a part
        ("erp-partner", "ERP", True),
        ("zorginstellingen", "Zorg", True),  # nor does a last part that only says what sort of thing it is
        ("crm-systeem", "CRM", True),
        ("zorgsector", "Zorgvuldig", False),  # what is left of it is a whole word
        ("maatwerksoftware", "Software", False),
    ],
)
def test_compounds_are_found_by_their_parts(q: str, text: str, so: bool) -> None:
    assert finds(q, text) is so


def test_the_parts_of_a_compound_stand_in_one_text() -> None:
    """Who does wage work and financial administration does no wage administration."""
    assert finds("maatwerkoplossing", "Oplossing op maatwerk")
    assert not finds("maatwerkoplossing", "Oplossing", "Maatwerk")
    assert finds("mb-800", "MB en 800")
    assert not finds("mb-800", "MB", "800")
    assert finds("alfa/beta", "Alfa", "Beta"), "a slash stands between words"


def test_in_running_text_a_word_means_what_it_says() -> None:
    """The English reason of a criterion has "shop": that is no web shop, and no retail."""
    for field, so in (("name", 1), ("text", 1), ("prose", 0)):
        documents = Memory.of([(0, {field: ["To live in the Netherlands, speak Dutch with clients"]})], LEXICON)
        assert found(parse("nederlands", LEXICON), documents, 1) == so
        assert found(parse("dutch", LEXICON), documents, 1) == 1
        assert found(parse("client", LEXICON), documents, 1) == 1


def test_parts_only_stand_in_for_a_compound_that_nobody_has() -> None:
    assert places("maatwerksoftware", "Maatwerksoftware", "Software en maatwerk") == 0b01
    assert places("maatwerksoftware", "Groothandel", "Software en maatwerk") == 0b10


def texts_of(query: Query) -> list[str]:
    return [query.written(term) for term in query.must]


def test_small_words_say_nothing_unless_they_are_all_there_is() -> None:
    query = parse("een partner in de zorg", LEXICON)
    assert [(each.text, each.prefix) for each in query.must if isinstance(each, Word)] == [("zorg", True)]
    assert [each.prefix for each in parse("zorg in de", LEXICON).must if isinstance(each, Word)] == [False]
    assert texts_of(parse("de", LEXICON)) == ["de"]
    assert texts_of(parse("de -crm", LEXICON)) == []


def test_words_that_only_say_what_sort_need_not_be_there() -> None:
    assert finds("crm leverancier", "CRM")
    assert finds("ERP systemen voor de zorg", "ERP in de zorg")
    assert finds("accounting software vendor", "Accounting")
    assert not finds('crm "leverancier"', "CRM")
    assert not finds("crm leverancierskeuze", "CRM")
    assert not finds("crm -leverancier", "CRM van een leverancier")
    assert not finds("software leverancier", "Software"), "when there is nothing else they are words as any other"
    assert not finds("de leverancier", "De software")
    query = parse("Leverancier van CRM-software, software", LEXICON)
    assert texts_of(query) == ["CRM-software"]
    assert [query.written(word) for word in query.passed_over] == ["Leverancier", "software"]
    assert not parse("leverancier -crm", LEXICON).passed_over


def test_words_that_wish_or_judge_need_not_be_there() -> None:
    assert finds("beste crm partner gezocht", "CRM")
    assert finds("looking for reliable crm", "CRM")
    assert not finds('"beste" crm', "CRM")
    assert finds("beste", "Beste Software"), "alone it is a word as any other"
    query = parse("goede leverancier", LEXICON)
    assert texts_of(query) == ["leverancier"]
    assert [query.written(word) for word in query.passed_over] == ["goede"]
    assert texts_of(parse("beste gezocht", LEXICON)) == ["beste", "gezocht"]


def test_it_is_known_where_or_was_said() -> None:
    assert parse("NAV of een crm OR zorg", LEXICON).either == ("of", "OR")
    for q in ("of nav", "nav of", 'nav "of" crm', "of", "nav en crm"):
        assert not parse(q, LEXICON).either, q


def test_as_written_nothing_is_meant_or_taken_apart() -> None:
    def named(q: str, name: str) -> bool:
        return found(as_written(parse(q, LEXICON)), memory(name), 1) == 1

    assert named("alfa", "Alfa BV")
    assert named("groothandels", "De Groothandel")
    assert named("mb-800", "MB 800")
    assert named("business central", "Central Business")
    assert named('"alfa beta"', "Alfa Beta")
    assert named("alfa software", "Alfa Software")
    assert not named("alfa software", "Alfa"), "what need not be in the list must be in a name"
    assert not named("alf", "Alfa"), "no beginning"
    assert not named("navision", "Business Central"), "no other name"
    assert not named("business central", "Navision")
    assert not named("handel", "Groothandel"), "no part"
    assert not named("maatwerkoplossing", "Oplossing op maatwerk")
    assert not named("maatwerkoplossing", "Maatwerk Oplossing")
    assert not named("alfa/beta", "Alfa")


def test_words_that_name_something_are_one_term() -> None:
    query = parse('Welke "vaste prijs" voor Business Central -NAV', LEXICON)
    phrase, named = query.must
    assert phrase == Phrase(("vaste", "prijs"))
    assert isinstance(named, Named)
    assert [each.text for each in named.words] == ["business", "central"]
    assert set(named.concepts) == {"products.bc", "skills.small"}
    assert query.written(named) == "Business Central"
    assert query.rewritten({named: ""}) == 'Welke "vaste prijs" voor -NAV'
    assert query.rewritten({phrase: ""}) == "Welke voor Business Central -NAV"
    assert query.rewritten({query.never[0]: ""}) == 'Welke "vaste prijs" voor Business Central'


def test_a_long_query_is_cut_and_says_so() -> None:
    assert not parse("woord " * 3, LEXICON).cut
    assert not parse(" ".join(f"woord{n}" for n in range(MOST_WORDS)), LEXICON).cut
    for long in (" ".join(f"w{n}x" for n in range(25)), "woord " * 10_000, '"' + "a " * 40 + '"', "x" * 2_000):
        assert parse(long, LEXICON).cut
    many = parse(" ".join(f"woord{n}" for n in range(10_000)), LEXICON)
    assert len(many.must) <= MOST_WORDS


ODD = st.text(
    st.one_of(st.sampled_from(" \"-'&/.+#*?:“”bcnavf&o27001"), st.characters()),
    max_size=60,
)
ASKED = (
    "alfa beta -alfa -beta nav bc f&o groothandel handel maatwerksoftware maatwerkoplossing -crm/erp iso-27001 mb-8 "
    "mb-800 ce de leverancier -business b al 2016 r2"
)
SAID = (
    "alfa beta gamma NAV BC F&O Groothandel handel maatwerk oplossing software leverancier CRM/ERP ISO-27001 MB-800 "
    "CE de Business Central 2016 R2"
)
QUOTED = ('"alfa beta"', '-"beta alfa"', '"f&o alfa"', "business central", "zo ", "crm 2016", "nav 2016 r2")
QUERIES = st.one_of(ODD, st.lists(st.sampled_from([*ASKED.split(), *QUOTED]), max_size=6).map(" ".join))
TEXTS = st.lists(
    st.sampled_from([*SAID.split(), *["alfa beta", "beta alfa", "NAV 2016", "2016 crm"] * 4]), max_size=8
).map(" ".join)


@settings(max_examples=500, deadline=None)
@given(ODD, ODD)
def test_any_text_is_a_query_and_finds_the_same_folded(q: str, text: str) -> None:
    query = parse(q, LEXICON)
    assert fold(fold(q)) == fold(q)
    assert len(query.must) + len(query.never) <= MOST_WORDS
    folded = parse(fold(q), LEXICON)
    assert (folded.must, folded.never) == (query.must, query.never)
    for term in (*query.must, *query.never):
        assert query.written(term)
        query.rewritten({term: ""})
    for each in tokens(text):
        assert finds(f"{each}", text) or not parse(each, LEXICON).must


@settings(max_examples=300, deadline=None)
@given(QUERIES, QUERIES, st.lists(TEXTS, max_size=5))
def test_what_must_be_there_is_intersected_and_what_must_not_is_taken_off(q: str, more: str, texts: list[str]) -> None:
    documents, everyone = memory(*texts), (1 << len(texts)) - 1
    query, other = parse(q, LEXICON), parse(more, LEXICON)
    both = Query(must=query.must + other.must, never=query.never + other.never)
    assert found(both, documents, everyone) == found(query, documents, everyone) & found(other, documents, everyone)
    refused = Query(never=query.must)
    if len(query.must) == 1:
        only = Query(must=query.must)
        assert found(refused, documents, everyone) == everyone & ~found(only, documents, everyone)
    left = Query(must=query.must[1:], never=query.never)
    assert found(query, documents, everyone) & ~found(left, documents, everyone) == 0, "a term never adds"


@pytest.mark.parametrize(
    "hostile",
    ["-" * 5_000, '"' * 5_000, "a-" * 5_000, "a1" * 5_000, "*" * 5_000, ". " * 5_000, "ﷺ" * 5_000, "-\"'" * 3_000,
     "b" * 5_000, "groothandel" * 500, "& " * 5_000, "- - " * 3_000, "e\u0301" * 3_000, "\x00" * 100],
)  # fmt: skip
def test_a_hostile_query_is_read_in_bounded_steps(hostile: str) -> None:
    """Reads no more than the first letters: twice the text changes nothing."""
    query = parse(hostile, LEXICON)
    assert (query.must, query.never) == (parse(hostile * 2, LEXICON).must, parse(hostile * 2, LEXICON).never)


def test_words_of_a_query_are_known_as_they_were_typed() -> None:
    assert texts_of(parse("  Coöperatie   ’s-Hertogenbosch café ", LEXICON)) == [
        "Coöperatie",
        "s-Hertogenbosch",
        "café",
    ]
    assert texts_of(parse("cafe\u0301 x", LEXICON)) == ["cafe\u0301", "x"]


def test_a_hyphen_for_what_is_left_out_is_no_minus() -> None:
    """ "Crediteurenrapporten en -analyses" asks for both."""
    query = parse("crediteurenrapporten en -analyses", LEXICON)
    assert len(query.must) == 2
    assert not query.never
    assert parse("rapporten -analyses", LEXICON).never


def test_a_query_read_before_means_what_the_words_of_now_mean() -> None:
    """A query is remembered with the lexicon it was read by: another edition of the criteria has another."""
    editions = [Lexicon.made([], {"lijst.een": ["Kompas"]}), Lexicon.made([], {"lijst.twee": ["Kompas"]})]
    for lexicon, concept in [*zip(editions, ("lijst.een", "lijst.twee"), strict=True)] * 2:
        (word,) = parse("kompas", lexicon).must
        assert isinstance(word, Word)
        assert ("concept", concept) in word.lookups
    assert parse("kompas", editions[0]) is parse("kompas", editions[0])
