"""Make the big code lists again from public data: branches, languages, countries, provinces and places.

    python seed/make_options.py [FOLDER]

FOLDER (default: ../shared/data beside the project) holds sbi_2025/, iso_languages_countries/ and nl_gemeenten/ as
published by their makers. Out come seed/options/{sbi,talen,landen,provincies,inzet}.toml and seed/places.csv, which are
committed; run it only when a source has a new edition. Which branches are offered, and their short names and synonyms,
stands in seed/sbi_selection.csv.
"""

import csv
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale

SEED = Path(__file__).parent

SBI_SOURCE = (
    "CBS, Standaard Bedrijfsindeling 2025, in de versie van het ministerie van VWS: "
    "https://github.com/minvws/generiekefuncties-docs/blob/e90bec211e3e69b4fcdb6a8af34483c384ba4194/input/fsh/codesystem-sbi.fsh"
)
LANGUAGE_SOURCE = (
    "ISO 639-1, https://github.com/datasets/language-codes/tree/2787e945225a6daaa75d9f3812a977c9f89c61bc ; "
    "namen: Unicode CLDR"
)
COUNTRY_SOURCE = (
    "ISO 3166-1, https://github.com/datasets/country-codes/tree/caa72d1e0e5af8876c170bb36a9e4d64a01bba88 ; "
    "namen: Unicode CLDR"
)
PROVINCE_SOURCE = (
    "CBS-gemeentelijst, https://github.com/Gijs6/gemeentle/tree/e20dfca364cccda888f65a756089f549a89c74d3 ; "
    "codes: ISO 3166-2:NL"
)

PROVINCES = {
    "Groningen": "GR",
    "Friesland": "FR",
    "Drenthe": "DR",
    "Overijssel": "OV",
    "Flevoland": "FL",
    "Gelderland": "GE",
    "Utrecht": "UT",
    "Noord-Holland": "NH",
    "Zuid-Holland": "ZH",
    "Zeeland": "ZE",
    "Noord-Brabant": "NB",
    "Limburg": "LI",
}
PROVINCE_LABELS = {
    "Friesland": ("Fryslân", "Friesland"),
    "Noord-Holland": ("Noord-Holland", "North Holland"),
    "Zuid-Holland": ("Zuid-Holland", "South Holland"),
    "Noord-Brabant": ("Noord-Brabant", "North Brabant"),
}
PROVINCE_SYNONYMS = {"Friesland": ["Friesland"], "Noord-Brabant": ["Brabant"]}

FIRST_LANGUAGES = ["nl", "en", "de", "fr"]
OTHER_LANGUAGES = (
    "ar bg cs da el es et fi fy he hi hr hu it ja lt lv no pl pt ro ru sk sl sr sv tr uk zh".split()
)  # a choice of our own: languages that project and support teams of partners are likely to work in
LANGUAGE_SYNONYMS = {
    "nl": ["Nederlandstalig", "Dutch-speaking"],
    "en": ["Engelstalig", "English-speaking"],
    "de": ["Duitstalig", "German-speaking"],
    "fr": ["Franstalig", "French-speaking"],
}
COUNTRY_SYNONYMS = {
    "GB": ["UK", "VK", "Engeland", "Groot-Brittannië"],
    "US": ["VS", "USA", "Amerika"],
    "AE": ["VAE", "Dubai"],
}

RIGHT_NAMES = {
    "s-Hertogenbosch": ["'s-Hertogenbosch", "Den Bosch"],
    "s-Hertogenbosch (Den Bosch)": [],
    "Den Haag": ["Den Haag", "'s-Gravenhage"],
    "Beesterzwaag": ["Beetsterzwaag"],
    "Bergum": ["Burgum", "Bergum"],
    "Damwoude": ["Damwâld", "Damwoude"],
}
"""Names that the municipality list writes wrongly or in one of two ways, as people and the place list write them."""

NO_PLACE_HERE = {"Groningen", "Waal", "Etten", "Leur"}
"""Parts of a municipality's name that are the name of a place elsewhere."""


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else SEED.parent.parent / "shared" / "data"
    make_sbi(data / "sbi_2025" / "sbi_2025.csv")
    make_languages(data / "iso_languages_countries" / "language-codes.csv")
    make_countries(data / "iso_languages_countries" / "country-codes.csv")
    make_provinces()
    make_places(data / "nl_gemeenten")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# TOML


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def both(nl: str, en: str) -> str:
    return quoted(nl) if nl == en else f"{{ nl = {quoted(nl)}, en = {quoted(en)} }}"


def option(
    code: str, nl: str, en: str, synonyms: Iterable[str] = (), parent: str = "", source: str = ""
) -> Iterator[str]:
    yield ""
    yield "[[options]]"
    yield f"code = {quoted(code)}"
    yield f"label = {both(nl, en)}"
    if synonyms := list(synonyms):
        yield f"synonyms = [{', '.join(quoted(each) for each in synonyms)}]"
    if parent:
        yield f"parent = {quoted(parent)}"
    if source:
        yield f"source = {quoted(source)}"


