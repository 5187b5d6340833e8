"""Who says what is known of a fictional company, and what was seen: the addresses and texts of the evidence."""

from random import Random

from demo_market import Company

from partnerkompas.answers.models import State
from partnerkompas.criteria.questions import Question

PAGES = {
    "organisatie": "over-ons", "producten": "oplossingen", "microsoft": "over-ons", "klanten": "klanten",
    "methode": "werkwijze", "support": "support", "contract": "voorwaarden", "beveiliging": "beveiliging",
    "apps": "apps",
}  # fmt: skip
REGISTERS = {
    "organisatie": ("https://handelsregister.example/{kvk}", "Gezien in het handelsregister."),
    "microsoft": ("https://partnerlijst.example/{slug}", "Gezien in de partnerlijst."),
    "klanten": ("https://marketplace.example/uitgevers/{slug}", "Gezien in de marketplace."),
    "apps": ("https://marketplace.example/uitgevers/{slug}", "Gezien in de marketplace."),
    "beveiliging": ("https://certificaten.example/{slug}", "Gezien in het register van de instelling."),
}
DOCUMENTS = {
    "organisatie": "Ondertekende verklaring gezien.",
    "producten": "Lijst van klanten vertrouwelijk gezien.",
    "microsoft": "Overzicht gezien; namen zijn niet bewaard.",
    "klanten": "Lijst van klanten vertrouwelijk gezien.",
    "methode": "Document met de werkwijze gezien.",
    "support": "SLA-document gezien.",
    "contract": "Modelcontract gezien.",
    "beveiliging": "Document gezien.",
    "apps": "Voorwaarden van de app gezien.",
}
LASTING = {"methode", "support", "contract", "beveiliging"}
"""Themes whose documents may carry a last day of their own, later than the question asks."""
PAPERS = {
    "medewerkers": "Jaarrekening gezien.",
    "eerste_golive": "Klantverhaal met datum gezien.",
    "diensten": "Dienstbeschrijving gezien.",
    "oudere": "Tekst van het supportcontract gezien.",
    "brancheoplossing": "Productpagina gezien.",
    "assurance": "Rapport van de auditor gezien; het is niet bewaard.",
    "iso27001": "Certificaat gezien.",
}
"""Questions that ask for another document than the rest of their theme, by the start of their key."""
DISPUTES = {
    "organisatie": "Een lid meldt dat dit na een wijziging bij het bedrijf niet meer klopt.",
    "producten": "Een lid heeft hier een andere ervaring mee. De partner is om een reactie gevraagd.",
    "microsoft": "Dit is niet teruggevonden in wat Microsoft openbaar maakt.",
    "klanten": "Een lid meldt dat dit bij zijn project niet zo was.",
    "methode": "Een lid meldt dat dit in zijn project anders ging.",
    "support": "Een lid meldt dat in zijn contract een andere tekst staat.",
    "contract": "Een lid meldt dat in zijn contract een andere bepaling staat.",
    "beveiliging": "Een lid kreeg bij navraag een ander antwoord.",
    "apps": "De marketplace vermeldt iets anders.",
}
VISIBLE = (
    "kvk_nummer rechtsvorm statutaire_naam vestigingsprovincies eigendom producten productrol diensten branches "
    "aanwijzingen iso27001 brancheoplossing brancheoplossing_naam supportkanalen app_producten app_namen"
).split()
"""What an outsider can see of a company that never answered: on its pages and in registers."""


def source_of(company: Company, question: Question, state: State, dice: Random) -> tuple[str, int]:
    """Who says so, and with what level; the better the evidence, the rarer."""
    roll, highest = dice.random(), question.highest_level
    if "silent" in company.traits:
        return ("register", 3) if highest == 3 and roll < 0.5 else ("public_page", 2)
    if state == State.NOT_APPLICABLE or highest < 2:
        return "partner", 1
    if highest == 4 and roll < 0.16:
        return "members", 4
    if highest == 3 and roll < 0.35:
        return "register", 3
    if roll < 0.45:
        return "curator", 2
    return ("public_page", 2) if roll < 0.55 and state == State.STATED else ("partner", 1)


def proof_of(company: Company, question: Question, source: str, dice: Random) -> tuple[str, str]:
    """The address and the text of the evidence."""
    if source == "register" and question.key.startswith("assurance"):
        return "", PAPERS["assurance"]
    if source == "register":
        address, text = REGISTERS[question.theme]
        return address.format(kvk=company.kvk_number, slug=company.slug), text
    if source == "public_page":
        return f"{company.website}{PAGES[question.theme]}", "Gezien op de pagina van de partner."
    if source == "members":
        return "", f"Bevestigd door {dice.randint(5, 9)} leden."
    if source == "curator":
        return "", next(
            (text for key, text in PAPERS.items() if question.key.startswith(key)), DOCUMENTS[question.theme]
        )
    return "", ""
