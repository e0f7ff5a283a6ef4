"""Where to look beside what links lead to: a list that is empty for one company leads nowhere, so those are chosen who
have something to show, and of each thing one is taken from the service that owns it."""

from collections.abc import Iterator

import httpx

from deploy.local.demo.wire import Json, System
from deploy.look.pages import Viewer
from services.portal.pages.places import PLACES
from services.portal.pages.session import VIEWERS
from shared.tokens import Role

_THINGS: dict[str, tuple[str, str, dict[Role, str]]] = {
    "/v1/requests": (
        "requests",
        "request_id",
        {Role.EMPLOYER: "subsidy", Role.LIAISON: "company_subsidy", Role.MINISTRY: "request"},
    ),
    "/v1/claims": (
        "claims",
        "claim_id",
        {Role.EMPLOYER: "claim", Role.LIAISON: "company_claim", Role.MINISTRY: "claim_to_pay"},
    ),
    "/v1/french-courses": (
        "courses",
        "course_id",
        {Role.EMPLOYER: "french_course", Role.LIAISON: "company_french_course", Role.MINISTRY: "course"},
    ),
}
"""Path of subsidies → the list's key, its ids' key, the place of one for each role."""
_A_COMPANYS = ("company_to_do", "company_introduced", "company_newcomers", "company_subsidies", "company_french")


class Examples:
    """Of what the running system holds."""

    def __init__(self, system: System, client: httpx.Client) -> None:
        self._urls, self._client = system.urls, client

    def of(self, viewer: Viewer) -> Iterator[str]:
        """French addresses for this viewer, one of each thing."""
        if viewer.role in VIEWERS:
            yield PLACES["search"].fr
        for path, (_, key, places) in _THINGS.items():
            place = places.get(viewer.role) if viewer.role else None
            found = self._found(viewer, path)[:1] if place else []
            for one in found:
                ids = {key: one[key], "employer_id": one["employer_id"]}
                yield PLACES[place or ""].fr.format(**ids)
                if viewer.role is Role.LIAISON:
                    yield from (PLACES[each].fr.format(**ids) for each in _A_COMPANYS)
        if viewer.role in (Role.LIAISON, Role.MANAGER):
            on_paper = [one for one in self._found(viewer, "/v1/requests") if one["sent_by"] == "dossier"]
            for place in ("on_paper_one", "dossier"):
                yield from (PLACES[place].fr.format(request_id=one["request_id"]) for one in on_paper[:1])

    def employers(self, viewer: Viewer) -> list[str]:
        """Who has one of each thing, as ``viewer`` sees them; each once."""
        return list(dict.fromkeys(one["employer_id"] for path in _THINGS for one in self._found(viewer, path)[:1]))

    def link(self, manager: Viewer) -> list[str]:
        """For a visitor: what personal links lead to, newest first; those that have run out lead nowhere."""
        answer = self._client.get(self._urls["intake"] + "/v1/links", headers=_by(manager))
        codes = [one["code"] for one in answer.json()["links"][:20]] if answer.is_success else []
        return [PLACES[place].fr.format(code=code) for code in codes for place in ("link", "link_thanks")]

    def _found(self, viewer: Viewer, path: str) -> list[Json]:
        answer = self._client.get(self._urls["subsidies"] + path, headers=_by(viewer))
        return list(answer.json()[_THINGS[path][0]]) if answer.is_success else []


def _by(viewer: Viewer) -> dict[str, str]:
    return {"Authorization": f"Bearer {viewer.token}"}
