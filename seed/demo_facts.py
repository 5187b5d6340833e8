"""What is true of a fictional company on a day. Pure: the same company and day always give the same facts.

The market changes: staff grows, a certificate is earned, a product is added. So an answer of last year that was true
then may differ from the one of today, and history needs no inventing of its own.
"""

from datetime import date, timedelta
from typing import Any

from demo_market import FAMILY, FAR_ABROAD, Company, month

from partnerkompas.partners.models import slug_for

DOES_NOT_APPLY = object()
"""The company says that a question is not about it."""

Raw = Any
"""What a kind can parse; None when the company has nothing to say."""

FTE = {0: "0", 1: "1-9", 10: "10-24", 25: "25-49", 50: "50-99", 100: "100-249", 250: "250-meer"}
COUNTS = {0: "0", 1: "1-2", 3: "3-5", 6: "6-10", 11: "11-25", 26: "meer-25"}
SHARES = {0: "0", 1: "1-25", 26: "26-50", 51: "meer-50"}
"""Bands, each by its lowest number."""
USERS = ["1-10", "11-25", "26-50", "51-100", "101-250", "251-1000", "meer-1000"]
USERS_FROM = {"erp_mkb": 0, "erp_groot": 3, "klant": 1}
MOVES_FROM = {"erp_mkb": ["ander_erp", "nav", "bc_onpremises"], "erp_groot": ["ax", "ander_erp"]}
PACKAGES = {
    "ander_erp": {"exact": 4, "afas": 3, "sap": 2, "unit4": 1, "infor": 1, "ander_erp": 3},
    "ander_crm": {"salesforce": 3, "hubspot": 2, "ander_crm": 3},
}
"""Which package another one was, with how often."""
SPECIALISATION = {
    "bc": "smb_management", "fin": "finance", "scm": "supply_chain", "sal": "sales", "cs": "service", "fs": "service",
    "pp": "low_code",
}  # fmt: skip
NEAR = {
    "GR": "DR FR", "FR": "GR DR FL", "DR": "GR OV FR", "OV": "DR GE FL", "FL": "OV NH UT", "GE": "OV UT NB",
    "UT": "GE NH ZH FL", "NH": "UT FL ZH", "ZH": "UT NH ZE NB", "ZE": "ZH NB", "NB": "LI GE ZH ZE", "LI": "NB GE",
}  # fmt: skip
"""Where people also work on site: the provinces beside the one of an office."""
URGENT = (
    "Het systeem is voor alle gebruikers niet beschikbaar.",
    "Een proces dat voor de bedrijfsvoering nodig is, staat stil en er is geen andere werkwijze.",
    "Geen enkele gebruiker kan werken, of er kunnen geen orders worden verzonden.",
    "De productieomgeving is niet te bereiken of er gaan gegevens verloren.",
)
SCOPES = (
    "Ontwikkeling, implementatie en support van bedrijfssoftware vanuit alle vestigingen in Nederland.",
    "Hosting en beheer van omgevingen voor klanten.",
    "Advies, implementatie en beheer van bedrijfstoepassingen; de servicedesk valt binnen het gebied.",
)


def facts(company: Company, day: date) -> dict[tuple[str, str], Raw]:
    """Everything that is true on a day, by criterion and product. Conditions between questions are not looked at."""
    found = {(key, ""): value for about in PARTNER for key, value in about(company, day).items()}
    for product in company.products(day):
        found |= {(key, product): value for about in PRODUCT for key, value in about(company, product, day).items()}
    return {place: value for place, value in found.items() if value is not None}


def band(bands: dict[int, str], number: int) -> str:
    """The code of the band that a number falls in."""
    return bands[max(start for start in bands if start <= number)]


def organisation(c: Company, day: date) -> dict[str, Raw]:
    near = {each for home in c.provinces for each in NEAR[home].split()} | set(c.provinces)
    changed = date(c.founded, 1 + c.dice("changed").randrange(12), 1)
    if c.owner in ("private_equity", "dochter", "beursgenoteerd"):
        changed = max(changed, date(2012, 5, 1) + timedelta(days=c.dice("sold").randint(0, 3900)))
    on_site = ["alleen_op_afstand"] if "remote" in c.traits else list(NEAR) if c.fte >= 100 else sorted(near)
    return {
        "kvk_nummer": c.kvk_number,
        "rechtsvorm": c.legal_form,
        "statutaire_naam": c.legal_name,
        "eigendom": c.owner,
        "moederbedrijf": c.group or None,
        "eigendom_sinds": month(changed),
        "medewerkers_nl": band(FTE, c.staff(day)),
        "vestigingsprovincies": c.provinces,
        "inzet_op_locatie": on_site,
    }


