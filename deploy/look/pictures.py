"""Pictures of the front page: eight pages of the system on which `make demo` has run, as somebody sees them who opens
them. Everybody in them is invented."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
from PIL import Image

from deploy.local.demo.actors import staff_id
from deploy.local.demo.crew import DEFAULT_RUN
from deploy.local.demo.tape import Tape
from deploy.local.demo.wire import Json, System
from deploy.look.browser import chromium
from deploy.look.pages import Page, Viewer
from deploy.look.plan import Shape
from services.portal.pages.places import PLACES
from services.portal.pages.session import COOKIE, MINISTRIES
from shared import clock
from shared.tokens import Role

MOST_BYTES = 150_000
_COLOURS = (256, 128, 64, 32)
_WIDE, _PHONE = Shape("fr", "light", 1280), Shape("fr", "light", 390)
_SHORTAGE = "Il manque de quoi montrer · nothing to show yet: {name} (make demo)"


@dataclass(frozen=True)
class Picture:
    """``page``: None when the data that is there has no such page."""

    name: str
    page: Page | None
    shape: Shape = _WIDE


def take_pictures(system: System, folder: Path) -> int:
    """All of them into ``folder``; 1 when some page is missing or some file too large."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with TemporaryDirectory() as room, chromium(system.urls["portal"], Path(room)) as browser:
        for picture in pictures_of(system):
            if picture.page is None:
                print(_SHORTAGE.format(name=picture.name))
                wrong = 1
                continue
            raw, kept = Path(room) / f"{picture.name}.png", folder / f"{picture.name}.png"
            browser.picture(picture.page, picture.shape, raw)
            size = write_small(raw, kept)
            wrong |= size > MOST_BYTES
            print(f"{kept.name:24} {size / 1000:6.1f} kB")
    return wrong


def write_small(raw: Path, kept: Path) -> int:
    """With all its colours, or else as many as fit into ``MOST_BYTES``; the bytes it has."""
    image = Image.open(raw).convert("RGB")
    image.save(kept, optimize=True)
    for colours in _COLOURS:
        if kept.stat().st_size <= MOST_BYTES:
            break
        image.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(kept, optimize=True)
    return kept.stat().st_size


def pictures_of(system: System) -> Iterator[Picture]:
    seek = _Seeker(system)
    manager, advisor = seek.staff(Role.MANAGER, "manager"), seek.staff(Role.ADVISOR, "advisor")
    follows = seek.staff(Role.RETENTION_ADVISOR, "advisor")
    ministry = seek.somebody(Role.MINISTRY, MINISTRIES[0])
    yield Picture("programme", _page(manager, "programme"))
    yield Picture("person", seek.timeline(advisor))
    yield Picture("choice", seek.choice(advisor), _PHONE)
    yield Picture("introductions", _page(advisor, "introductions"))
    yield Picture("subsidy", seek.subsidy())
    yield Picture("request", seek.request(ministry))
    yield Picture("today", _page(follows, "today"))
    yield Picture("health", _page(seek.staff(Role.OPERATOR, "operator"), "health"))


class _Seeker:
    """Finds on the running system whose pages to show."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._http = httpx.Client(timeout=30, trust_env=False)

    def staff(self, role: Role, subject: str) -> Viewer:
        return Viewer(role, role, self._system.token(role, staff_id(subject)))

    def somebody(self, role: Role, organisation: str) -> Viewer:
        return Viewer(role, role, self._system.token(role, str(uuid4()), organisation))

    def timeline(self, viewer: Viewer) -> Page | None:
        """Of the person whom the first story tells of."""
        who = self._heroine()
        return _page(viewer, "person", candidate_id=who) if who else None

    def choice(self, advisor: Viewer) -> Page | None:
        """Of somebody who has several offers before her, as the advisor's page of introductions says."""
        for path in (PLACES["introductions"].fr, PLACES["introductions"].fr + "?of=all"):
            who = re.search(r"accompagnement/([0-9a-f-]{36})#offer_id", self._html(advisor, path))
            if who:
                viewer = Viewer("candidate", Role.CANDIDATE, self._system.token(Role.CANDIDATE, who[1]))
                return _page(viewer, "my_choice")
        return None

    def subsidy(self) -> Page | None:
        """The request for the first story's person, as her employer sees it; another one when she has none."""
        found = self._requests(self.staff(Role.LIAISON, "liaison"))
        if not found:
            return None
        one = min(found, key=lambda each: each["candidate_id"] != self._heroine())
        employer = self.somebody(Role.EMPLOYER, one["employer_id"])
        return _page(employer, "subsidy", request_id=one["request_id"])

    def request(self, ministry: Viewer) -> Page | None:
        """One that waits for the ministry's answer, or else the newest it has."""
        found = self._requests(ministry)
        if not found:
            return None
        one = max(found, key=lambda each: (each["state"] == "submitted", each["created_at"]))
        return _page(ministry, "request", request_id=one["request_id"])

    def _requests(self, viewer: Viewer) -> list[Json]:
        address, by = f"{self._system.urls['subsidies']}/v1/requests", {"Authorization": f"Bearer {viewer.token}"}
        answer = self._http.get(address, headers=by, params={"limit": "500"})
        return list(answer.raise_for_status().json()["requests"])

    def _heroine(self) -> str | None:
        return Tape.open(
            self._system.clock_file.parent / "demo" / f"{DEFAULT_RUN}-rola.jsonl", clock.today()
        ).first_candidate  # fmt: skip

    def _html(self, viewer: Viewer, path: str) -> str:
        answer = self._http.get(self._system.urls["portal"] + path, headers={"Cookie": f"{COOKIE}={viewer.token}"})
        return answer.text if answer.is_success else ""


def _page(viewer: Viewer, place: str, **ids: str) -> Page:
    return Page(viewer, place, {language: getattr(PLACES[place], language).format(**ids) for language in ("fr", "en")})
