"""The few files a page needs, read once at start: one style sheet, one script, one font, one mark. Each address holds a
hash of its content, so that a browser may keep it for ever."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from shared.errors import NotFound
from shared.http import public

router = APIRouter(include_in_schema=False)
_STATIC = Path(__file__).parent.parent / "static"
_STYLE = ("tokens.css", "components.css", "portal.css")
_FONT = "fonts/public-sans-fr.woff2"
_ADDRESS = re.compile(r"(?P<stem>[\w-]+)-[0-9a-f]{12}\.(?P<suffix>\w+)")


@dataclass(frozen=True)
class Asset:
    name: str
    media_type: str
    plain: bytes
    zipped: bytes | None


class Assets:
    """Every asset by the name templates use, and by its address."""

    def __init__(self) -> None:
        font = self._asset("public-sans-fr.woff2", "font/woff2", (_STATIC / _FONT).read_bytes(), zipped=False)
        style = "\n".join((_STATIC / part).read_text() for part in _STYLE).replace(_FONT, font.name)
        script = (_STATIC / "portal.js").read_bytes()
        mark = (_STATIC / "mark.svg").read_bytes()
        licence = (_STATIC / "fonts" / "OFL.txt").read_bytes()
        self.by_name = {
            "font": font,
            "style": self._asset("portal.css", "text/css; charset=utf-8", style.encode()),
            "script": self._asset("portal.js", "text/javascript; charset=utf-8", script),
            "mark": self._asset("mark.svg", "image/svg+xml", mark),
            "licence": self._asset("OFL.txt", "text/plain; charset=utf-8", licence),
        }
        self.by_address = {asset.name: asset for asset in self.by_name.values()}

    def of_another_version(self, address: str) -> Asset | None:
        """The same file as this version has it. While versions change places, a page of the one may ask for its style
        at the other: bare, it could not be read."""
        known = _ADDRESS.fullmatch(address)
        return next((asset for asset in self.by_address.values() if known and _same_file(asset, known)), None)

    def address(self, name: str) -> str:
        return f"/static/{self.by_name[name].name}"

    @staticmethod
    def _asset(name: str, media_type: str, content: bytes, *, zipped: bool = True) -> Asset:
        stem, _, suffix = name.rpartition(".")
        digest = hashlib.sha256(content).hexdigest()[:12]
        return Asset(
            f"{stem}-{digest}.{suffix}", media_type, content, gzip.compress(content, 9, mtime=0) if zipped else None
        )


def _same_file(asset: Asset, known: re.Match[str]) -> bool:
    return asset.name.startswith(f"{known['stem']}-") and asset.name.endswith(f".{known['suffix']}")


@cache
def assets() -> Assets:
    return Assets()


@router.get("/static/{name}", dependencies=[public()])
def send_asset(name: str, request: Request) -> Response:
    asset = assets().by_address.get(name)
    kept = "public, max-age=31536000, immutable" if asset else "no-store"
    asset = asset or assets().of_another_version(name)
    if asset is None:
        raise NotFound
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if asset.zipped and accepts_gzip(request):
        return Response(asset.zipped, 200, {**headers, "Content-Encoding": "gzip"}, asset.media_type)
    return Response(asset.plain, 200, headers, asset.media_type)


def accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")
