"""Tokens that must not get in: each attack makes the value of one Authorization header.

tests/api sends them to the application, tests/stack through nginx. Sources: RFC 8725 (JSON Web
Token Best Current Practices), section 2, and RFC 7515, sections 4.1 and 10, read 2026-11-21.
"""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


@dataclass(frozen=True)
class Deployment:
    """Whom an attack is aimed at. key: its private key, where a thing is wrong but the signature.

    good: a token that gets in.
    """

    key: ec.EllipticCurvePrivateKey
    kid: str
    issuer: str
    good: str

    def header(self, **changed: Any) -> dict[str, Any]:
        """The header of a good token, with other members; None leaves one out."""
        return _without_none({"alg": "ES256", "typ": "at+jwt", "kid": self.kid, **changed})

    def claims(self, **changed: Any) -> dict[str, Any]:
        """The claims of a good token, with others; None leaves one out."""
        now = int(time.time())
        whole = {
            "iss": self.issuer,
            "aud": "fasti",
            "sub": "demo",
            "client_id": "demo",
            "scope": "calendars:read",
            "plan": "standard",
            "type": "access",
            "iat": now,
            "nbf": now,
            "exp": now + 900,
            "jti": "6b2a5a0e-attack",
        }
        return _without_none({**whole, **changed})

    def signed(
        self,
        header: dict[str, Any] | bytes | None = None,
        claims: dict[str, Any] | bytes | None = None,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> str:
        """A token of these parts, signed by our key unless ``sign`` is given."""
        message = _part(header or self.header()) + b"." + _part(claims or self.claims())
        signature = (sign or self._sign)(message)
        return (message + b"." + _encoded(signature)).decode()

    def _sign(self, message: bytes) -> bytes:
        return es256(self.key)(message)

    @property
    def public_pem(self) -> bytes:
        """What anybody may have of the key."""
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


Attack = Callable[[Deployment], str]


def es256(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    """Sign as ES256 does."""

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    return sign


def hs256(secret: bytes) -> Callable[[bytes], bytes]:
    """Sign as HS256 does."""

    def sign(message: bytes) -> bytes:
        mac = hmac.HMAC(secret, hashes.SHA256())
        mac.update(message)
        return mac.finalize()

    return sign


def _without_none(whole: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if value is not None}


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _part(content: dict[str, Any] | bytes) -> bytes:
    return _encoded(content if isinstance(content, bytes) else json.dumps(content).encode())


def _nothing(_message: bytes) -> bytes:
    return b""


def _public_jwk(key: ec.EllipticCurvePrivateKey) -> Any:
    return jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)


OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
P384_KEY = ec.generate_private_key(ec.SECP384R1())
NOW = int(time.time())
FAR = 4_000_000_000

ATTACKS: dict[str, Attack] = {}


def _add(name: str, make: Callable[[Deployment], str], scheme: str = "Bearer ") -> None:
    assert name not in ATTACKS
    ATTACKS[name] = lambda aim: scheme + make(aim)


def _with_header(**changed: Any) -> Attack:
    return lambda aim: aim.signed(aim.header(**changed))


def _with_claims(**changed: Any) -> Attack:
    return lambda aim: aim.signed(claims=aim.claims(**changed))


# No signature, or one of another kind.
def _unsigned(spelling: str) -> Attack:
    return lambda aim: aim.signed(aim.header(alg=spelling), sign=_nothing)


for spelling in ("none", "None", "NONE", "nOnE", "", "null"):
    _add(f"alg {spelling!r}", _unsigned(spelling))
    _add(f"alg {spelling!r} with a signature", _with_header(alg=spelling))
_add("no alg", _with_header(alg=None))
_add("alg is a list", _with_header(alg=["ES256"]))
_add("alg in lower case", _with_header(alg="es256"))
for name in ("HS256", "HS384", "HS512"):
    _add(
        f"{name} with the public key in PEM",
        lambda aim, a=name: aim.signed(aim.header(alg=a), sign=hs256(aim.public_pem)),  # type: ignore[misc]
    )
_add(
    "HS256 with the public key in PEM, said to be ES256",
    lambda aim: aim.signed(sign=hs256(aim.public_pem)),
)
_add("HS256 with an empty key", lambda aim: aim.signed(aim.header(alg="HS256"), sign=hs256(b"")))
_add(
    "HS256 with the key id",
    lambda aim: aim.signed(aim.header(alg="HS256"), sign=hs256(aim.kid.encode())),
)
_add(
    "RS256",
    lambda aim: aim.signed(
        aim.header(alg="RS256"),
        sign=lambda m: RSA_KEY.sign(m, padding.PKCS1v15(), hashes.SHA256()),
    ),
)
_add(
    "ES384",
    lambda aim: aim.signed(
        aim.header(alg="ES384"), sign=lambda m: P384_KEY.sign(m, ec.ECDSA(hashes.SHA384()))
    ),
)
_add("ES384 named, signed by ES256", _with_header(alg="ES384"))
_add(
    "EdDSA",
    lambda aim: aim.signed(aim.header(alg="EdDSA"), sign=ed25519.Ed25519PrivateKey.generate().sign),
)
_add("another deployment's key under our key id", lambda aim: aim.signed(sign=es256(OTHER_KEY)))
_add(
    "another deployment's key under its own id",
    lambda aim: aim.signed(aim.header(kid="20260101T000000Z-deadbeef"), sign=es256(OTHER_KEY)),
)
_add(
    "a signature in DER",
    lambda aim: aim.signed(sign=lambda m: aim.key.sign(m, ec.ECDSA(hashes.SHA256()))),
)
_add("a signature of zeros", lambda aim: aim.signed(sign=lambda _: bytes(64)))
_add("a signature longer by a byte", lambda aim: aim.signed(sign=lambda m: aim._sign(m) + b"\0"))


# The key is ours to choose.
def _of_another_key(**changed: Any) -> Attack:
    return lambda aim: aim.signed(aim.header(**changed), sign=es256(OTHER_KEY))


for description, kid in {
    "of a path upwards": "../../../../etc/passwd",
    "of an absolute path": "/dev/null",
    "with the suffix of its file": "key.pem",
    "with a NUL": "key\0.pem",
    "of SQL": "' UNION SELECT 'x' --",
    "of a URL": "http://127.0.0.1:1/key.pem",
    "of a command": "|/usr/bin/id",
    "of a template": "{{7*7}}%(name)s${x}",
    "that is empty": "",
    "of 2,000 characters": "k" * 2000,
    "in another script": "ключ",
    "that is a list": ["a"],
    "that is a number": 1,
    "that is an object": {"a": 1},
    "that is true": True,
}.items():
    _add(f"a kid {description}", _of_another_key(kid=kid))
_add("no kid", _with_header(kid=None))
_add(
    "jwk in the header",
    lambda aim: aim.signed(aim.header(jwk=_public_jwk(OTHER_KEY)), sign=es256(OTHER_KEY)),
)
_add(
    "jku in the header",
    lambda aim: aim.signed(aim.header(jku="http://127.0.0.1:1/jwks.json"), sign=es256(OTHER_KEY)),
)
_add(
    "x5u in the header",
    lambda aim: aim.signed(aim.header(x5u="http://127.0.0.1:1/cert.pem"), sign=es256(OTHER_KEY)),
)
_add("x5c in the header", lambda aim: aim.signed(aim.header(x5c=["AA=="]), sign=es256(OTHER_KEY)))
_add("crit in the header", _with_header(crit=["exp"], exp=FAR))
_add("an empty crit in the header", _with_header(crit=[]))
_add("b64 in the header", _with_header(b64=False, crit=["b64"]))
_add("zip in the header", _with_header(zip="DEF"))
_add("typ JWT", _with_header(typ="JWT"))
_add("typ of an id token", _with_header(typ="id+jwt"))
_add("no typ", _with_header(typ=None))

# A good signature over what is not good, as another service with our key would make it.
_add("expired", _with_claims(iat=NOW - 2000, nbf=NOW - 2000, exp=NOW - 1000))
_add("not valid yet", _with_claims(nbf=FAR))
_add("issued in the future", _with_claims(iat=FAR, nbf=None))
_add("exp is text", _with_claims(exp="tomorrow"))
_add(
    "exp is infinite",
    lambda aim: aim.signed(claims=json.dumps(aim.claims(exp=float("inf"))).encode()),
)
_add("exp is a list", _with_claims(exp=[FAR]))
_add("exp is beyond any clock", _with_claims(exp=10**40, iat=10**40))
_add("another audience", _with_claims(aud="another"))
_add("a list of other audiences", _with_claims(aud=["another", "fasti.example"]))
_add("another issuer", _with_claims(iss="https://another.test"))
_add(
    "an issuer that begins as ours",
    lambda aim: aim.signed(claims=aim.claims(iss=aim.issuer + ".evil")),
)
_add("a list of issuers", lambda aim: aim.signed(claims=aim.claims(iss=[aim.issuer])))
_add("the type of a refresh token", _with_claims(type="refresh"))
_add("sub is not the client", _with_claims(sub="root"))
_add("sub is a number", _with_claims(sub=1, client_id=1))
_add("scope is a list", _with_claims(scope=["calendars:read"]))
_add("jti is a list", _with_claims(jti=["x"]))
for claim in ("iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti"):
    _add(f"no {claim}", _with_claims(**{claim: None}))
_add("claims that are a list", lambda aim: aim.signed(claims=b"[1]"))
_add("claims that are text", lambda aim: aim.signed(claims=b'"x"'))
_add("claims that are no JSON", lambda aim: aim.signed(claims=b"{"))
_add("claims that are no UTF-8", lambda aim: aim.signed(claims=b"\xff\xfe"))
_add("claims nested deeply", lambda aim: aim.signed(claims=b"[" * 2500, sign=_nothing) + "AA")
_add("claims with a huge number", lambda aim: aim.signed(claims=b'{"exp":' + b"9" * 2500 + b"}"))
_add("a header nested deeply", lambda aim: aim.signed(b"[" * 2500))
_add("a header that is text", lambda aim: aim.signed(b'"ES256"'))
_add(
    "a header with alg twice",
    lambda aim: aim.signed(
        b'{"alg":"ES256","alg":"none","typ":"at+jwt","kid":"%s"}' % aim.kid.encode()
    ),
)


# A good token, changed on its way.
def _parts(aim: Deployment) -> list[str]:
    return aim.good.split(".")


_add("the signature stripped", lambda aim: ".".join(_parts(aim)[:2]) + ".")
_add("the signature left out", lambda aim: ".".join(_parts(aim)[:2]))
_add("the signature truncated", lambda aim: aim.good[:-4])
_add(
    "the signature of another token",
    lambda aim: ".".join([*_parts(aim)[:2], aim.signed().split(".")[2]]),
)
_add(
    "the claims of another",
    lambda aim: ".".join(
        [_parts(aim)[0], _part(aim.claims(sub="root", client_id="root")).decode(), _parts(aim)[2]]
    ),
)
_add("an empty header", lambda aim: "." + ".".join(_parts(aim)[1:]))
_add("empty claims", lambda aim: "..".join([_parts(aim)[0], _parts(aim)[2]]))
_add("a fourth part", lambda aim: aim.good + ".AA")
_add(
    "five parts, as an encrypted token has",
    lambda aim: ".".join(
        [
            _part({"alg": "dir", "enc": "A256GCM", "kid": aim.kid, "cty": "JWT"}).decode(),
            "",
            "AA",
            aim.good.replace(".", ""),
            "AA",
        ]
    ),
)
_add("encoded once more", lambda aim: _encoded(aim.good.encode()).decode())
_add("encoded for a URL", lambda aim: aim.good.replace(".", "%2E"))
_add("its dots as fullwidth", lambda aim: aim.good.replace(".", "\uff0e"))
_add("padded", lambda aim: aim.good + "==")
_add("in another spelling of base64", lambda aim: aim.good[:-1] + _other_spelling(aim.good[-1]))
_add("in the alphabet of plain base64", lambda aim: aim.good[:-2] + "+/")
_add("with a character that base64 skips", lambda aim: aim.good[:-5] + "!" + aim.good[-5:])
_add("with a blank in it", lambda aim: aim.good[:-5] + " " + aim.good[-5:])
_add("with a tab in it", lambda aim: aim.good[:-5] + "\t" + aim.good[-5:])
_add("with a byte that is no ASCII", lambda aim: aim.good + "é")
_add("in quotes", lambda aim: f'"{aim.good}"')
_add("in upper case", lambda aim: aim.good.upper())
_add("longer than any token of ours", lambda aim: aim.signed(claims=aim.claims(pad="x" * 4000)))
_add("twice, with a comma", lambda aim: f"{aim.good}, Bearer {aim.good}")
_add("twice, with a blank", lambda aim: f"{aim.good} {aim.good}")
_add("with a parameter", lambda aim: f"{aim.good}, realm=fasti")
_add("after credentials for HTTP Basic", lambda aim: aim.good, "Basic ZGVtbzpkZW1v, Bearer ")
_add("nothing", lambda _: "")
_add("garbage", lambda _: "garbage")
_add("a refresh token", lambda _: base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("="))

# Not as a bearer token at all.
_add("as HTTP Basic", lambda aim: aim.good, "Basic ")
_add(
    "as the password of HTTP Basic",
    lambda aim: base64.b64encode(f"demo:{aim.good}".encode()).decode(),
    "Basic ",
)
_add("without a scheme", lambda aim: aim.good, "")
_add("with a scheme of its own", lambda aim: aim.good, "Token ")
_add("with the scheme run together", lambda aim: aim.good, "Bearer")
_add("with a colon after the scheme", lambda aim: aim.good, "Bearer: ")
_add("for a proof of possession", lambda aim: aim.good, "DPoP ")


def _other_spelling(last: str) -> str:
    """Of the 86th character of 64 bytes four bits are not used: 15 others decode to the same."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(last) + 1]
