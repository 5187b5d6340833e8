"""An authenticator in software, as a browser would use it: it makes a passkey and signs with it."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

PRESENT, WITH_KEY = 0x01, 0x40


@dataclass
class Passkey:
    """One passkey. `counter` as what most say: zero, however often it signed."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0
    host: str = "localhost"
    origin: str = "http://localhost"

    def made(self, options: dict[str, Any], cose: dict[int, Any] | None = None) -> dict[str, Any]:
        """What a browser sends after making it; `cose` stands in for the public key."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public = cbor2.dumps(cose or {1: 2, 3: -7, -1: 1, -2: x, -3: y})
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT | WITH_KEY) + credential}
        told = self._told("webauthn.create", options)
        return self._sent({"clientDataJSON": text(told), "attestationObject": text(cbor2.dumps(attested))})

    def signed(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a browser sends after signing with it."""
        data, told = self._data(PRESENT), self._told("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": told, "authenticatorData": data, "signature": signature}
        return self._sent({name: text(part) for name, part in parts.items()})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _told(self, what: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": what, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _sent(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
