"""One partner as a reader sees it: theme by theme, how complete and fresh, and what its credentials say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from urllib.parse import urlsplit

from partnerkompas.answers.facts import Fact, Facts, answered, summary
from partnerkompas.answers.models import Answer, Level, Signature, Source, State
from partnerkompas.answers.saying import same
from partnerkompas.answers.showing import FactView, UrlOf, show, state_label
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.kinds.choices import option_of
from partnerkompas.criteria.known_on import KnownOn
from partnerkompas.criteria.questions import Edition, Option, Question
from partnerkompas.infra.language import _, language
from partnerkompas.partners.models import OfficeRole, Partner
from partnerkompas.partners.selection import CompareBar

PROVINCES = "provincies"
"""The code list that offices take their province from."""

History = Mapping[tuple[str, str], Sequence[Answer]]
"""All answers of a partner by (criterion, product), newest first."""


@dataclass(frozen=True, slots=True)
class OfficeView:
    """Where an office is and what it is for."""

    city: str
    province: str
    role_label: str
    source_url: str


@dataclass(frozen=True, slots=True)
class ThemeFacts:
    """The facts of one theme; those asked per product follow each other."""

    key: str
    name: str
    intro: str
    facts: tuple[FactView, ...]
    known: int
    asked: int


@dataclass(frozen=True, slots=True)
class Credential:
    """What one designation or certificate says, and what it does not (row U18)."""

    label: str
    state: State
    state_label: str
    proves: str
    proves_not: str
    issuer: str
    retired_on: date | None
    """The last day it was valid, when the code list says it has lapsed."""
    successor_label: str
    source: str
    seen_on: date | None


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything on the page of a partner."""

    slug: str
    name: str
    legal_name: str
    kvk_number: str
    website: tuple[str, str]
    status: str
    group: str
    former_names: tuple[str, ...]
    fictional: bool
    represented: bool
    signed: Signature | None
    listed_on: date | None
    offices: tuple[OfficeView, ...]
    known: int
    asked: int
    expired: int
    disputed: int
    by_state: tuple[tuple[str, str, int], ...]
    age_months: int | None
    oldest_on: date | None
    newest_on: date | None
    themes: tuple[ThemeFacts, ...]
    credentials: tuple[Credential, ...]
    op: date | None
    notices: tuple[str, ...]
    compare: CompareBar
    compare_url: str
    compared: bool
    json_url: str


def profile(
    partner: Partner,
    facts: Facts,
    history: History,
    corrected: Mapping[int, int],
    signed: Signature | None,
    asked: KnownOn,
    *,
    url_of: UrlOf,
    compare: CompareBar,
    compare_url: str,
    compared: bool,
    json_url: str,
    expiring_days: int,
    notices: Sequence[str] = (),
) -> ProfileView:
    """The page of a partner on the day that is asked about. Its offices and former names must be loaded.

    `corrected`: the challenges after which answers were corrected, by answer. `signed`: the newest release it signed.
    """
    told, edition = summary(facts), asked.edition
    return ProfileView(
        slug=partner.slug,
        name=partner.name,
        legal_name=partner.legal_name,
        kvk_number=partner.kvk_number,
        website=_website(partner.website),
        status=partner.status.value,
        group=partner.group_name,
        former_names=tuple(each.name for each in partner.former_names),
        fictional=partner.fictional,
        represented=any(fact.source == Source.PARTNER for fact in facts.values()),
        signed=signed,
        listed_on=partner.listed_on,
        offices=offices(partner, edition),
        known=told.known,
        asked=told.asked,
        expired=told.by_state[State.EXPIRED],
        disputed=told.by_state[State.DISPUTED],
        by_state=tuple((state.value, state_label(state), n) for state, n in told.by_state.items()),
        age_months=told.age_months(asked.day),
        oldest_on=told.oldest_on,
        newest_on=told.newest_on,
        themes=_themes(facts, history, corrected, asked, url_of, expiring_days),
        credentials=credentials(edition, facts, asked.day),
        op=asked.op,
        notices=(*asked.notices, *notices),
        compare=compare,
        compare_url=compare_url,
        compared=compared,
        json_url=json_url,
    )


