"""A provider of single sign-on on this machine: what a ministry's would answer."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "article6-registry", "a secret between us two"


@dataclass
class Provider:
    """What it says of whoever signs in; `asked` are the forms in which tokens were asked for."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    fails: bool = False
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def settings(self) -> dict[str, Any]:
        """Django's settings for it, as config/environment makes them."""
        app = {
            "provider_id": "oidc-test", "name": "OpenID Connect", "client_id": CLIENT, "secret": SECRET,
            "settings": {
                "server_url": self.issuer, "token_auth_method": "client_secret_basic", "oauth_pkce_enabled": True,
                "fetch_userinfo": False,
            },
        }  # fmt: skip
        return {
            "ARTICLE6_OIDC_ISSUER": self.issuer, "ARTICLE6_OIDC_ACR": [], "ARTICLE6_OIDC_AMR": ["mfa"],
            "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app]}},
        }  # fmt: skip

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }  # fmt: skip

    def token(self) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": jwt.encode(claims, self.key, "RS256")}


@contextlib.contextmanager
def running() -> Iterator[Provider]:
    """The provider, answering on a port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(provider.described() if "openid-configuration" in self.path else {"keys": []})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked.append({**parse_qs(body), "authorization": [self.headers.get("Authorization", "")]})
            self._answer(
                {"error": "invalid_grant"} if provider.fails else provider.token(), 400 if provider.fails else 200
            )

        def _answer(self, value: dict[str, Any], status: int = 200) -> None:
            text = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_what: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
