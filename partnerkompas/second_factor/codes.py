"""One-time codes of an app (RFC 6238): six digits, thirty seconds, each accepted once."""

import hmac
from datetime import datetime

import pyotp

SECONDS = 30
AROUND = (-1, 0, 1)
"""Clocks differ: the code before and after this one are right too."""


def new_key() -> str:
    """A key to share with an app: 160 random bits, in base32."""
    return pyotp.random_base32()


def address(key: str, email: str) -> str:
    """What the QR code says: for whom the key is."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name="Partnerkompas")


def matching_step(key: str, typed: str, moment: datetime, after: int) -> int | None:
    """The thirty seconds a code was made for, when it is right now and later than the last one that was accepted.

    `after` is the step of the code accepted last: a code that was seen over a shoulder is worth nothing.
    """
    digits = "".join(each for each in typed if each.isascii() and each.isdigit())
    if len(digits) != 6:
        return None
    now = int(moment.timestamp()) // SECONDS
    totp = pyotp.TOTP(key)
    right = [now + shift for shift in AROUND if hmac.compare_digest(totp.generate_otp(now + shift), digits)]
    return next((step for step in right if step > after), None)
