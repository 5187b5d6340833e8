"""Passkeys (WebAuthn, level 2): what a browser is asked, and checking what it signed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from partnerkompas.accounts.models import Account, Authenticator


@dataclass(frozen=True, slots=True)
class Site:
    """Who asks: the name of the host, and the origin a browser must be at."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey that was checked."""

    credential_id: str
    public_key: str
    counter: int


LONGEST_ID = 1023
"""Octets in the id of a passkey, by the standard."""
MOST_SIGNED = 2**31 - 1
"""What the column of the counter holds; one that signed so often is played."""


class NotSigned(ValueError):
    """What a browser sent is not what was asked of it."""


def asked_to_make(site: Site, account: Account, known: Iterable[Authenticator]) -> tuple[str, str]:
    """What the browser is asked to make a passkey, as JSON, and the challenge to keep."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Partnerkompas",
        user_id=f"account/{account.id}".encode(),
        user_name=account.email,
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def made(site: Site, challenge: str, credential: dict[str, Any]) -> Made:
    """The passkey that a browser made. Raises NotSigned."""
    with _reading_strange_bytes():
        checked = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
        # the library looks at the key no sooner than when it is used: one that is none would then let nobody in
        decoded_public_key_to_cryptography(decode_credential_public_key(checked.credential_public_key))
    if len(checked.credential_id) > LONGEST_ID:
        raise NotSigned("the id is too long")
    return Made(
        bytes_to_base64url(checked.credential_id),
        bytes_to_base64url(checked.credential_public_key),
        _kept(checked.sign_count),
    )


def asked_to_sign(site: Site, known: Iterable[Authenticator]) -> tuple[str, str]:
    """What the browser is asked to sign with one of some passkeys, as JSON, and the challenge to keep."""
    options = generate_authentication_options(rp_id=site.host, allow_credentials=_descriptors(known))
    return options_to_json(options), bytes_to_base64url(options.challenge)


def counted(site: Site, challenge: str, credential: dict[str, Any], passkey: Authenticator) -> int:
    """The counter that came with a signature; one that goes back is refused by the library. Raises NotSigned."""
    with _reading_strange_bytes():
        checked = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.secret),
            credential_current_sign_count=passkey.counter,
        )
    return _kept(checked.new_sign_count)


@contextmanager
def _reading_strange_bytes() -> Iterator[None]:
    """Whatever the library stumbles over in bytes that anybody can send is NotSigned: its parsers promise no more."""
    try:
        yield
    except Exception as wrong:
        raise NotSigned(f"{type(wrong).__name__}: {wrong}") from wrong


def _kept(count: int) -> int:
    if count > MOST_SIGNED:
        raise NotSigned("the counter is too high")
    return count


def _descriptors(known: Iterable[Authenticator]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id or "")) for each in known]
