"""A certificate is looked at before anything starts; what is not one is a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from learnapp.cli.address import Listen
from learnapp.cli.tls import checked_pair
from learnapp.config import ConfigError
from tests.cli.commands import refused, run


def _pair(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, own = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    certificate, secret = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(pem))
    secret.write_bytes(key.private_bytes(pem, own, serialization.NoEncryption()))
    return certificate, secret


def test_a_pair_that_belongs_together_is_taken(tmp_path: Path):
    pair = _pair(tmp_path, "one")
    assert checked_pair(*pair) == tuple(each.resolve() for each in pair)
    assert checked_pair(None, None) is None
    assert Listen("::1", 8000, secure=True).url == "https://[::1]:8000"


def test_another_key_one_alone_and_no_certificate_are_refused(tmp_path: Path, home: Path):
    one, other = _pair(tmp_path, "one"), _pair(tmp_path, "other")
    with pytest.raises(ConfigError, match="MISMATCH"):
        checked_pair(one[0], other[1])
    with pytest.raises(ConfigError, match="together"):
        checked_pair(one[0], None)
    one[0].write_text("nothing")
    refused(
        run(home, "serve", "--tls-cert", str(one[0]), "--tls-key", str(one[1])), 2, "--tls-cert"
    )


def test_a_shared_folder_that_is_not_mounted_is_refused(home: Path, tmp_path: Path):
    refused(run(home, "verify", LEARNAPP_SHARED=str(tmp_path / "gone")), 2, "not mounted")
    shared = tmp_path / "shared"
    shared.mkdir()
    assert run(home, "backup", LEARNAPP_SHARED=str(shared)).exit_code == 0
    assert (shared / "secret.key").exists() and not (home / "secret.key").exists()


def test_files_in_the_database_are_for_postgresql_and_without_a_shared_folder(
    home: Path, tmp_path: Path
):
    refused(run(home, "verify", LEARNAPP_FILES="s3"), 2, "folder or database")
    refused(run(home, "verify", LEARNAPP_FILES="database"), 2, "PostgreSQL")
    url = "postgresql+psycopg://nobody@/nothing"
    both = {"LEARNAPP_FILES": "database", "LEARNAPP_SHARED": str(tmp_path)}
    refused(run(home, "verify", LEARNAPP_DATABASE_URL=url, **both), 2, "one of the two")


def test_a_machine_with_another_key_does_not_begin(postgres_url: str, tmp_path: Path):
    common = {"LEARNAPP_FILES": "database", "LEARNAPP_DATABASE_URL": postgres_url}
    first, second = tmp_path / "first", tmp_path / "second"
    assert run(first, "migrate", **common).exit_code == 0
    refused(run(second, "migrate", **common), 2, "secret.key", "copy")
    (second / "secret.key").write_bytes((first / "secret.key").read_bytes())
    assert run(second, "migrate", **common).exit_code == 0
