"""A small lexicon and what a query finds with it, for the tests of words."""

from collections.abc import Mapping, Sequence

from partnerkompas.search.words import Bits, Lexicon, Memory, found, parse

NAMES: Mapping[str, Sequence[str]] = {
    "products.bc": ["Dynamics 365 Business Central", "Business Central", "BC", "NAV", "Navision"],
    "products.fin": ["Dynamics 365 Finance", "F&O", "Finance and Operations", "AX"],
    "products.scm": ["Supply Chain Management", "F&O", "Finance and Operations", "AX"],
    "products.sal": ["Dynamics 365 Sales", "CRM", "CE", "Customer Engagement"],
    "products.cs": ["Customer Service", "CRM", "CE", "Customer Engagement"],
    "products.fs": ["Field Service", "CE", "Customer Engagement"],
    "older.nav": ["Dynamics NAV", "NAV", "Navision"],
    "older.nav-2017": ["NAV 2017"],
    "skills.small": ["SMB Management", "Business Central"],
    "places.nl": ["Nederland"],
    "tongues.nl": ["Nederlands", "Dutch"],
}
SAME = {
    "same.avg": ["AVG", "GDPR", "General Data Protection Regulation", "Algemene verordening gegevensbescherming"],
    "same.iso27001": ["ISO 27001", "ISO/IEC 27001"],
}
VOCABULARY = ["groot", "handel", "branche", "oplossing", "maatwerk", "software", "voeding", "klant", "service", "eis"]
LEXICON = Lexicon.made(VOCABULARY, NAMES, SAME)


def memory(*texts: str) -> Memory:
    """Documents of one text each, at places 0, 1, 2 …"""
    return Memory.of(((place, {"text": [text]}) for place, text in enumerate(texts)), LEXICON)


def places(q: str, *texts: str) -> Bits:
    """Which of the texts a query finds, as bits."""
    return found(parse(q, LEXICON), memory(*texts), (1 << len(texts)) - 1)


def finds(q: str, *texts: str) -> bool:
    """Whether a query finds a document with these texts, and asks for something."""
    query = parse(q, LEXICON)
    document = Memory.of([(0, {"text": texts})], LEXICON)
    return not query.says_nothing and found(query, document, 1) == 1
