"""Why wording is pointed out and what would be neutral instead, in the language of the reader (row U7)."""

from collections.abc import Callable, Mapping

from partnerkompas.infra.language import _

REASONS: Mapping[str, Callable[[], str]] = {
    "rank": lambda: _(
        "Dit noemt u de eerste of de beste, en dat kan de lezer niet nagaan. Noem liever een feit, zoals een aantal "
        "projecten."
    ),
    "only": lambda: _("Of u de enige bent, kan de lezer niet nagaan. Beschrijf liever wat u precies doet."),
    "most": lambda: _(
        "Een overtreffende trap zonder getal kan de lezer niet nagaan. Noem liever het getal zelf, zoals een aantal "
        "dagen."
    ),
    "others": lambda: _(
        "Dit zegt iets over anderen. Zij kunnen er hier niet op antwoorden. Vertel liever alleen wat u zelf doet."
    ),
    "apart": lambda: _(
        "Dit zegt dat anderen minder zijn. Vergelijken doet de lezer zelf. Noem liever het feit waaruit dat blijkt."
    ),
    "quality": lambda: _(
        "Hoe goed iets is, kan iedereen van zichzelf zeggen. Noem liever een certificaat, een norm of een aantal."
    ),
    "attitude": lambda: _(
        "Een houding is niet te meten. Noem liever een afspraak, zoals een reactietijd of een vaste contactpersoon."
    ),
    "effect": lambda: _("Zo’n belofte is niet te meten. Noem liever wat u doet of oplevert, en wat niet."),
    "proof": lambda: _(
        "Dit vraagt vertrouwen zonder bewijs te geven. Noem liever hoe vaak u dit deed, of waar het bewijs staat."
    ),
    "novelty": lambda: _(
        "Wat nieuw of slim is, vindt elke lezer anders. Noem liever de techniek en de versie die u gebruikt."
    ),
}
"""By the key that the word lists name."""
