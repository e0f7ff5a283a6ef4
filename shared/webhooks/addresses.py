"""Which addresses we send to. A URL that somebody typed in must be public https, when it is registered and again when
the connection is made: a name can point elsewhere by then."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from shared.errors import Invalid, Problem

_SHARED_V4_IN_V6 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa", ".arpa", ".onion")


class AddressRefused(httpcore.ConnectError):
    """The name leads to an address that is not public."""


def check_public_url(url: str, pointer: str = "/url") -> str:
    """The URL if a receiver may have it. Raises Invalid. Looks nothing up: that happens when we connect."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise _unfit(pointer) from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= 2000
    if not plain or parts.scheme != "https" or not host or "@" in parts.netloc or parts.fragment:
        raise _unfit(pointer)
    if port not in {None, 443, 8443}:
        raise _unfit(pointer)
    if not _may_be_public(host):
        raise _unfit(pointer)
    return url


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet: not private, loopback, link-local, multicast, reserved, nor an
    IPv6 form that carries such an IPv4 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in _SHARED_V4_IN_V6):
            return False
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if any(v4 is not None and not is_public(str(v4)) for v4 in inner):
            return False
        if int(ip) < 2**32:  # ::a.b.c.d, deprecated
            return False
    return ip.is_global and not ip.is_multicast


def _may_be_public(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
        return is_public(host)
    except ValueError:
        pass
    labels = host.lower().split(".")
    if len(labels) < 2 or any(not label for label in labels):
        return False
    # 127.1, 0x7f.1, 2130706433: other spellings of an address, which resolvers accept
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):
        return False
    return not any(host.lower() == name or host.lower().endswith(name) for name in _LOCAL_NAMES)


class PublicOnly(httpcore.AsyncNetworkBackend):
    """Connects to public addresses only, and to the very address it has checked."""

    def __init__(self) -> None:
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await _look_up(host, port)
        if not found or not all(is_public(address) for address in found):
            raise AddressRefused(f"port {port}: not a public address")
        return await self._real.connect_tcp(found[0], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def public_only_transport() -> httpx.AsyncHTTPTransport:
    transport = httpx.AsyncHTTPTransport(trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(  # httpx has no argument for a network backend
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=PublicOnly(), max_connections=100
    )
    return transport


async def _look_up(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(address[4][0]) for address in found]


def _unfit(pointer: str) -> Invalid:
    return Invalid(
        Problem(pointer, "url_not_public",
                "Donnez une adresse https publique (port 443 ou 8443), sans mot de passe ni fragment.",
                "Give a public https address (port 443 or 8443), without password or fragment.")
    )  # fmt: skip