def range_of_products(c: Company, day: date) -> dict[str, Raw]:
    older = []
    families = {FAMILY.get(each, "klant") for each in c.named_products}
    if "erp_mkb" in families and c.founded < 2015:
        older += c.some(["nav-2018", "nav-2017", "nav-2016", "nav-2015-ouder"], 1 if c.founded < 2008 else 0, "nav")
    if "erp_groot" in families and c.founded < 2012:
        older += c.some(["ax-2012-r3", "ax-ouder"], 0, "ax")
    if "klant" in families and c.founded < 2011 and c.chance("old crm") < 0.3:
        older.append("crm_onpremises")
    if "legacy" in c.traits:
        older += ["nav", "gp-18", "sl"]
    ends = {
        f"oudere_{name}_tot": month(date(2027, 6, 1), 6 * c.dice("until", name).randrange(8))
        for name in ("nav", "ax", "gp", "sl", "crm")
    }
    return {"producten": c.products(day), "oudere_producten": older, **ends}


def microsoft_status(c: Company, day: date) -> dict[str, Raw]:
    big = c.staff(day)
    products = c.products(day)
    areas = []
    if big >= 12 and products and c.chance("designation") < min(0.3 + big / 80, 0.97):
        others = ["modern_work", "data_ai", "infrastructure", "digital_app_innovation", "security"]
        areas = ["business_applications"] + [each for each in others if c.chance(each) < (big - 60) / 500]
    strong = [each for each in products if each in SPECIALISATION and c.consultants(each, day) >= 15]
    specialisations = [SPECIALISATION[each] for each in strong if areas and c.chance("specialisation", each) < 0.7]
    persons = {each: c.certified(each, day) for each in products}
    count = {
        "mb800": persons.get("bc", 0) * 4 // 5,
        "mb820": persons.get("bc", 0) * 2 // 5,
        "mb310": persons.get("fin", 0) * 3 // 5,
        "mb330": persons.get("scm", 0) * 3 // 5,
        "mb500": max(persons.get("fin", 0), persons.get("scm", 0)) * 2 // 5,
        "pl200": max([persons[each] for each in products if each not in FAMILY], default=0) // 2,
        "ab100": c.dice("agents").randint(0, 1 + big // 80) if big >= 30 and day.year >= 2026 else 0,
    }
    names = [f"{each[:2]}-{each[2:]}" for each, number in count.items() if number]
    if max(persons.get("fin", 0), persons.get("scm", 0)) > 15:
        names += c.some(["mb-700", "mb-335"], 1, "retired")
    return {
        "aanwijzingen": areas,
        "aanwijzing_track": "enterprise" if big >= 100 or products[:1] == ["fin"] else "smb",
        "aanwijzing_gezien_op": str(day - timedelta(days=c.dice("seen", day).randint(0, 6))),
        "aanwijzing_hernieuwing": month(day, c.dice("renewal", day.year).randint(1, 11)),
        "specialisaties": specialisations,
        "specialisatie_gezien_op": str(day - timedelta(days=c.dice("seen too", day).randint(0, 6))),
        "certificaten": names,
        **{f"cert_{each}": number for each, number in count.items()},
    }


def security(c: Company, day: date) -> dict[str, Raw]:
    since = c.has_iso(day)
    body = c.pick({"Keurwerk Certificatie": 5, "Noordlicht Toetsing": 3, "Waarmerk Instituut": 2}, "body")
    reports = []
    if c.chance("assurance") < (0.5 if c.fte >= 100 else 0.2 if c.fte >= 45 else 0.02):
        reports = c.pick({("isae3402-2",): 5, ("soc2-2",): 2, ("isae3402-2", "soc2-2"): 1, ("soc2-1",): 1}, "report")
    covered = date(day.year - 1, 12, 31)
    begins = covered if reports == ("soc2-1",) else date(covered.year, 1, 1)
    published = c.chance("subprocessors") < 0.2 + c.fte / 400
    return {
        "iso27001": since is not None,
        "iso27001_nummer": f"{body[:2].upper()}-{c.dice('number').randrange(1000, 9999)}",
        "iso27001_instelling": body,
        "iso27001_accreditatie": c.pick({"rva": 7, "ander": 2, "geen": 1}, "accreditation"),
        "iso27001_gebied": c.pick(dict.fromkeys(SCOPES, 1), "scope"),
        "iso27001_geldig_tot": since and str(since.replace(year=since.year + 3) - timedelta(days=1)),
        "assurance": list(reports),
        "assurance_van": str(begins),
        "assurance_tot": str(covered),
        "assurance_gebied": c.some(["hosting", "beheer", "support"], 1, "covered"),
        "verwerkersovereenkomst": c.chance("processing") < 0.94,
        "subverwerkers": published,
        "subverwerkers_datum": str(day - timedelta(days=c.dice("listed", day.year).randint(10, 300))),
    }


def own_apps(c: Company, day: date) -> dict[str, Raw]:
    products = c.products(day)[:1]
    more = ["Documenten", "Koppelbox", "Scan", "Planbord"] if c.fte >= 30 else []
    names = [c.solution] if c.solution else []
    names += [f"{c.brand} {each}" for each in c.some(more, 0, "apps") if c.chance("app maker") < 0.5]
    names = names if products else []
    in_store = max(0, len(names) - c.dice("store").randint(0, 1))
    return {
        "app_producten": products if names else [],
        "app_namen": ", ".join(names) or None,
        "app_aantal": in_store,
        "app_adres": f"https://marketplace.example/uitgevers/{c.slug}" if in_store else None,
        "app_versie": month(day, -c.dice("version", day).randint(0, 14)),
        "app_talen": ["nl", *c.some(["en", "de", "fr"], 1, "app languages")],
        "app_landen": ["NL", *c.some(["BE", "DE", "LU"], 0, "app countries")],
        "app_reactietijd": c.pick({4: 3, 8: 5, 16: 2, 24: 1}, "app response"),
    }


def capacity(c: Company, product: str, day: date) -> dict[str, Raw]:
    countries, outside, far = c.far_hours(product)
    project = ["nl"] + (["en"] if c.fte >= 25 or c.chance("english") < 0.5 else [])
    project += ["de"] if set(c.provinces) & {"GE", "OV", "LI"} and c.chance("german") < 0.6 else []
    project += ["fr"] if set(c.provinces) & {"LI", "NB"} and c.chance("french") < 0.2 else []
    project += ["fy"] if c.provinces == ["FR"] else []
    helped = ["nl"] + (["en"] if "en" in project and c.chance("helped") < 0.3 + c.fte / 150 else [])
    no_support = c.role(product) == "implementatie"
    return {
        "eerste_golive": c.first_year(product),
        "consultants_nl": band(FTE, c.consultants(product, day)),
        "ruimte_nieuwe_klanten": c.dice("room", product, day).choice(
            ("maand", "kwartaal", "kwartaal", "half_jaar", "later", "geen", *[None] * 8)
        ),
        "uren_buiten_nl": band(SHARES, outside),
        "uren_buiten_eu": band(SHARES, far),
        "uren_landen": countries,
        "talen_project": project,
        "talen_support": DOES_NOT_APPLY if no_support else helped,
        "gecertificeerden": c.certified(product, day),
    }


def practice(c: Company, product: str, day: date) -> dict[str, Raw]:
    family, role, done = FAMILY.get(product, "klant"), c.role(product), c.go_lives(product, day)
    moves = c.some(MOVES_FROM.get(family, ["ander_crm", "crm_onpremises"]), 1, "moves", product)[:done]
    moves = [c.pick(PACKAGES[each], "package", product) if each in PACKAGES else each for each in moves]
    if product == "pp":
        moves = []
    offered = {
        "implementatie": role != "support",
        "functioneel_beheer": role != "implementatie",
        "applicatiebeheer": role != "implementatie" and c.fte >= 8,
        "technisch_beheer": role != "implementatie" and c.fte >= 40,
        "opleidingen": c.fte >= 10,
        "licenties": c.fte >= 15,
        "migratie": bool(moves),
        "integratie": c.fte >= 8,
        "audit": c.fte >= 50 and c.chance("audit") < 0.6,
    }
    lacking = [each for each in ("technisch_beheer", "licenties", "opleidingen") if not offered[each]]
    start = USERS_FROM[family] + (c.fte >= 60)
    sizes = USERS[start : start + min(done, 4)]
    fields = c.some(c.branches, 2, "branches", product)[:done]
    return {
        "productrol": role,
        "diensten": [each for each, yes in offered.items() if yes],
        "diensten_via_derden": c.some(lacking, 0, "through others"),
        "go_lives": band(COUNTS, done),
        "migratie_van": moves,
        "migratie_van_5": moves[: done // 12],
        "branches": fields,
        "branches_5": fields[: done // 12],
        "klantomvang": sizes,
        "klantomvang_5": sizes[1 : 1 + done // 12],
    }


def solution(c: Company, product: str, day: date) -> dict[str, Raw]:
    has = bool(c.solution) and product == c.named_products[0]
    page = f"https://marketplace.example/apps/{slug_for(c.solution)}" if has and c.chance("page") < 0.85 else None
    first = min(c.first_year(product) + c.dice("solution").randint(1, 6), 2023)
    return {
        "brancheoplossing": has,
        "brancheoplossing_naam": c.solution or None,
        "brancheoplossing_adres": page,
        "brancheoplossing_sinds": max(first, c.first_year(product)),
        "brancheoplossing_versie": month(day, -c.dice("release", day).randint(0, 7)),
    }


def way_of_working(c: Company, product: str, day: date) -> dict[str, Raw]:
    family = FAMILY.get(product, "klant")
    kinds = {"eigen_fasen": 4, "hybride": 3, "geen": 1 + 3 * (c.fte < 10), "success_by_design": 1 + c.fte // 60}
    papers = ["inrichting", "functioneel_ontwerp", "beheerhandleiding", "koppelingen", "testscripts"]
    public = c.chance("method page") < 0.4
    return {
        "methode": "scrum" if product == "pp" else c.pick(kinds, "method", family),
        "methode_adres": f"{c.website}werkwijze" if public else None,
        "releasetest": c.pick({"inbegrepen": 3, "tegen_tarief": 4, "niet": 2}, c.era(day, "release test"), family),
        "regressietest": c.chance("regression", family) < 0.15 + c.fte / 500,
        "documentatie": c.some(papers, 1, c.era(day, "papers"), family),
    }


def support(c: Company, product: str, day: date) -> dict[str, Raw]:
    hours = {"5x8": 60, "5x10": 30, "5x12": c.fte // 3, "6x12": c.fte // 9, "7x12": c.fte // 12, "24x7": c.fte // 3}
    response = {0.25: 1, 0.5: 3, 1: 6, 2: 4, 4: 3, 8: 1}
    takes_over = {"ja": 3, "na_audit": 4, "nee": 1}
    prices = {"gratis": 2, "tot-1000": 1, "1000-2500": 4, "2500-5000": 3, "5000-10000": 1 + c.fte // 100}
    answers = {
        "supportkanalen": c.some(["portaal", "telefoon", "e-mail", "teams", "op_locatie"], 1, c.era(day, "channels")),
        "supportvenster": c.pick(hours, c.era(day, "window")),
        "reactietijd_p1": c.pick(response, c.era(day, "response"), FAMILY.get(product)),
        "definitie_p1": c.pick(dict.fromkeys(URGENT, 1), "urgent"),
    }
    if c.role(product) == "implementatie":
        answers = dict.fromkeys(answers, DOES_NOT_APPLY)
    return answers | {
        "neemt_over": c.pick(takes_over, "take over", product),
        "auditprijs": c.pick(prices, c.era(day, "audit price")),
    }


def contract(c: Company, product: str, day: date) -> dict[str, Raw]:
    models = ["nacalculatie", "fase", "plafond", "abonnement"] + (["totaal"] if product == "bc" else [])
    return {
        "prijsmodellen": c.some(models, 1, c.era(day, "prices"), FAMILY.get(product)),
        "maatwerk_eigendom": c.pick({"klant": 4, "partner": 3, "gedeeld": 2}, "custom code"),
        "broncode": c.pick(
            {"doorlopend": 3, "bij_oplevering": 3, "op_verzoek": 3, "nee": 2}, c.era(day, "source code")
        ),
        "exitregeling": c.chance("exit") < 0.6,
        "exit_maanden": c.pick({1: 1, 3: 5, 6: 4, 12: 2}, "exit months"),
        "exit_tarief": c.pick({"normaal": 4, "afwijkend": 1}, "exit rate"),
        "exit_dataformaten": c.some(["csv_excel", "database", "configuratiepakket", "xml_json"], 1, "exit data"),
    }


def data_places(c: Company, product: str, day: date) -> dict[str, Raw]:
    countries, _outside, far = c.far_hours(product)
    beyond = [each for each in countries if each in FAR_ABROAD]
    stored = c.pick({"omgeving_klant": 4, "eer": 5}, "data place")
    return {
        "gegevensplaats": "eer_en_buiten" if beyond and c.chance("data abroad") < 0.7 else stored,
        "gegevenslanden": beyond or None,
        "toegang_buiten_eer": far > 0,
    }


PARTNER = (organisation, range_of_products, microsoft_status, security, own_apps)
PRODUCT = (capacity, practice, solution, way_of_working, support, contract, data_places)
