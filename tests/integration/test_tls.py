"""The server's certificate is checked: who signed it, for whom, and that there is one at all."""

import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from local.postgres import DatabaseAddress
from pg8000.exceptions import InterfaceError

from bucketsieve.settings import DatabaseSettings
from bucketsieve.store import connect
from bucketsieve.store.connect import AUTHORITIES, Connector

#: What a client sends first, https://www.postgresql.org/docs/current/protocol-message-formats.html (SSLRequest).
SSL_REQUEST: Final = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates; its own is in ``folder``, as those of others are in ``store/authorities``."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @classmethod
    def create(cls, folder: Path) -> "Authority":
        folder.mkdir()
        authority = cls(folder, ec.generate_private_key(ec.SECP256R1()), _named("Test authority"))
        builder = authority._builder(authority.name, authority.key)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        (folder / "authority.pem").write_bytes(_pem(builder.sign(authority.key, hashes.SHA256())))
        return authority

    def certify(self, host: str) -> Path:
        """Write a key and a certificate for a host into one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_named(host), key)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        path = self.folder.parent / f"{host}.key"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + _pem(builder.sign(self.key, hashes.SHA256())))
        return path

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number())
        return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@contextmanager
def tls_before(database: DatabaseAddress, certificate: Path) -> Iterator[int]:
    """Accept one client, speak TLS with it as PostgreSQL does, hand it on to the server; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(listener: socket.socket) -> None:
        with listener.accept()[0] as plain:
            assert plain.recv(8, socket.MSG_WAITALL) == SSL_REQUEST
            plain.sendall(b"S")
            try:
                client = context.wrap_socket(plain, server_side=True)
            except OSError:
                return
            with client, socket.create_connection((database.host, database.port)) as server:
                back = threading.Thread(target=_pump, args=(server, client))
                back.start()
                _pump(client, server)
                back.join()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):  # either end may go first
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    authority = Authority.create(tmp_path / "authorities")
    monkeypatch.setattr(connect, "AUTHORITIES", authority.folder)
    return authority


def ask(database: DatabaseAddress, settings: DatabaseSettings, certificate: Path, **changes: object) -> object:
    secret = json.dumps({"username": database.user, "password": database.password})
    with tls_before(database, certificate) as port:
        changed = settings.model_copy(update={"database_host": "localhost", "database_port": port, **changes})
        connection = Connector(changed, lambda _: secret, application="tests")()
        try:
            return connection.run("SELECT 1")
        finally:
            connection.close()


def test_a_server_with_a_certificate_of_a_known_authority_is_taken(
    database_address: DatabaseAddress, database_settings: DatabaseSettings, authority: Authority
) -> None:
    certificate = authority.certify("localhost")

    assert ask(database_address, database_settings, certificate, database_tls="verify-full") == [[1]]


def test_a_certificate_for_another_host_is_refused(
    database_address: DatabaseAddress, database_settings: DatabaseSettings, authority: Authority
) -> None:
    certificate = authority.certify("elsewhere.example")

    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        ask(database_address, database_settings, certificate, database_tls="verify-full")


def test_a_certificate_of_an_unknown_authority_is_refused_where_it_is_checked(
    database_address: DatabaseAddress, database_settings: DatabaseSettings, tmp_path: Path
) -> None:
    certificate = Authority.create(tmp_path / "unknown").certify("localhost")

    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        ask(database_address, database_settings, certificate, database_tls="verify-full")
    assert ask(database_address, database_settings, certificate, database_tls="require") == [[1]]


@pytest.mark.parametrize("mode", ["verify-full", "require"])
def test_a_server_without_tls_is_refused(
    database_address: DatabaseAddress, database_settings: DatabaseSettings, mode: str
) -> None:
    direct = {"database_host": database_address.host, "database_port": database_address.port, "database_tls": mode}
    secret = json.dumps({"username": database_address.user, "password": database_address.password})

    with pytest.raises(InterfaceError, match="refuses SSL"):
        Connector(database_settings.model_copy(update=direct), lambda _: secret, application="tests")()


def test_the_roots_of_rds_are_there_for_decades_to_come() -> None:
    roots = x509.load_pem_x509_certificates((AUTHORITIES / "amazon-rds.pem").read_bytes())

    names = [root.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value for root in roots]
    regions = [re.fullmatch(r"Amazon RDS (\S+) Root CA (RSA2048|RSA4096|ECC384) G1", str(name)) for name in names]
    assert None not in regions
    assert len(set(names)) == len(roots) == 3 * len({match[1] for match in regions if match})
    assert min(root.not_valid_after_utc for root in roots) > datetime(2060, 1, 1, tzinfo=UTC)
    for root in roots:
        root.verify_directly_issued_by(root)