def write_list(
    key: str, name: tuple[str, str], source: str, source_date: str, note: tuple[str, str], options: Iterable[str]
) -> None:
    lines = [
        "# Made by seed/make_options.py; change that program or its input, not this file.",
        f"key = {quoted(key)}",
        f"name = {both(*name)}",
        f"source = {quoted(source)}",
        f"source_date = {quoted(source_date)}",
        f"note = {both(*note)}",
        *options,
    ]
    (SEED / "options" / f"{key}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


# the lists


def make_sbi(path: Path) -> None:
    """The chosen branches as a tree; a code hangs under its nearest chosen ancestor in the official tree."""
    official = {row["code"]: row for row in rows_of(path)}
    chosen = rows_of(SEED / "sbi_selection.csv")
    codes = {row["code"] for row in chosen}
    options: list[str] = []
    for row in chosen:
        parent = official[row["code"]]["parent"]
        while parent and parent not in codes:
            parent = official[parent]["parent"]
        name = sentence(official[row["code"]]["nl"])
        source = f"SBI 2025 {row['code']}: {name}" if name != row["nl"] else ""
        synonyms = [each for each in row["synonyms"].split("|") if each]
        options += option(row["code"], row["nl"], row["en"], synonyms, parent, source)
    note = (
        "Alle secties en de branches daaronder die voor ERP en CRM van belang zijn. De codes zijn van het CBS; "
        "veel namen zijn hier korter. De officiële naam staat bij de bron van de keuze.",
        "All sections, and the branches below them that matter for ERP and CRM. The codes are those of Statistics "
        "Netherlands; many names are shorter here. The official name stands with the source of the option.",
    )
    write_list("sbi", ("Branches (SBI 2025)", "Industries (SBI 2025)"), SBI_SOURCE, "2025", note, options)


def sentence(name: str) -> str:
    """An official name in sentence case; sections are published in capitals."""
    return name.capitalize() if name.isupper() else name


def make_languages(path: Path) -> None:
    """The languages people on projects speak, Dutch names first in the alphabet."""
    known = {row["alpha2"] for row in rows_of(path)}
    nl, en = Locale("nl").languages, Locale("en").languages
    others = sorted(OTHER_LANGUAGES, key=lambda code: nl[code])
    missing = set(FIRST_LANGUAGES + others) - known
    assert not missing, missing
    codes = FIRST_LANGUAGES + others
    options = [line for code in codes for line in option(code, nl[code], en[code], LANGUAGE_SYNONYMS.get(code, ()))]
    note = (
        "Een keuze uit ISO 639-1: talen waarin projectteams en supportteams van partners naar verwachting werken.",
        "A choice from ISO 639-1: languages that project and support teams of partners are likely to work in.",
    )
    write_list("talen", ("Talen", "Languages"), LANGUAGE_SOURCE, "2026-07-27", note, options)


def make_countries(path: Path) -> None:
    """All countries and territories of ISO 3166-1, the Netherlands first."""
    codes = {row["ISO3166-1-Alpha-2"].strip() for row in rows_of(path)} - {""}
    nl, en = Locale("nl").territories, Locale("en").territories
    assert codes <= set(nl), codes - set(nl)
    order = sorted(codes, key=lambda code: (code != "NL", plain(nl[code])))
    options = [line for code in order for line in option(code, nl[code], en[code], COUNTRY_SYNONYMS.get(code, ()))]
    note = ("Landen en gebieden volgens ISO 3166-1.", "Countries and territories according to ISO 3166-1.")
    write_list("landen", ("Landen", "Countries"), COUNTRY_SOURCE, "2026-05-15", note, options)


def plain(text: str) -> str:
    """A key for alphabetical order in which Å and A are the same letter."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))


def make_provinces() -> None:
    """The provinces twice: where an office is, and where people come."""
    provinces = [
        line
        for name, code in PROVINCES.items()
        for line in option(code, *PROVINCE_LABELS.get(name, (name, name)), PROVINCE_SYNONYMS.get(name, ()))
    ]
    caribbean = list(
        option("BQ", "Caribisch Nederland", "Caribbean Netherlands", ["Bonaire", "Sint Eustatius", "Saba"])
    )
    note = (
        "De twaalf provincies, en Caribisch Nederland, dat geen provincie is maar hier als gebied meetelt.",
        "The twelve provinces, and the Caribbean Netherlands, which is no province but counts here as an area.",
    )
    write_list("provincies", ("Provincies", "Provinces"), PROVINCE_SOURCE, "2026", note, provinces + caribbean)
    remote = option("alleen_op_afstand", "Alleen op afstand", "Remote only", ["remote", "online"])
    name = ("Inzet op locatie", "On-site work")
    note = (note[0] + " “Alleen op afstand” is een eigen keuze.", note[1] + " “Remote only” is an option of our own.")
    write_list("inzet", name, PROVINCE_SOURCE, "2026", note, provinces + caribbean + list(remote))


def make_places(folder: Path) -> None:
    """Places of which the source says in which province they lie; most villages are in no list with a province."""
    with (folder / "woonplaatsen_2019.txt").open(encoding="utf-8") as file:
        known_places = {line.strip() for line in file} - {""}
    municipalities = rows_of(folder / "gemeenten.csv")
    names = {row["gemeente"]: row["provincie"] for row in municipalities}
    found: dict[tuple[str, str], tuple[str, str, str, str]] = {}

    def add(place: str, row: dict[str, str], basis: str) -> None:
        for name in RIGHT_NAMES.get(place, [place]):
            entry = (name, row["gemeente"].replace("s-Hert", "'s-Hert"), PROVINCES[row["provincie"]], basis)
            found.setdefault((name, row["gemeente"]), entry)

    for row in municipalities:
        add(row["gemeente"], row, "gemeente")
    for row in municipalities:
        centre = row["bestuurscentrum"]
        # some municipalities have their offices in a neighbour, so the place does not lie in them
        if not (centre != row["gemeente"] and names.get(centre) == row["provincie"]):
            add(centre, row, "bestuurscentrum")
    for row in municipalities:
        for part in re.split(r"-| en |, ", row["gemeente"]):
            if part != row["gemeente"] and part in known_places and part not in NO_PLACE_HERE:
                add(part, row, "naamdeel")
    with (SEED / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["place", "municipality", "province", "basis"])
        writer.writerows(sorted(found.values(), key=lambda entry: (plain(entry[0]), entry[1])))


if __name__ == "__main__":
    main()
