"""How long what tells of people is kept, in one place: the rounds hold to it, and the pages and the file say it."""

from datetime import timedelta

from partnerkompas.accounts import attempts
from partnerkompas.infra.language import _, ngettext

LINKS = timedelta(days=30)
"""After a link was used, taken back or over."""
MAIL = timedelta(days=30)
"""After a mail was sent."""
LOST_MAIL = timedelta(days=90)
"""After a mail was written that never left, or of which nobody knows: somebody has to be able to find out why."""
SESSIONS = timedelta(days=30)
"""After a session ended."""
ATTEMPTS = attempts.KEPT


def in_words(evidence_days: int) -> list[tuple[str, str]]:
    """What is kept and for how long, in the language of the moment."""

    def days(n: int) -> str:
        return ngettext("%(n)s dag", "%(n)s dagen", n)

    def after(term: timedelta) -> str:
        return days(term.days)

    checked = _("%(days)s nadat het antwoord is nagekeken of vervangen", days=days(evidence_days))
    return [
        (_("Links in mail, ook uitnodigingen"), _("%(days)s nadat ze gebruikt of verlopen zijn", days=after(LINKS))),
        (_("Verstuurde mail, zonder de tekst"), _("%(days)s nadat hij verstuurd is", days=after(MAIL))),
        (_("Mail die niet aankwam"), _("%(days)s, om te zien waarom", days=after(LOST_MAIL))),
        (_("Sessies"), _("%(days)s nadat ze eindigden", days=after(SESSIONS))),
        (_("Hoe vaak iets geprobeerd is"), _("%(days)s, en zonder adressen", days=after(ATTEMPTS))),
        (_("Bestanden met bewijs"), checked),
        (_("Berichten, belangen en bewaarde zoekopdrachten"), _("tot u uw account wist")),
        (_("Het logboek, met uw nummer en zonder uw naam"), _("zolang de gids bestaat")),
    ]
