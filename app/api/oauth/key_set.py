"""GET /.well-known/jwks.json

Source: RFC 7517 (JSON Web Key, May 2015), sections 4 and 5; RFC 7518 (JSON Web Algorithms, May
2015), section 6.2.1, read 2026-11-21.
"""

from typing import Literal

from flask import Response, current_app, request
from jwt.algorithms import ECAlgorithm
from pydantic import BaseModel, Field

from app.api.bodies import Answer
from app.api.documented import documented
from app.api.oauth.blueprint import blueprint
from app.auth import auth
from app.auth.guard import public
from app.auth.token_shape import ALGORITHM


class Key(BaseModel):
    """A public key. ``kid`` is in the header of the tokens that it signed."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    alg: Literal["ES256"]
    use: Literal["sig"]
    kid: str = Field(examples=["20261121T160132Z-5f0c2b1e"])
    x: str
    y: str


class KeySet(Answer):
    """The keys that tokens verify by, oldest first. One may not sign yet, or not any more."""

    keys: list[Key]


@blueprint.get("/.well-known/jwks.json")
@public
@documented(answers=KeySet, guarded=False, tag="tokens")
def key_set() -> Response:
    """Answer the public keys of the tokens.

    A copy may be kept as long as `Cache-Control` says: a new key is here twice as long before it
    signs.
    """
    keys = [
        Key(
            **ECAlgorithm.to_jwk(key.public, as_dict=True),
            kid=key.id,
            alg=ALGORITHM,
            use="sig",
        )
        for key in auth().keys.verifying
    ]
    response = Response(KeySet(keys=keys).to_json(), content_type="application/json")
    response.add_etag()
    response.cache_control.public = True
    response.cache_control.max_age = current_app.config["FASTI_KEY_PUBLISHED_SECONDS"] // 2
    return response.make_conditional(request)  # type: ignore[return-value]
