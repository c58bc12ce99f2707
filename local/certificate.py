"""Writes a key and a certificate for this machine's loopback names into a folder: certificate.py FOLDER."""

import datetime
import ipaddress
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

folder = sys.argv[1]
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "virtguard local cloud")])
now = datetime.datetime.now(datetime.timezone.utc)
hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
# Its own issuer, so that it can be handed out as the one authority to trust. The key never leaves this run's folder.
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(minutes=5))
    .not_valid_after(now + datetime.timedelta(days=7))
    .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    .sign(key, hashes.SHA256())
)


def write(name: str, data: bytes) -> None:
    with open(os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(data)


write("cert.pem", certificate.public_bytes(serialization.Encoding.PEM))
pkcs8 = serialization.PrivateFormat.PKCS8
write("key.pem", key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption()))
