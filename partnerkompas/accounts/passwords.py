"""Passwords: what a good one is, and its Argon2id hash (SEC-15, SEC-27)."""

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from partnerkompas.accounts.common_words import COMMON_WORDS
from partnerkompas.infra.language import _

SHORTEST = 15
LONGEST = 1000
WEIGHED = 32
"""So many characters are weighed: these must be strong by themselves, and what follows only makes it stronger. The work
grows much faster than the length: of 72 characters a stranger can choose such that cost seconds."""
STRONG = 3
"""The least score of zxcvbn, from 0 to 4: about 10^8 guesses."""
AT_ONCE = 2
PATIENCE = 0.5
"""Seconds to wait for a place; a waiting sign-in keeps a thread from somebody who only reads."""

_hasher = PasswordHasher()
_places = BoundedSemaphore(AT_ONCE)


class Busy(RuntimeError):
    """Too many passwords are being hashed at this moment."""


@contextmanager
def place() -> Iterator[None]:
    """One of the few places to hash in, so that sign-ins leave memory and processor to readers (SEC-27).

    Whoever calls objection(), hashed() or matches() holds one. Raises Busy when none comes free in time.
    """
    if not _places.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _places.release()


def objection(password: str, email: str) -> str:
    """Why this password is not accepted for this address, in the reader's language; nothing when it is (SEC-15)."""
    return at_a_glance(password, email) or _too_easy(password, email)


def at_a_glance(password: str, email: str) -> str:
    """The objections that cost no work, in the reader's language; nothing when there are none of these."""
    password = _same(password)
    if len(password) < SHORTEST:
        return _("Kies een wachtwoord van ten minste %(n)s tekens.", n=SHORTEST)
    if len(password) > LONGEST:
        return _("Kies een wachtwoord van ten hoogste %(n)s tekens.", n=LONGEST)
    name = email.partition("@")[0].casefold()
    # a name of one or two letters is in nearly every sentence and gives nothing away
    if "partnerkompas" in password.casefold() or (len(name) > 2 and name in password.casefold()):
        return _("Kies een wachtwoord zonder de naam van deze site of van het e-mailadres.")
    return ""


def _too_easy(password: str, email: str) -> str:
    password = _same(password)
    known = [*email.replace("@", ".").split("."), *COMMON_WORDS]
    # often both forms are the same, and are weighed once
    for each in dict.fromkeys(form[:WEIGHED] for form in (password, _plain(password))):
        if zxcvbn(each, user_inputs=known)["score"] < STRONG:
            return _("Dit wachtwoord is bekend of snel te raden. Kies bijvoorbeeld vier losse woorden.")
    return ""


def _plain(password: str) -> str:
    """In small letters and without spaces, as whoever guesses tries it too: "Correct Horse" is no better than that."""
    return "".join(password.casefold().split())


def _same(password: str) -> str:
    """The same text typed on another keyboard may come in other code points."""
    return unicodedata.normalize("NFKC", password)


def generated(email: str = "") -> str:
    """A new password of 24 characters that nobody can guess (144 bits), and that is accepted for this address."""
    made = secrets.token_urlsafe(18)
    while at_a_glance(made, email):  # "jan" comes by chance in one of 1,500
        made = secrets.token_urlsafe(18)
    return made


def hashed(password: str) -> str:
    """The Argon2id hash to keep."""
    return _hasher.hash(_octets(password))


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one a kept hash was made of; a hash that cannot be read matches nothing."""
    try:
        return _hasher.verify(kept, _octets(password))
    except (VerificationError, InvalidHashError):
        return False


def fingerprint(kept: str) -> str:
    """What tells a kept hash from the one after it, and is of no use for guessing: the salt stays here."""
    return sha256(kept.encode()).hexdigest()[:32]


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with less work than is usual now."""
    return _hasher.check_needs_rehash(kept)


@cache
def nobodys_hash() -> str:
    """A hash that no password matches, to spend the same time on an unknown account (SEC-17)."""
    return hashed(generated())


def _octets(password: str) -> bytes:
    return _same(password).encode("utf-8", "surrogatepass")
