"""Facts as a reader sees them: every word in the reader's language, every address ready. Templates only print."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Protocol

from partnerkompas.answers.facts import Fact
from partnerkompas.answers.models import Answer, Source, State
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.criteria.kinds.choices import option_of
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra import clock
from partnerkompas.infra.language import _, language


def state_label(state: State) -> str:
    """The word for a state; every state has its own (promise 1)."""
    return {
        State.STATED: _("opgegeven"),
        State.NO: _("nee"),
        State.NOT_APPLICABLE: _("niet van toepassing"),
        State.NOT_STATED: _("niet opgegeven"),
        State.EXPIRED: _("verlopen"),
        State.DISPUTED: _("betwist"),
    }[state]


def state_meaning(state: State) -> str:
    """What a state says, in one sentence."""
    return {
        State.STATED: _("Er is een antwoord: ja, of een waarde."),
        State.NO: _("Het antwoord is nee, of geen."),
        State.NOT_APPLICABLE: _("De vraag past niet bij deze partner of dit product."),
        State.NOT_STATED: _("Er is geen antwoord. Dat betekent niet nee."),
        State.EXPIRED: _("Er was een antwoord, maar het is te oud. De laatste waarde blijft te zien."),
        State.DISPUTED: _("Iemand zegt dat dit niet klopt. Daarover is nog niet beslist."),
    }[state]


def level_label(level: int) -> str:
    """The name of an evidence level."""
    return (
        _("geen bewijs"),
        _("opgave van de partner"),
        _("document of pagina gezien"),
        _("gezien bij uitgever of register"),
        _("bevestigd door leden"),
    )[level]


def level_meaning(level: int) -> str:
    """What an evidence level says, in one sentence (criteria.md, section 1)."""
    return (
        _("Er is geen antwoord, of een verlopen opgave."),
        _("De partner zegt het zelf, met datum."),
        _("De gebruikersgroep heeft een document of openbare pagina gezien."),
        _("Het is gezien bij de onafhankelijke uitgever of in het register."),
        _("Het is E1, E2 of E3, en minstens 5 ledenorganisaties bevestigen het."),
    )[level]


def source_label(source: str) -> str:
    """Who states it (R32)."""
    return (
        {
            Source.PARTNER: _("de partner"),
            Source.CURATOR: _("de gebruikersgroep"),
            Source.PUBLIC_PAGE: _("openbare pagina"),
            Source.REGISTER: _("register"),
            Source.MEMBERS: _("leden"),
        }.get(Source(source), source)
        if source
        else ""
    )


def evidence_label(fact: Fact) -> str:
    """What to call the text about the proof: as long as nobody checked it, it is the partner's own (R34)."""
    own = fact.source == Source.PARTNER and fact.checked_on is None
    return _("Volgens de partner te zien") if own else _("Gezien")


def role_label(role: str) -> str:
    """The role of whoever checked; never a name."""
    return {"curator": _("een curator"), "members": _("leden"), "register": _("register")}.get(role, role)


@dataclass(frozen=True, slots=True)
class Item:
    """One choice inside an answer."""

    code: str
    label: str
    retired: bool


@dataclass(frozen=True, slots=True)
class HistoryView:
    """An earlier answer at the same place."""

    recorded_on: date
    display: str
    state: State
    state_label: str
    level: int
    source_label: str
    source_url: str
    corrected_by: int | None
    """The challenge after which it was corrected (row K4)."""


@dataclass(frozen=True, slots=True)
class FactView:
    """One cell: value, state, level, source and dates, and what came before (promise 2, row U1)."""

    criterion: str
    label: str
    question: str
    why: str
    evidence_rule: str
    product: str
    product_label: str
    state: State
    state_label: str
    display: str
    items: tuple[Item, ...]
    level: int
    level_label: str
    source_label: str
    source_url: str
    evidence: str
    evidence_label: str
    """Whose word that is: what was seen, or what can be seen according to the partner."""
    stated_on: date | None
    checked_on: date | None
    checked_by_label: str
    valid_until: date | None
    expiring: bool
    disputed: bool
    """Somebody disputes it and nobody decided, also where there is no answer any more."""
    overdue_since: date | None
    """The first day after the term to decide on what is disputed, once it has passed (row U11)."""
    needs_date: bool
    """Somebody says so, but nobody said when."""
    release: str
    reason: str
    """Why it does not apply, why it is disputed, or what is known of a silence."""
    url: str
    answer_id: int | None = None
    note: str = ""
    """A short note of who stated it (row A1); on the page of the partner only, and never to find or order by."""
    note_by_partner: bool = False
    """Whether that note is of the partner, and somebody else proves the same since: it says so then."""
    history: tuple[HistoryView, ...] = ()
    file_seen: bool = False
    """Whether a curator saw a file that proves it; what was in it is for nobody else."""

    @property
    def last_value_display(self) -> str:
        """The last value of an expired or disputed answer."""
        return self.display


