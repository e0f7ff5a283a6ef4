"""One person before three companies, acted by HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.matching.consumers import CONSUMES
from shared import clock
from shared.db import Cause, Database
from shared.events.base import Event
from shared.events.intake import VacancyPosted
from shared.http import Role
from shared.messaging.inbox import Inbox
from tests.api_client import Client
from tests.databases import envelope_of
from tests.matching.facts import admitted, agreed, terms, vacancy

Headers = Callable[..., dict[str, str]]
STAFF = (Role.ADVISOR, Role.LIAISON, Role.MANAGER)


class Story:
    """One person before three companies, in the database of the routes."""

    def __init__(self, client: Client, database: Database, token: Headers) -> None:
        self.client, self.database, self.token = client, database, token
        self.candidate_id = uuid4()
        self.vacancies: list[VacancyPosted] = [vacancy() for _ in range(3)]
        with database.transaction(Cause()) as tx:
            tx.run("UPDATE vacancies SET state = 'closed'")  # of the stories before
        self.receive(*self.vacancies, admitted(self.candidate_id), agreed(self.candidate_id))
        self.candidate = token(Role.CANDIDATE, str(self.candidate_id))
        self.advisor, self.liaison, self.manager = token(Role.ADVISOR), token(Role.LIAISON), token(Role.MANAGER)

    def receive(self, *events: Event) -> None:
        with self.database.pool.connection() as conn:
            for event in events:
                Inbox("matching", CONSUMES).handle_once_raising(conn, envelope_of(event))

    def employer(self, place: int) -> dict[str, str]:
        return self.token(Role.EMPLOYER, "hr", str(self.vacancies[place].employer_id))

    def introduction(self, place: int) -> str:
        found = self.client.get(f"/v1/candidates/{self.candidate_id}/introductions", headers=self.advisor).json()
        wanted = str(self.vacancies[place].vacancy_id)
        return str(next(i["introduction_id"] for i in found["introductions"] if i["vacancy_id"] == wanted))

    def post(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Any:
        return self.client.post(path, headers=headers, json=body)

    def answer(self, place: int, headers: dict[str, str], answer: str = "yes", **more: Any) -> Any:
        path = f"/v1/introductions/{self.introduction(place)}/answers"
        return self.post(path, headers, {"answer": answer, **more})

    def offered(self, place: int) -> str:
        """Both say yes, they meet, the company offers: the offer's id."""
        path = f"/v1/introductions/{self.introduction(place)}"
        day = clock.today()
        assert self.answer(place, self.candidate).status_code == 200
        assert self.answer(place, self.employer(place)).status_code == 200
        assert self.post(f"{path}/meeting", self.advisor, {"held_on": str(day)}).status_code == 200
        made = terms(starts_on=day + timedelta(days=10)).model_dump(mode="json")
        answer = self.post(f"{path}/offer", self.employer(place), {"terms": made})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["offer"]["offer_id"])
