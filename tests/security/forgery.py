"""Tokens as an attacker makes them: any header, any claims, any key, byte by byte."""

import base64
import hashlib
import hmac
import json
from typing import Any

DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def encoded(part: bytes) -> str:
    """base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def decoded(part: str) -> Any:
    """The JSON in a part of a token."""
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def forge(header: Any, claims: Any, key: str | bytes = b"", alg: str = "HS256") -> str:
    """A compact JWS of whatever is given; texts are taken as JSON already."""
    parts = [one if isinstance(one, str) else json.dumps(one) for one in (header, claims)]
    signed = ".".join(encoded(one.encode("utf-8", "surrogatepass")) for one in parts)
    secret = key.encode() if isinstance(key, str) else key
    return f"{signed}.{encoded(hmac.new(secret, signed.encode(), DIGESTS[alg]).digest())}"


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, claims and signature of a token, unchecked."""
    header, claims, signature = token.split(".")
    return decoded(header), decoded(claims), signature
