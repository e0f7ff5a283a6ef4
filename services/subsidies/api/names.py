"""Names are joined when they are read: intake is asked with the caller's own token, decides what she may see, and
nothing is kept here."""

from dataclasses import dataclass
from uuid import UUID

import httpx

from services.subsidies.settings import SubsidiesSettings

_UNAVAILABLE = (
    "Les noms sont momentanément indisponibles ; le numéro de dossier suffit.",
    "Names are unavailable for a moment; the file number will do.",
)
_NOT_SHOWN = (
    "La personne n'a pas consenti, ou plus, à ce que son nom vous soit montré.",
    "The person does not, or no longer, agree that you see her name.",
)
_ERASED = ("La personne a demandé d'être oubliée.", "The person asked to be forgotten.")


@dataclass(frozen=True)
class Names:
    """Who a request is about; where a name is missing the note says why, in French and English."""

    candidate: str | None = None
    employer: str | None = None
    note_fr: str | None = None
    note_en: str | None = None


def look_up(settings: SubsidiesSettings, token: str | None, candidate_id: UUID | None, employer_id: UUID) -> Names:
    """Never fails: without an answer in time there is a note."""
    ask = {
        "candidate_ids": [str(candidate_id)] if candidate_id else [],
        "employer_ids": [str(employer_id)],
        "purpose": "subsidy_request",
    }
    try:
        answer = httpx.post(
            f"{settings.intake_url}/v1/names",
            json=ask,
            headers={"Authorization": f"Bearer {token}"},
            timeout=settings.names_timeout_s,
            trust_env=False,
        )
        answer.raise_for_status()
        found = answer.json()
        person = next((p for p in found["candidates"] if p["candidate_id"] == str(candidate_id)), None)
        company = next((e for e in found["employers"] if e["employer_id"] == str(employer_id)), None)
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return Names(None, None, *_UNAVAILABLE)
    candidate = f"{person['given_name']} {person['family_name']}" if person else None
    note = (None, None) if person else _NOT_SHOWN if candidate_id else _ERASED
    return Names(candidate, company and company["name"], *note)
