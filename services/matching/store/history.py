"""What was known when: profiles and vacancies as they stood, so that a past score can be explained again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.matching.domain.score import Inputs
from services.matching.store.candidates import EMPLOYERS, INTRODUCE, PROFILE
from services.matching.store.vacancies import VACANCY
from shared.clock import local_date
from shared.db import Tx
from shared.events.base import Payload


def keep_profile(tx: Tx, candidate_id: UUID, profile: Payload) -> None:
    tx.run(
        "INSERT INTO past_profiles (candidate_id, known_at, profile) VALUES (%s, %s, %s)",
        (candidate_id, tx.now, Jsonb(profile.model_dump(mode="json"))),
    )


def keep_vacancy(tx: Tx, vacancy_id: UUID, facts: Payload) -> None:
    tx.run(
        "INSERT INTO past_vacancies (vacancy_id, known_at, facts) VALUES (%s, %s, %s)",
        (vacancy_id, tx.now, Jsonb(facts.model_dump(mode="json"))),
    )


def find_inputs(tx: Tx, candidate_id: UUID, vacancy_id: UUID, at: datetime) -> Inputs | None:
    """What was known at ``at`` of this person and this vacancy; None when one of them was not known yet."""
    profile: dict[str, Any] | None = tx.value(
        """SELECT profile FROM past_profiles WHERE candidate_id = %s AND known_at <= %s
           ORDER BY known_at DESC, position DESC LIMIT 1""",
        (candidate_id, at),
    )
    facts: dict[str, Any] | None = tx.value(
        """SELECT facts FROM past_vacancies WHERE vacancy_id = %s AND known_at <= %s
           ORDER BY known_at DESC, position DESC LIMIT 1""",
        (vacancy_id, at),
    )
    if profile is None or facts is None:
        return None
    agreed = tx.value(
        """SELECT EXISTS (SELECT FROM agreements WHERE candidate_id = %(candidate)s AND purpose = %(purpose)s
               AND recipient = %(recipient)s AND coalesce(given_at, '-infinity') <= %(at)s
               AND coalesce(withdrawn_at, 'infinity') > %(at)s)""",
        {"candidate": candidate_id, "purpose": INTRODUCE, "recipient": EMPLOYERS, "at": at},
    )
    return Inputs(local_date(at), bool(agreed), PROFILE.validate_python(profile), VACANCY.validate_python(facts))
