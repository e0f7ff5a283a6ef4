"""Where pages are, in each language."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request

from services.portal.pages.places import PLACES, same_place
from services.portal.pages.words import Language

SIGN_IN: dict[Language, str] = {"fr": "/connexion", "en": "/sign-in"}
SIGN_OUT: dict[Language, str] = {"fr": "/quitter", "en": "/sign-out"}
_SEARCH: dict[Language, str] = {"fr": "/fr/recherche", "en": "/en/search"}
_PEOPLE: dict[Language, str] = {"fr": "/fr/personnes", "en": "/en/people"}
_OTHER: dict[Language, Language] = {"fr": "en", "en": "fr"}


class Addresses:
    """What a template calls ``to``."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.programme = f"/{language}/programme"
        self.live = f"{self.programme}/live"
        self.search = _SEARCH[language]
        self.sign_out = SIGN_OUT[language]

    def __call__(self, place: str, *ids: object) -> str:
        """The path of any place (``pages/places``): ``to('my_referral', referral_id)``."""
        return PLACES[place].path(self._language, *ids)

    def cases(self, number: str) -> str:
        return f"{self.programme}/{number}"

    def person(self, candidate_id: UUID | str) -> str:
        return f"{_PEOPLE[self._language]}/{candidate_id}"


def language_of(request: Request) -> Language:
    """By the path; elsewhere by what the browser would rather read, French first."""
    path = request.url.path
    if path.startswith("/en/") or path in ("/en", SIGN_IN["en"], SIGN_OUT["en"]):
        return "en"
    if path.startswith("/fr/") or path in ("/fr", SIGN_IN["fr"], SIGN_OUT["fr"]):
        return "fr"
    return preferred_language(request)


def preferred_language(request: Request) -> Language:
    """English when the browser puts it before French; French otherwise."""
    wanted = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag[:2].lower()))
        except ValueError:
            continue
    known = [tag for weight, tag in sorted(wanted, key=lambda w: w[0]) if tag in ("fr", "en") and weight < 0]
    return "en" if known[:1] == ["en"] else "fr"


def in_other_language(request: Request) -> tuple[Language, str]:
    """The same page in the other language."""
    language = language_of(request)
    other = _OTHER[language]
    path = same_place(request.url.path, language, other) or f"/{other}/programme"
    return other, path + (f"?{request.url.query}" if request.url.query else "")


def sign_in_for(request: Request) -> str:
    """The sign-in page that leads back here."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{SIGN_IN[language_of(request)]}?{urlencode({'next': here})}"


def same_origin(path: str | None, otherwise: str) -> str:
    """``path`` when it is a plain path of ours, never another site's address."""
    fits = path is not None and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if path and fits and path.isprintable() and "\\" not in path and len(path) < 2000 else otherwise