UrlOf = Callable[[str], str]
"""The address of a criterion by its key."""


def show(
    edition: Edition,
    fact: Fact,
    url_of: UrlOf,
    *,
    day: date | None = None,
    history: Sequence[Answer] = (),
    corrected: Mapping[int, int] = MappingProxyType({}),
    note: str = "",
    note_by_partner: bool = False,
    file_seen: bool = False,
    silence: str = "",
    expiring_days: int = 60,
) -> FactView:
    """A fact for a reader in the language of this moment, as it was on a day (None: today).

    `history`: earlier answers, newest first; `corrected`: the challenges that corrected them, by answer;
    `silence`: what to say of an answer that is not there.
    """
    question = edition.by_key[fact.criterion]
    in_, day = language(), day or clock.today()
    left = (fact.valid_until - day).days if fact.valid_until else None
    return FactView(
        criterion=fact.criterion,
        label=question.label.in_(in_),
        question=question.question.in_(in_),
        why=question.why.in_(in_),
        evidence_rule=question.evidence.in_(in_),
        product=fact.product,
        product_label=product_label(edition, fact.product),
        state=fact.state,
        state_label=state_label(fact.state),
        display=display(question, fact.value),
        items=_items(question, fact, day),
        level=fact.level,
        level_label=level_label(fact.level),
        source_label=source_label(fact.source),
        source_url=fact.source_url,
        evidence=fact.evidence,
        evidence_label=evidence_label(fact) if fact.evidence else "",
        stated_on=fact.stated_on,
        checked_on=fact.checked_on,
        checked_by_label=role_label(fact.checked_by_role),
        valid_until=fact.valid_until,
        expiring=fact.state in (State.STATED, State.NO) and left is not None and 0 <= left <= expiring_days,
        disputed=bool(fact.dispute) or fact.state == State.DISPUTED,
        overdue_since=_overdue_since(fact, day),
        needs_date=bool(fact.source) and fact.seen_on is None,
        release=fact.release,
        reason=silence if fact.state == State.NOT_STATED else _reason(edition, fact),
        url=url_of(fact.criterion),
        answer_id=fact.answer_id,
        note=note,
        note_by_partner=note_by_partner,
        history=tuple(_earlier(question, row, corrected) for row in history),
        file_seen=file_seen,
    )


def display(question: Question, value: object) -> str:
    """A value in the language of this moment; nothing for no value."""
    return "" if value is None else kind_of(question).show(question, value, language())


class Said(Protocol):
    """What is said at one place: an answer, or a draft of one."""

    @property
    def state(self) -> str: ...
    @property
    def value(self) -> Any: ...


def shown(question: Question, said: Said) -> str:
    """What is said at a place, in words: the value, or the word for the state when there is none."""
    return state_label(State(said.state)) if said.value is None else display(question, said.value)


def product_label(edition: Edition, code: str) -> str:
    """The name of a product; nothing for a question that is asked per partner."""
    if not code or edition.products is None:
        return ""
    option = edition.products.by_code.get(code)
    return option.label.in_(language()) if option else code


def _overdue_since(fact: Fact, day: date) -> date | None:
    return fact.decided_by + timedelta(days=1) if fact.decided_by is not None and fact.decided_by < day else None


def _items(question: Question, fact: Fact, day: date) -> tuple[Item, ...]:
    if fact.value is None or question.options is None:
        return ()
    found = [option_of(question, code) for code in kind_of(question).codes(question, fact.value)]
    return tuple(Item(each.code, each.label.in_(language()), each.retired_on(day)) for each in found)


def _reason(edition: Edition, fact: Fact) -> str:
    if fact.state == State.DISPUTED:
        return fact.dispute
    if fact.follows_from:
        return _(
            "Dit volgt uit het antwoord op: %(label)s", label=edition.by_key[fact.follows_from].label.in_(language())
        )
    return ""


def _earlier(question: Question, row: Answer, corrected: Mapping[int, int]) -> HistoryView:
    return HistoryView(
        recorded_on=row.recorded_at.astimezone(clock.AMSTERDAM).date(),
        display=display(question, row.value),
        state=State(row.state),
        state_label=state_label(State(row.state)),
        level=row.level,
        source_label=source_label(row.source),
        source_url=row.source_url,
        corrected_by=corrected.get(row.id),
    )
