"""How everything here comes about, told by the rules in force (row H7): nothing on that page is written twice. Pure."""

from datetime import date, timedelta

from partnerkompas.answers.facts import Fact
from partnerkompas.answers.models import Level, State
from partnerkompas.answers.showing import (
    FactView,
    UrlOf,
    level_label,
    level_meaning,
    show,
    state_label,
    state_meaning,
)
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.criteria.showing import USES, use_label, use_meaning
from partnerkompas.infra.language import _, language
from partnerkompas.partners.selection import MOST
from partnerkompas.search import order
from partnerkompas.search.request import NEUTRAL, PER_PAGE
from partnerkompas.search.snapshot import Snapshot
from partnerkompas.usage.queries import FEWEST, WEEKS


def order_rule() -> str:
    """The rule of the neutral order, in words."""
    return _(
        "Zonder eigen keuze is de lijst elke dag opnieuw geschud. Van elke partner wordt een controlegetal gemaakt uit "
        "het getal van de dag en de naam in het adres. De partner met het laagste controlegetal staat bovenaan."
    )


def order_recipe(snapshot: Snapshot) -> list[str]:
    """How to repeat the order of the day, with the partner that comes first today as an example."""
    seed = order.seed(snapshot.day)
    lines = [_("SHA-256 van “dag:naam in het adres”, hexadecimaal, laagste eerst")]
    for place in snapshot.sorted(snapshot.everyone, NEUTRAL, 1):
        slug = snapshot.firms[place].slug
        lines += [f"$ printf '{seed}:{slug}' | sha256sum", order.key(seed, slug)]
    return lines


def states(edition: Edition, day: date, url_of: UrlOf) -> list[tuple[str, str, str, FactView | None]]:
    """The six states: code, word, meaning and an example made with a question of this edition."""
    return [
        (state.value, state_label(state), state_meaning(state), _example(edition, state, day, url_of))
        for state in State
    ]


def _example(edition: Edition, state: State, day: date, url_of: UrlOf) -> FactView | None:
    """A made-up fact in a state; None when no question of the edition can be in it."""
    if state == State.NOT_APPLICABLE:
        asked = next((each for each in edition.questions if each.applies_if), None)
        reason = asked.applies_if[0].criterion if asked else ""
        made = Fact(asked.key, "", state, follows_from=reason) if asked and reason in edition.by_key else None
    else:
        made = _answered(edition, state, day)
    return show(edition, made, url_of, day=day) if made else None


def _answered(edition: Edition, state: State, day: date) -> Fact | None:
    for question in edition.questions:
        value = _value(question, says_no=state == State.NO)
        if value is None or question.per_product:
            continue
        if state == State.NOT_STATED:
            return Fact(question.key, "", state)
        said_on = day - timedelta(days=400 if state == State.EXPIRED else 40)
        fact = Fact(question.key, "", state, value, Level.E1, "partner", stated_on=said_on)
        if state == State.EXPIRED:
            return fact._replace(level=Level.E0, valid_until=said_on + timedelta(days=365))
        return fact._replace(dispute=_("Iemand gaf een andere waarde op.")) if state == State.DISPUTED else fact
    return None


def _value(question: Question, says_no: bool) -> object:
    """The first value a question offers that says no, or that does not; None when there is none."""
    kind = kind_of(question)
    for bucket in kind.choices(question, language()):
        value: object = kind.parse(question, bucket.code)
        if kind.says_no(question, value) == says_no:
            return value
    return None


def levels() -> list[tuple[int, str, str]]:
    """The evidence levels: number, name and meaning."""
    return [(level.value, level_label(level), level_meaning(level)) for level in Level]


def drop_rule() -> str:
    """What happens to the level of an answer that is too old."""
    return _(
        "Bij elke vraag staat hoe lang een antwoord geldig blijft. Is die tijd om, dan heet het antwoord verlopen en "
        "daalt het één niveau. De laatste waarde blijft te zien, maar telt niet mee in een filter."
    )


def facets_rule() -> str:
    """How filters count and what words find."""
    return _(
        "Kiest u bij één vraag meer waarden, dan is één ervan genoeg. Kiest u bij meer vragen iets, dan moet alles "
        "kloppen. Het getal achter een waarde zegt hoeveel partners u dan overhoudt. Alleen antwoorden die nu gelden, "
        "tellen mee. Zoeken op woorden kijkt naar namen van partners, plaatsen en gekozen antwoorden met hun "
        "synoniemen, niet naar reclametekst."
    )


def uses() -> list[tuple[str, str]]:
    """What a criterion can be used for."""
    return [(use_label(use), use_meaning(use)) for use in USES]


def thresholds(expiring_days: int) -> list[tuple[str, str]]:
    """The settings in force, with their figure."""
    return [
        (_("Antwoord krijgt het teken “verloopt bijna”"), _("%(n)s dagen vooraf", n=expiring_days)),
        (_("Partners in één vergelijking"), _("2 tot %(most)s", most=MOST)),
        (_("Partners op een bladzijde van de lijst"), str(PER_PAGE)),
        (_("Kleinste aantal in de cijfers van een week"), str(FEWEST)),
        (_("Cijfers over de laatste hele weken"), str(WEEKS)),
    ]


def dates(snapshot: Snapshot) -> list[tuple[str, date]]:
    """The days that the data on the site are of."""
    first, last = snapshot.firms.between
    named = [(_("Gegevens van"), snapshot.day), (_("Oudste antwoord"), first), (_("Nieuwste antwoord"), last)]
    return [(label, day) for label, day in named if day is not None]
