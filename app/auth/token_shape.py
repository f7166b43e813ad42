"""Which texts can be a token of ours at all: told apart before anything of them is decoded.

Source: RFC 8725 (JSON Web Token Best Current Practices, February 2020), sections 3.1, 3.10 and
3.11; RFC 7515 (JSON Web Signature, May 2015), section 7.1, read 2026-11-21.
"""

import json
import re
from functools import lru_cache

from jwt.utils import base64url_decode, base64url_encode

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of RFC 9068, no secret
COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)")
HEADER_MEMBERS = {"alg", "kid", "typ"}


def can_be_ours(token: str, max_bytes: int) -> bool:
    """True for a compact JWS of at most ``max_bytes`` with a header as we write it.

    The signature has to be in the one form of base64url that we write, too: the header and the
    claims are signed as they were sent, but a signature has other spellings that verify.
    """
    if len(token) > max_bytes or (found := COMPACT.fullmatch(token)) is None:
        return False
    header, signature = found.groups()
    return _is_our_header(header) and _is_canonical(signature)


@lru_cache(maxsize=64)  # The tokens of one key have one header.
def _is_our_header(part: str) -> bool:
    """One that names our algorithm, our type and a key, and nothing else, such as ``crit``."""
    try:
        header = json.loads(base64url_decode(part))
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(header, dict)
        and header.keys() == HEADER_MEMBERS
        and header["alg"] == ALGORITHM
        and header["typ"] == TOKEN_TYPE
        and isinstance(header["kid"], str)
    )


def _is_canonical(part: str) -> bool:
    try:
        return base64url_encode(base64url_decode(part)).decode() == part
    except ValueError:
        return False
