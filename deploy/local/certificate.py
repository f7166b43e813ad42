"""The self-signed certificate of `make up TLS=1`."""

import ipaddress
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.paths import Paths
from deploy.local.private_files import write_private

NAMES = ("localhost",)
ADDRESSES = ("127.0.0.1", "::1")
# Browsers refuse more than 398 days (CA/Browser Forum baseline requirements, 6.3.2).
LIFE = timedelta(days=397)
RENEWED_BEFORE_END = timedelta(days=30)


def ensure_certificate(paths: Paths, now: datetime) -> None:
    """Make the certificate and its key, unless there is one that is good for another month."""
    if paths.certificate.exists() and paths.certificate_key.exists():
        kept = x509.load_pem_x509_certificate(paths.certificate.read_bytes())
        if kept.not_valid_after_utc > now + RENEWED_BEFORE_END:
            return
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(key, now)
    write_private(
        paths.certificate_key,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode("ascii"),
    )
    paths.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _self_signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fasti on this machine")])
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in NAMES]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # clocks differ
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )


def utc_now() -> datetime:
    """Return the time, for the edge that calls ``ensure_certificate``."""
    return datetime.now(UTC)
