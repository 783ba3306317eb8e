"""Addresses that strangers give: only what is public is called, and never for long or for much."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from messaging import guard
from messaging.guard import Away, Forbidden, TooLarge
from tests.strangers import Stranger


@pytest.fixture(scope="module")
def stranger():
    running = Stranger()
    yield running
    running.stop()


@pytest.fixture
def names(monkeypatch):
    """What names resolve to, one answer for each question; the rest is looked up as ever."""
    known: dict[str, list[list[str]]] = {}
    ask = socket.getaddrinfo

    def answer(host, port, *rest, **more):
        host = host.decode() if isinstance(host, bytes) else host
        if host not in known:
            return ask(host, port, *rest, **more)
        found = known[host].pop(0)
        return [info for one in found for info in ask(one, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known


def get(
    address: str, *, near: bool = True, most: int = 100_000, seconds: float = 5, **how
) -> bytes:
    with guard.call(
        "GET", address, near=near, most=most, seconds=seconds, pause=2, **how
    ) as answer:
        return b"".join(answer.iter_bytes())


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.com/a",
        "file:///etc/passwd",
        "//example.com/a",
        "/a",
        "",
        "http:///a",
        "http://user:word@example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://[oops/",
        "http://exa\nmple.com/",
        "http://169.254.169.254/latest",
        "http://[fe80::1]/",
        "http://224.0.0.1/",
        "http://0.0.0.0/",
        "https://example.com/" + 2000 * "x",
    ],
)
@pytest.mark.parametrize("near", [False, True])
def test_what_is_no_web_address_is_not_called(address, near):
    with pytest.raises(Forbidden):
        get(address, near=near)


INSIDE = [
    "127.0.0.1",
    "::1",
    "10.0.0.1",
    "192.168.1.1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]
NOWHERE = ["169.254.169.254", "::ffff:169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "fec0::1"]


@pytest.mark.parametrize("address", [*INSIDE, *NOWHERE])
def test_a_name_that_points_inside_is_not_called(names, address):
    names["files.example"] = [["93.184.216.34", address]]
    with pytest.raises(Forbidden):
        get("http://files.example/", near=False)


@pytest.mark.parametrize("address", NOWHERE)
def test_even_who_may_call_the_own_network_does_not_call_these(names, address):
    names["files.example"] = [[address]]
    with pytest.raises(Forbidden):
        get("http://files.example/", near=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_this_machine_under_any_of_its_names_is_not_called(stranger, host):
    with pytest.raises((Forbidden, Away)):
        get(f"http://{host}:{stranger.port}/picture", near=False)
    assert not stranger.heard


def test_a_name_is_looked_up_once_and_keeps_its_host(stranger, names):
    names["files.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    address = f"http://files.example:{stranger.port}/picture"
    assert get(address) == stranger.files["/picture"][1]
    assert stranger.heard.pop() == ("/picture", f"files.example:{stranger.port}")
    assert len(names["files.example"]) == 1


def test_the_next_address_of_a_name_is_tried(stranger, names):
    """The server listens on 127.0.0.1 alone, and numbers are tried in their order."""
    names["files.example"] = [["127.0.0.0", "127.0.0.1"]]
    assert get(f"http://files.example:{stranger.port}/picture")


def test_a_name_that_points_inside_after_a_redirect_is_not_called(stranger, names, monkeypatch):
    """Public when it is checked, this machine a moment later."""
    names["files.example"] = [["127.0.0.1"], ["169.254.169.254"]]
    with pytest.raises(Forbidden):
        get(f"http://files.example:{stranger.port}/to?/picture")


def test_redirects_are_followed(stranger):
    assert get(f"{stranger.url}/to?/to?%2Fpicture") == stranger.files["/picture"][1]


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest",
        "ftp://example.com/",
        "http://a:b@example.com/",
        "http://[oops/",
    ],
)
def test_a_redirect_is_judged_as_the_first_address_is(stranger, target):
    with pytest.raises(Forbidden):
        get(f"{stranger.url}/to?{target}")


def test_redirects_come_to_an_end(stranger):
    stranger.heard.clear()
    with pytest.raises(Forbidden):
        get(f"{stranger.url}/around")
    assert len(stranger.heard) == 1 + guard.MOST_REDIRECTS


@pytest.mark.parametrize("path", ["/endless", "/picture"])
def test_more_than_was_allowed_is_not_read(stranger, path):
    with pytest.raises(TooLarge):
        get(stranger.url + path, most=50)


@pytest.mark.parametrize("path", ["/drip", "/mute"])
def test_what_comes_in_drops_is_given_up(stranger, path):
    started = time.monotonic()
    with pytest.raises(Away):
        get(stranger.url + path, seconds=0.3)
    assert time.monotonic() - started < 3


def test_what_comes_packed_is_not_unpacked(stranger):
    with pytest.raises(Away):
        get(f"{stranger.url}/zipped")


def test_nobody_there_is_a_matter_of_time():
    with pytest.raises(Away):
        get("http://127.0.0.1:9/")


def test_a_proxy_of_the_environment_is_not_used(stranger, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert get(f"{stranger.url}/picture")


# --- https ----------------------------------------------------------------------------------------


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """The same server behind TLS, with a certificate for files.example that we trust."""
    certificate, key = certificate_for("files.example")
    (tmp_path / "both.pem").write_bytes(certificate + key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "both.pem")
    running = Stranger()
    running.server.socket = server.wrap_socket(running.server.socket, server_side=True)
    trusting = ssl.create_default_context(cadata=certificate.decode())
    monkeypatch.setattr(guard, "_tls", lambda: trusting)
    yield running
    running.stop()


def test_a_certificate_is_asked_for_the_name_and_not_for_the_number(secure, names):
    names["files.example"] = [["127.0.0.1"]]
    address = f"https://files.example:{secure.port}/picture"
    assert get(address) == secure.files["/picture"][1]
    names["other.example"] = [["127.0.0.1"]]
    with pytest.raises(Away):
        get(f"https://other.example:{secure.port}/picture")


def certificate_for(name: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(pem), private
