"""What one answer says, whether it is public, a draft, or just typed. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerkompas.answers.facts import Fact
from partnerkompas.answers.models import Answer, Draft, Level, Source, State
from partnerkompas.criteria.questions import Edition, Question
from partnerkompas.infra import clock

Place = tuple[str, str]
"""Where an answer belongs at a partner: criterion and product."""


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody states at one place."""

    state: State = State.NOT_STATED
    value: Any = None
    note: str = ""
    source_url: str = ""
    evidence: str = ""
    """What link or file shows."""
    file_id: int | None = None
    valid_until: date | None = None
    """Only when the evidence holds shorter than the question says."""


EMPTY = Content()


@dataclass(frozen=True, slots=True)
class Asked:
    """One place of the profile with what is known of it: the public answer and the draft, either of which may miss."""

    question: Question
    product: str
    fact: Fact
    answer: Answer | None
    draft: Draft | None
    stated: Answer | None = None
    """What the partner itself said, where a curator proved the same since: its own note, link and file."""
    months: int | None = None
    """For how long the public answer would hold by itself, as the question was asked when it was given."""

    @property
    def place(self) -> Place:
        return self.question.key, self.product

    @property
    def public(self) -> Content:
        """What everybody sees now, without what a curator added to it."""
        said = self.stated or self.answer
        return of_answer(said, self.months) if said is not None else EMPTY

    @property
    def content(self) -> Content:
        """What is filled in now: the draft, else what is public."""
        return of_draft(self.draft) if self.draft is not None else self.public

    @property
    def version(self) -> str:
        """Changes whenever anybody changes what is here; who saves says which one was on the page (REL-05)."""
        draft = f"{self.draft.id}.{self.draft.version}" if self.draft is not None else "0"
        return f"{draft}-{self.answer.id if self.answer is not None else 0}"

    @property
    def confirms(self) -> bool:
        """Whether the draft says what is public already: that it is still correct."""
        return self.draft is not None and self.content == self.public

    def is_checked(self, day: date) -> bool:
        """Whether somebody else than the partner vouches for the public answer, and still does on a day."""
        answer = self.answer
        return answer is not None and answer.level > Level.E1 and (answer.valid_until or day) >= day

    @property
    def may_be_confirmed(self) -> bool:
        """Whether there is a public answer of which the partner can say that it is correct, and nothing else yet."""
        untouched = self.draft is None or self.confirms
        return untouched and self.public.state != State.NOT_STATED and not self.fact.follows_from

    @property
    def is_open(self) -> bool:
        """Whether nothing is filled in, and nothing follows from another answer."""
        return self.content.state == State.NOT_STATED and not self.fact.follows_from


def of_answer(answer: Answer, months: int | None) -> Content:
    """What a stored answer says, without what a curator saw: that is not the partner's to state again.

    A silence says nothing, also when a page is known where it was looked for.
    """
    if answer.state == State.NOT_STATED:
        return EMPTY
    return Content(
        state=State(answer.state),
        value=answer.value,
        note=answer.note,
        source_url=answer.source_url,
        evidence="" if answer.checked_on else answer.evidence,
        file_id=answer.file_id,
        valid_until=_proof_until(answer, months),
    )


def _proof_until(answer: Answer, months: int | None) -> date | None:
    """The day on which the partner's own proof ends: where its answer holds shorter than it would by itself."""
    ends = answer.valid_until
    if ends is None or answer.source != Source.PARTNER:
        return None
    if months is None:
        return ends
    if answer.stated_on is None or ends >= clock.months_after(answer.stated_on, months):
        return None
    return ends


def of_draft(draft: Draft) -> Content:
    """What a draft says."""
    return Content(
        state=State(draft.state),
        value=draft.value,
        note=draft.note,
        source_url=draft.source_url,
        evidence=draft.evidence,
        file_id=draft.file_id,
        valid_until=draft.valid_until,
    )


def places(
    edition: Edition,
    facts: Mapping[Place, Fact],
    answers: Mapping[Place, Answer],
    drafts: Mapping[Place, Draft],
    stated: Mapping[Place, Answer],
    edition_of: Callable[[str], Edition],
) -> dict[Place, Asked]:
    """Every place that is asked of a partner, in the order of the edition. `edition_of` knows the earlier ones.

    A product that only a draft names is asked about as well, so that its questions can be filled in at once.
    """
    found = {}
    products = _products(edition, facts, drafts)
    for question in edition.questions:
        for product in products if question.per_product else ("",):
            place = (question.key, product)
            fact = facts.get(place) or Fact(question.key, product, State.NOT_STATED)
            answer, said = answers.get(place), stated.get(place)
            given = said or answer
            then = edition_of(given.release).by_key.get(question.key, question) if given is not None else question
            found[place] = Asked(question, product, fact, answer, drafts.get(place), said, then.valid_months)
    return found


def _products(edition: Edition, facts: Mapping[Place, Fact], drafts: Mapping[Place, Draft]) -> list[str]:
    """The products of a partner as they would be when the drafts were signed, in the order of their list."""
    asked = edition.product_question
    if asked is None or asked.options is None:
        return []
    named = {product for _key, product in facts if product}
    draft = drafts.get((asked.key, ""))
    if draft is not None:
        named = set(draft.value or ()) | {product for _key, product in drafts if product}
    return [option.code for option in asked.options.options if option.code in named]