def _themes(
    facts: Facts,
    history: History,
    corrected: Mapping[int, int],
    asked: KnownOn,
    url_of: UrlOf,
    expiring_days: int,
) -> tuple[ThemeFacts, ...]:
    edition = asked.edition
    by_theme: dict[str, list[Fact]] = {}
    for fact in facts.values():
        by_theme.setdefault(edition.by_key[fact.criterion].theme, []).append(fact)
    made = []
    for theme in sorted(edition.themes, key=lambda theme: theme.position):
        found = by_theme.get(theme.key, [])
        views = tuple(
            show(
                edition,
                fact,
                url_of,
                day=asked.day,
                history=rows[1:],
                corrected=corrected,
                note=noted.note if noted else "",
                note_by_partner=noted is not None and noted is not rows[0],
                file_seen=bool(rows and rows[0].file_id is not None and rows[0].checked_on),
                expiring_days=expiring_days,
            )
            for fact in found
            for rows in (history.get((fact.criterion, fact.product), ()),)
            for noted in (_noted(edition.by_key[fact.criterion], rows),)
        )
        known, asked_here = answered(found)
        if views:
            made.append(
                ThemeFacts(theme.key, theme.name.in_(language()), theme.intro.in_(language()), views, known, asked_here)
            )
    return tuple(made)


def _noted(question: Question, rows: Sequence[Answer]) -> Answer | None:
    """The answer whose note stands with a fact: what stands there, or what the partner said when others prove the same.

    What a curator saw elsewhere takes the note of the partner away no more than its answer.
    """
    if not rows or rows[0].note:
        return rows[0] if rows else None
    said = takewhile(lambda row: same(question, row, rows[0]), rows)
    return next((row for row in said if row.source == Source.PARTNER), rows[0])


def office_label(role: OfficeRole) -> str:
    """What an office is for, in words."""
    return {OfficeRole.OFFICE: _("kantoor"), OfficeRole.DELIVERY: _("uitvoering")}[role]


def offices(partner: Partner, edition: Edition) -> tuple[OfficeView, ...]:
    """The offices of a partner, provinces by name."""
    provinces = edition.list_by_key.get(PROVINCES)
    names = {option.code: option.label.in_(language()) for option in provinces.options} if provinces else {}
    return tuple(
        OfficeView(each.city, names.get(each.province, each.province), office_label(each.role), each.source_url)
        for each in partner.offices
    )


def cities(partner: Partner, most: int = 3) -> str:
    """The places a partner has offices in, on one line."""
    found = list(dict.fromkeys(each.city for each in partner.offices))
    line = ", ".join(found[:most])
    return _("%(places)s en nog %(n)s", places=line, n=len(found) - most) if len(found) > most else line


def credentials(edition: Edition, facts: Facts, day: date) -> tuple[Credential, ...]:
    """What the designations and certificates in an answer say: every chosen option whose list tells (row U18).

    One that expired or is disputed is explained too, with that state; a retired one says when it lapsed.
    """
    found: dict[tuple[str, str], Credential] = {}
    for fact in facts.values():
        question = edition.by_key[fact.criterion]
        if question.options is None or fact.value is None:
            continue
        for code in kind_of(question).codes(question, fact.value):
            option = option_of(question, code)
            if option.proves or option.proves_not:
                found.setdefault((question.options.key, code), _credential(question, option, fact, day))
    return tuple(found.values())


def _credential(question: Question, option: Option, fact: Fact, day: date) -> Credential:
    assert question.options is not None
    in_, successor = language(), question.options.by_code.get(option.successor)
    return Credential(
        label=option.label.in_(in_),
        state=fact.state,
        state_label=state_label(fact.state),
        proves=option.proves.in_(in_) if option.proves else "",
        proves_not=option.proves_not.in_(in_) if option.proves_not else "",
        issuer=option.issuer,
        retired_on=option.valid_until if option.retired_on(day) else None,
        successor_label=successor.label.in_(in_) if successor else "",
        source=option.source or question.options.source,
        seen_on=fact.checked_on or (fact.stated_on if fact.level >= Level.E2 else None),
    )


def _website(address: str) -> tuple[str, str]:
    """Address and text of a link; no address when it is not one of the web (SEC-08)."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "", address
    return address, parts.hostname.removeprefix("www.") + parts.path.rstrip("/")
