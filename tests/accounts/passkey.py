"""A passkey in software: makes a key for the portal and signs with it, as a phone or a security key would."""

import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

FLAGS = AuthenticatorData.FLAG
PRESENT = FLAGS.UP | FLAGS.UV  # somebody touched it, and showed a finger or a PIN


class Passkey:
    def __init__(self, host: str = "testserver", origin: str = "http://testserver"):
        self.host, self.origin = host, origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user_handle = ""
        self.uses = 0

    def made_for(self, options: dict) -> str:
        """The answer to the question that asks for a new passkey."""
        question = options["publicKey"]
        self.user_handle = question["user"]["id"]
        told = self._told("webauthn.create", question["challenge"])
        public = ES256.from_cryptography_key(self.key.public_key())
        data = self._data(PRESENT | FLAGS.AT, AttestedCredentialData.create(b"\0" * 16, self.id, public))
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
        response = {"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(statement)}
        return self._answer(response, {"credProps": {"rk": True}})

    def signed_for(self, options: dict) -> str:
        """The answer to the question that asks who is there."""
        told = self._told("webauthn.get", options["publicKey"]["challenge"])
        self.uses += 1
        data = bytes(self._data(PRESENT))
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(told),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.user_handle,
        }
        return self._answer(response, {})

    def _told(self, kind: str, challenge: str) -> bytes:
        assert websafe_decode(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int, credential: bytes = b"") -> AuthenticatorData:
        place = hashlib.sha256(self.host.encode()).digest()
        return AuthenticatorData.create(place, flags, self.uses, credential)

    def _answer(self, response: dict, results: dict) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {"type": "public-key", "id": name, "rawId": name, "response": response, "clientExtensionResults": results}
        )


def add(client: Client, passkey: Passkey, name: str = "Work laptop"):
    """Set the passkey up for whoever is signed in."""
    page = client.get(reverse("mfa_add_webauthn"))
    options = json.loads(json.dumps(dict(page.context["js_data"]["creation_options"]), default=dict))
    fields = {"name": name, "passwordless": "on", "credential": passkey.made_for(options)}
    return client.post(reverse("mfa_add_webauthn"), fields)


def sign_in(client: Client, passkey: Passkey, **extra):
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    credential = passkey.signed_for(options["request_options"])
    return client.post(reverse("mfa_login_webauthn"), {"credential": credential}, **extra)
