"""A small OpenID provider of flesh and blood: it answers on localhost over HTTP, and can be told to lie.

It keeps to OpenID Connect Core 1.0 as far as a code flow with PKCE needs it: discovery, keys,
authorisation, token, userinfo. Nobody types a password here; ``provider.person`` is who is signed in.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "open-doors", "a secret of the test"


class Provider:
    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(self))
        self.issuer = f"http://localhost:{self.server.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person = {"sub": "stella-1", "email": "stella@example.org", "email_verified": True, "name": "Stella"}
        self.told_by_userinfo = {}  # what userinfo says otherwise than the token
        self.token_says = {}  # what the signed token says otherwise than it should
        self.refuses = ""  # an error to answer the authorisation with
        self.fails_at = ""  # a path that answers 500
        self.codes, self.tokens, self.requests = {}, {}, []

    # --- what it answers ---

    def discovery(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorise",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorise(self, asked: dict) -> str:
        """The address to which the browser is sent back."""
        assert (asked["client_id"], asked["response_type"]) == (CLIENT_ID, "code")
        assert {"openid", "email"} <= set(asked["scope"].split())
        back = {"state": asked["state"]}
        if self.refuses:
            return f"{asked['redirect_uri']}?{urlencode({**back, 'error': self.refuses})}"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({**back, 'code': code})}"

    def token(self, asked: dict) -> tuple[int, dict]:
        begun = self.codes.pop(asked.get("code"), None)  # a code counts once
        if begun is None or asked.get("client_secret") != SECRET or asked["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe()
        self.tokens[access] = dict(self.person)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": self.id_token()}
        return 200, answer

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **self.person, **self.token_says}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})

    def userinfo(self, bearer: str) -> tuple[int, dict]:
        if bearer not in self.tokens:
            return 401, {"error": "invalid_token"}
        return 200, {**self.tokens[bearer], **self.told_by_userinfo}


def handler_for(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            address = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            provider.requests.append(address.path)
            if address.path == provider.fails_at:
                self.answer(500, {"error": "server_error"})
            elif address.path == "/.well-known/openid-configuration":
                self.answer(200, provider.discovery())
            elif address.path == "/keys":
                self.answer(200, provider.keys())
            elif address.path == "/userinfo":
                self.answer(*provider.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer ")))
            elif address.path == "/authorise":
                self.send_response(302)
                self.send_header("Location", provider.authorise(asked))
                self.end_headers()
            else:
                self.answer(404, {})

        def do_POST(self):
            provider.requests.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path == provider.fails_at:
                self.answer(500, {"error": "server_error"})
            else:
                self.answer(*provider.token(asked))

        def answer(self, status: int, body: dict) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *words):
            """Silence: the tests look at ``provider.requests``."""

    return Handler


@contextmanager
def running_provider():
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()
