"""Why a partner was found: by which of its texts, with the words that were asked for marked."""

from partnerkompas.answers.showing import product_label
from partnerkompas.criteria.questions import Edition
from partnerkompas.infra.language import _, language
from partnerkompas.search.document import Finding
from partnerkompas.search.sheets import Sheet
from partnerkompas.search.words import Found, Lexicon, Query, Said, Sayings, explained


def why(query: Query, sheet: Sheet, edition: Edition, lexicon: Lexicon) -> list[Found]:
    """For each word of a query, by what it found this partner."""

    def sayings() -> Sayings:
        return Sayings.of((Said(each.text, each.field, _label(edition, each)) for each in sheet.findings), lexicon)

    return explained(query, sheet.once(("sayings", language()), sayings))


def _label(edition: Edition, finding: Finding) -> str:
    if not finding.criterion:
        return _("naam") if finding.field == "name" else _("plaats")
    label = edition.by_key[finding.criterion].label.in_(language())
    return f"{label}, {product_label(edition, finding.product)}" if finding.product else label
