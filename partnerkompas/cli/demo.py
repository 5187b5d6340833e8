"""Accounts, claims and answers of the demonstration (seed/demo/accounts.toml), made by the usual actions."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp

from partnerkompas.accounts import actions as accounts
from partnerkompas.accounts import queries as known
from partnerkompas.accounts.models import Account
from partnerkompas.answers.saying import state_of
from partnerkompas.challenging import actions as challenging
from partnerkompas.cli import demo_list
from partnerkompas.cli.demo_list import partner
from partnerkompas.criteria import queries as criteria
from partnerkompas.criteria.kinds import kind_of
from partnerkompas.evidence import actions as evidence
from partnerkompas.evidence.recognising import media_type_of
from partnerkompas.evidence.uploads import Upload
from partnerkompas.infra import clock
from partnerkompas.membership import actions as membership
from partnerkompas.membership import queries as members
from partnerkompas.membership.actions import PlainOrganisation
from partnerkompas.membership.models import Organisation
from partnerkompas.partners import interests, representing
from partnerkompas.partners.models import Partner
from partnerkompas.permissions.vocabulary import OPERATOR, Actor, PartnerRole, Role
from partnerkompas.providing import actions as providing
from partnerkompas.providing import queries as provided
from partnerkompas.providing.actions import Given
from partnerkompas.providing.contents import Content, Place
from partnerkompas.second_factor import actions as second_factor

STATEMENT = "Demonstratie: wat hier staat, is verzonnen."


def load(file: Path) -> int:
    """Make what is not there yet, and return how many accounts that were; again is harmless.

    What accounts state is only stated together with them, so that nobody's later change is undone.
    """
    told = tomllib.loads(file.read_text())
    organisations = {each.name: each for each in members.all_organisations()}
    for each in told["organisations"]:
        if each["name"] not in organisations:
            organisations[each["name"]] = membership.add(OPERATOR, PlainOrganisation(**each))
    fresh = [each for each in told["accounts"] if known.by_email(each["email"]) is None]
    for each in fresh:
        _add(each, organisations)
    emails = {each["email"] for each in fresh}
    for each in told["added"]:
        if each["by"] in emails:
            demo_list.add(each)
    for each in told["signed"]:
        if each["by"] in emails:
            actor, filled = _fill_in(each, file.parent)
            digest = provided.digest(list(provided.asked_of(filled).values()), criteria.current_release_number())
            providing.sign(actor, filled, digest, STATEMENT)
    for each in told["drafts"]:
        if each["by"] in emails:
            _fill_in(each, file.parent)
    for each in told["challenges"]:
        if each["by"] in emails:
            _dispute(each)
    for key, verb in (("delisted", demo_list.delist), ("merged", demo_list.merge)):
        for each in told[key]:
            if each["by"] in emails:
                verb(each)
    return len(fresh)


def _add(given: Mapping[str, Any], organisations: Mapping[str, Organisation]) -> None:
    account = accounts.make(OPERATOR, given["email"], given["password"])
    account.name = given["name"]
    if "organisation" in given:
        account.organisation_id, account.level = organisations[given["organisation"]].id, given["level"]
    if "role" in given:
        accounts.grant_role(OPERATOR, account, Role(given["role"]))
    if "key" in given:
        # of half a minute ago, so that the code of this moment is not used up
        code = pyotp.TOTP(given["key"]).at(clock.now() - timedelta(seconds=30))
        second_factor.add_app(known.actor(account), account, given["key"], code, "demonstratie", "")
    for each in given.get("interests", ()):
        interests.declare(known.actor(account), account, partner(each["partner"]), each["kind"], each["note"])
    for each in given.get("claims", ()):
        representing.ask(_actor(account), partner(each["partner"]), PartnerRole(each["role"]), each["function"])
    for each in given.get("represents", ()):
        asked = representing.ask(_actor(account), partner(each["partner"]), PartnerRole(each["role"]), "medewerker")
        representing.grant(_curator(), asked)


def _fill_in(given: Mapping[str, Any], folder: Path) -> tuple[Actor, Partner]:
    account = known.by_email(given["by"])
    assert account is not None
    theirs, edition = partner(given["partner"]), criteria.current_edition()
    asked = provided.asked_of(theirs, edition)
    wanted: dict[Place, Given] = {}
    for each in given["answers"]:
        question = edition.by_key[each["criterion"]]
        kind = kind_of(question)
        value = kind.parse(question, each["value"])
        place = (question.key, each.get("product", ""))
        wanted[place] = Given(
            Content(
                state=state_of(question, value),
                value=value,
                note=each.get("note", ""),
                source_url=each.get("source_url", ""),
                evidence=each.get("evidence", ""),
                file_id=_file(_actor(account), theirs, folder / each["file"]) if "file" in each else None,
            ),
            asked[place].version,
        )
    providing.save(_actor(account), theirs, wanted)
    return _actor(account), theirs


def _file(actor: Actor, theirs: Partner, path: Path) -> int:
    content = path.read_bytes()
    return evidence.add(actor, theirs, Upload(path.name, media_type_of(content), content)).id


def _dispute(given: Mapping[str, Any]) -> None:
    account, theirs = known.by_email(given["by"]), partner(given["partner"])
    assert account is not None
    answer = provided.asked_of(theirs)[given["criterion"], ""].answer
    assert answer is not None, given["criterion"]
    made = challenging.open_challenge(_actor(account), answer, given["reason"])
    if "response" in given:
        speaker = known.by_email(given["response_by"])
        assert speaker is not None
        challenging.respond(_actor(speaker), made, given["response"])
    if "upheld" in given:
        challenging.uphold(_curator(), made, given["upheld"], made.answer_id)
    if "taken_away" in given:
        challenging.correct(_curator(), made, given["taken_away"], None, made.answer_id)


def _actor(account: Account) -> Actor:
    return known.actor(account)


def _curator() -> Actor:
    """A curator of the demonstration, who decides about its claims; the first of the file."""
    return _actor(known.with_role(Role.CURATOR)[0])
