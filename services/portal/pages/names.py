"""Names are asked of intake at the moment of showing, with the viewer's own token: one look-up a page, and nothing of
the answer is kept. When intake does not answer, the page shows file numbers and says so."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import httpx

from shared.log import get_logger
from shared.observing.traces import outgoing
from shared.tokens import Caller, Role

MOST_AT_ONCE = 500
Trouble = Literal["unavailable", "refused"]
_PURPOSE = {
    Role.ADVISOR: "accompaniment",
    Role.RETENTION_ADVISOR: "follow_up",
    Role.MANAGER: "report",
    Role.LIAISON: "matching",
    Role.EMPLOYER: "introduction",
    Role.MINISTRY: "subsidy_request",
    Role.CANDIDATE: "own_file",
}
"""Who may ask for names, and for what; a partner knows the persons it sent."""
log = get_logger()


@dataclass(frozen=True)
class Names:
    """The names the viewer may see at this moment. ``trouble``: why there are none."""

    persons: Mapping[str, str] = field(default_factory=dict)
    employers: Mapping[str, str] = field(default_factory=dict)
    trouble: Trouble | None = None
    reached_at: Mapping[str, str] = field(default_factory=dict)
    """A person's phone, or else her e-mail, for those who call her."""

    def person(self, candidate_id: UUID | str) -> str | None:
        return self.persons.get(str(candidate_id))

    def employer(self, employer_id: UUID | str | None) -> str | None:
        return self.employers.get(str(employer_id))


def _as_dialled(phone: str) -> str:
    """``+14505550142`` → ``450 555-0142``; a number of elsewhere stays whole."""
    return re.sub(r"^\+1(\d{3})(\d{3})(\d{4})$", "\\1\u00a0\\2-\\3", phone)


class NameDirectory:
    """Asks intake."""

    def __init__(self, intake_url: str, timeout_s: float) -> None:
        self._client = httpx.Client(base_url=intake_url, timeout=timeout_s)

    @classmethod
    def through(cls, client: httpx.Client) -> "NameDirectory":
        """Asks intake by this client."""
        made = cls.__new__(cls)
        made._client = client
        return made

    def look_up(
        self,
        caller: Caller,
        correlation_id: UUID,
        candidate_ids: Iterable[UUID | str] = (),
        employer_ids: Iterable[UUID | str | None] = (),
    ) -> Names:
        people = sorted({str(one) for one in candidate_ids})[:MOST_AT_ONCE]
        companies = sorted({str(one) for one in employer_ids if one})[:MOST_AT_ONCE]
        if (not people and not companies) or caller.role not in _PURPOSE:
            return Names()
        try:
            answer = self._client.post(
                "/v1/names",
                json={"candidate_ids": people, "employer_ids": companies, "purpose": _PURPOSE[caller.role]},
                headers={
                    "Authorization": f"Bearer {caller.token}",
                    "X-Correlation-ID": str(correlation_id),
                    **outgoing(correlation_id),
                },
            )
        except httpx.HTTPError as fault:
            log.warning("names_unavailable", error=type(fault).__name__)
            return Names(trouble="unavailable")
        if answer.status_code in (401, 403):
            return Names(trouble="refused")
        if answer.status_code != 200:
            log.warning("names_unavailable", status=answer.status_code)
            return Names(trouble="unavailable")
        found = answer.json()
        return Names(
            {p["candidate_id"]: f"{p['given_name']} {p['family_name']}" for p in found["candidates"]},
            {e["employer_id"]: e["name"] for e in found["employers"]},
            reached_at={
                p["candidate_id"]: _as_dialled(p["phone"]) if p.get("phone") else p["email"]
                for p in found["candidates"]
                if p.get("phone") or p.get("email")
            },
        )

    def close(self) -> None:
        self._client.close()
