"""Passkeys (WebAuthn, level 2): what a browser is asked, and checking what it signed."""

from collections.abc import Iterable
from dataclasses import dataclass

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
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


def made(site: Site, challenge: str, credential: str) -> Made:
    """The passkey that a browser made. Raises NotSigned."""
    try:
        checked = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise NotSigned(str(wrong)) from wrong
    return Made(
        bytes_to_base64url(checked.credential_id), bytes_to_base64url(checked.credential_public_key), checked.sign_count
    )


def asked_to_sign(site: Site, known: Iterable[Authenticator]) -> tuple[str, str]:
    """What the browser is asked to sign with one of some passkeys, as JSON, and the challenge to keep."""
    options = generate_authentication_options(rp_id=site.host, allow_credentials=_descriptors(known))
    return options_to_json(options), bytes_to_base64url(options.challenge)


def counted(site: Site, challenge: str, credential: str, passkey: Authenticator) -> int:
    """The counter that came with a signature; one that goes back is refused by the library. Raises NotSigned."""
    try:
        checked = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.secret),
            credential_current_sign_count=passkey.counter,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise NotSigned(str(wrong)) from wrong
    return checked.new_sign_count


def _descriptors(known: Iterable[Authenticator]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id or "")) for each in known]
