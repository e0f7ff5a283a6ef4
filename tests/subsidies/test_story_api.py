"""The routes of the whole story, through the whole edge, on a database that commits."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.subsidies.consumers import TIMERS
from services.subsidies.settings import SubsidiesSettings
from shared.http import Role
from shared.messaging.firing import fire_due_timers
from tests.api_client import Client
from tests.subsidies.edge import Headers, Intake, Token, confirmed, decision, hear, path_of
from tests.subsidies.facts import AMOUNT, Case

Conn = psycopg.Connection[Any]


def test_the_measures_say_what_they_ask_and_how_sure_anyone_is(client: Client, token: Token) -> None:
    found = client.get("/v1/measures", headers=token(Role.EMPLOYER, uuid4())).json()["measures"]
    assert [each["measure"] for each in found] == ["priime", "subvention_salariale_insertion"]
    assert all(each["documents"] and each["criteria"] and each["rules"]["low_confidence"] for each in found)


def test_a_paper_is_registered_and_its_number_is_not_for_employers(
    client: Client, conn: Conn, case: Case, token: Token
) -> None:
    path, own = path_of(conn, case), token(Role.EMPLOYER, case.employer_id)
    paper = {"kind": "eligibility_letter", "issued_on": "2026-03-01", "reference": "canari-77"}
    answer = client.post(f"{path}/documents", json=paper, headers={**own, "Idempotency-Key": str(uuid4())})
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["missing"]) == ("ready", ["employer_confirmation"])
    assert "canari-77" not in answer.text + client.get(path, headers=own).text
    assert "canari-77" in client.get(path, headers=token(Role.LIAISON)).text
    for wrong in ({"kind": "passport"}, {"kind": "work_permit"}, {"kind": "job_offer", "reference": "x" * 61},
                  {"kind": "job_offer", "issued_on": "2026-03-02", "expires_on": "2026-03-01"}):  # fmt: skip
        assert client.post(f"{path}/documents", json=wrong, headers=own).status_code == 422
    other = token(Role.EMPLOYER, uuid4())
    assert client.post(f"{path}/documents", json=paper, headers=other).status_code == 404


def test_the_list_says_age_who_must_act_and_what_is_missing(
    client: Client, conn: Conn, case: Case, token: Token, ministry: Headers
) -> None:
    own = token(Role.EMPLOYER, case.employer_id)
    found = {each["measure"]: each for each in client.get("/v1/requests", headers=own).json()["requests"]}
    priime, other = found["priime"], found["subvention_salariale_insertion"]
    assert (priime["state"], priime["must_act"], priime["age_days"]) == ("ready", "employer", 0)
    assert (other["overlaps_with"], other["missing"][0]) == ("priime", "document:eligibility_letter")
    assert other["missing_words"][0]["fr"].endswith("manque")
    path = confirmed(client, conn, case, token)
    shown = client.get(path, headers=ministry).json()
    assert (shown["must_act"], shown["computed_amount_cents"], shown["sent_by"]) == ("ministry", AMOUNT, "webhook")
    assert shown["checks"] == {"met": 9, "not_met": 0, "unknown": 0}
    assert [each["status"] for each in shown["documents"]] == ["present"] * 3


def test_the_ministry_asks_and_is_answered(
    client: Client, conn: Conn, case: Case, token: Token, ministry: Headers
) -> None:
    path = confirmed(client, conn, case, token)
    asked = {"question_id": f"Q-{uuid4()}", "questions": ["job_offer"], "note": "Laquelle ?", "asked_on": "2026-03-05"}
    assert client.post(f"{path}/information-requests", json=asked, headers=ministry).json()["state"] == (
        "information_requested"
    )
    own = token(Role.EMPLOYER, case.employer_id)
    to_do = client.get("/v1/to-do", headers=own).json()["to_do"]
    assert [each["what"] for each in to_do] == ["give_information"]
    given = client.post(f"{path}/information", json={"complete": True, "answer": "Celle du 3."}, headers=own)
    assert given.json()["state"] == "submitted"
    assert "Celle" not in given.text
    (round_,) = client.get(path, headers=ministry).json()["information"]
    assert (round_["answer"], round_["words"][0]["fr"]) == ("Celle du 3.", "Offre d'emploi acceptée")
    assert client.post(f"{path}/information", json={"complete": True}, headers=own).status_code == 409
    nothing = {**asked, "questions": []}
    assert client.post(f"{path}/information-requests", json=nothing, headers=ministry).status_code == 422


@pytest.mark.parametrize(("lang", "words"), [("fr", "Calcul, ligne par ligne"), ("en", "Computation, line by line")])
def test_the_dossier_is_a_complete_page_without_script(
    client: Client, conn: Conn, case: Case, token: Token, ministry: Headers, lang: str, words: str
) -> None:
    path = confirmed(client, conn, case, token)
    answer = client.get(f"{path}/dossier?lang={lang}", headers=ministry)
    assert answer.headers["content-type"].startswith("text/html")
    for there in (words, f'<html lang="{lang}">', "Ines Exemple", "Atelier Exemple", "2026-0318", "priime/2019-07"):
        assert there in answer.text
    assert answer.headers["X-Dossier-SHA256"] in answer.text
    assert "<script" not in answer.text
    assert "@media print" in answer.text
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert len(re.findall("<tr>", answer.text)) > 12
    again = client.get(f"{path}/dossier?lang={lang}", headers=ministry)
    assert again.headers["X-Dossier-SHA256"] == answer.headers["X-Dossier-SHA256"]


def test_a_dossier_shows_each_reader_what_it_may_see(
    client: Client, conn: Conn, case: Case, token: Token, ministry: Headers, intake: Intake
) -> None:
    path = path_of(conn, case, "/dossier")
    own = client.get(path, headers=token(Role.EMPLOYER, case.employer_id))
    assert own.status_code == 200
    assert "2024-09-01" not in own.text
    assert "L'employeur doit confirmer" in own.text.replace("&#39;", "'")
    assert client.get(path, headers=token(Role.EMPLOYER, uuid4())).status_code == 404
    assert client.get(path, headers=ministry).status_code == 404  # not sent to it
    intake.down = True
    assert "momentanément indisponibles" in client.get(path, headers=token(Role.LIAISON)).text


def test_a_ministry_that_is_not_connected_gets_paper_and_staff_enter_its_decision(
    client: Client, conn: Conn, case: Case, token: Token, settings: SubsidiesSettings
) -> None:
    staff = token(Role.LIAISON)
    settings.services_quebec_by = "dossier"
    try:
        path = confirmed(client, conn, case, token)
    finally:
        settings.services_quebec_by = "webhook"
    told = conn.execute("SELECT count(*) FROM webhook_deliveries WHERE about = %s", (path.rpartition("/")[2],))
    assert told.fetchone() == (0,)
    paper = decision(reference=f"L-{uuid4()}", dated_on="2026-03-20")
    del paper["decision_id"], paper["decided_on"]
    first, again = (client.post(f"{path}/received-decision", json=paper, headers=staff) for _ in range(2))
    assert first.json() == again.json()
    assert (first.json()["decided_on"], first.json()["entered_by"]) == ("2026-03-20", "liaison:liaison-1")
    assert client.get(path, headers=staff).json()["state"] == "approved"


def test_nobody_enters_a_decision_for_a_connected_ministry(
    client: Client, conn: Conn, case: Case, token: Token
) -> None:
    path = confirmed(client, conn, case, token)
    paper = decision(reference="L-1", dated_on="2026-03-20")
    del paper["decision_id"], paper["decided_on"]
    answer = client.post(f"{path}/received-decision", json=paper, headers=token(Role.MANAGER))
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (409, "ministry_connected")


def test_a_claim_from_hours_to_payment(
    client: Client, conn: Conn, case: Case, token: Token, ministry: Headers, clock_at: Any
) -> None:
    path, own = confirmed(client, conn, case, token), token(Role.EMPLOYER, case.employer_id)
    client.post(f"{path}/decision", json=decision(), headers=ministry)
    clock_at(date(2026, 4, 13))
    while fire_due_timers(conn, "subsidies", TIMERS):
        pass
    (claim,) = client.get("/v1/claims", headers=own).json()["claims"]
    assert (claim["state"], claim["missing"]) == ("due", [{"from_on": "2026-03-16", "to_on": "2026-04-10"}])
    assert client.get(f"/v1/claims/{claim['claim_id']}", headers=ministry).status_code == 404  # not sent
    hear(conn, case.hours(date(2026, 3, 16), date(2026, 4, 12), "150"))
    assert [each["what"] for each in client.get("/v1/to-do", headers=own).json()["to_do"]] == ["confirm_claim"]
    about = f"/v1/claims/{claim['claim_id']}"
    sent = client.post(f"{about}/submission", json={"accurate": True}, headers=own)
    assert (sent.json()["state"], sent.json()["amount_cents"]) == ("submitted", 241_500)
    assert client.get(about, headers=ministry).json()["lines"][0]["amount_cents"] == 241_500
    assert client.get(about, headers=token(Role.MINISTRY, "mifi")).status_code == 404
    assert client.post(f"{about}/submission", json={"accurate": True},
                       headers=token(Role.EMPLOYER, uuid4())).status_code == 404  # fmt: skip
    paid = {"payment_id": f"P-{uuid4()}", "result": "paid", "paid_on": "2026-04-20"}
    answers = [client.post(f"{about}/payment", json=paid, headers=ministry).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert (answers[0]["state"], answers[0]["paid_amount_cents"]) == ("paid", 241_500)


def test_a_course_from_draft_to_its_last_hour(client: Client, conn: Conn, case: Case, token: Token) -> None:
    own, mifi = token(Role.EMPLOYER, case.employer_id), token(Role.MINISTRY, "mifi")
    body = {"hire_id": str(case.hire_id), "hours": 10, "target_level": 4}
    course = client.post("/v1/french-courses", json=body, headers=own).json()
    assert (course["state"], course["missing"]) == ("draft", ["consent_send_to_ministry", "employer_confirmation"])
    about = f"/v1/french-courses/{course['course_id']}"
    refused = client.post(f"{about}/confirmation", json={"accurate": True}, headers=own)
    assert refused.json()["problems"][0]["code"] == "consent_send_to_ministry"
    hear(conn, case.consent(consent_id=uuid4(), recipient="mifi"))
    assert client.get(about, headers=mifi).status_code == 404
    assert client.post(f"{about}/confirmation", json={"accurate": True}, headers=own).json()["state"] == "submitted"
    assert client.get(about, headers=mifi).json()["names"]["candidate"] == "Ines Exemple"
    said = {"decision_id": f"M-{uuid4()}", "decision": "approved", "hours": 8, "decided_on": "2026-03-10"}
    assert client.post(f"{about}/decision", json=said, headers=mifi).json()["state"] == "approved"
    held = {"hours": "8", "held_on": "2026-03-04"}
    assert client.post(f"{about}/hours", json=held, headers=own).json()["state"] == "ended"
    assert client.get(about, headers=own).json()["held"] == [{"number": 1, "held_on": "2026-03-04", "hours": "8"}]
    for wrong in ({"hours": 0}, {"target_level": 13}, {"hire_id": "x"}, {"surprise": 1}):
        assert client.post("/v1/french-courses", json={**body, **wrong}, headers=own).status_code == 422
    other = {**body, "hire_id": str(uuid4())}
    assert client.post("/v1/french-courses", json=other, headers=own).status_code == 404


def test_mifi_asks_about_a_course_and_is_answered(client: Client, conn: Conn, case: Case, token: Token) -> None:
    own, mifi = token(Role.EMPLOYER, case.employer_id), token(Role.MINISTRY, "mifi")
    agreed = uuid4()
    hear(conn, case.consent(consent_id=agreed, recipient="mifi"))
    body: dict[str, Any] = {"hire_id": str(case.hire_id), "hours": 60, "target_level": 4}
    about = f"/v1/french-courses/{client.post('/v1/french-courses', json=body, headers=own).json()['course_id']}"
    client.post(f"{about}/confirmation", json={"accurate": True}, headers=own)
    asked: dict[str, Any] = {
        "question_id": f"M-{uuid4()}",
        "questions": ["timetable"],
        "note": "canari",
        "asked_on": "2026-03-05",
    }
    for name, value in (("questions", []), ("questions", ["health"]), ("surprise", 1)):
        assert (
            client.post(f"{about}/information-requests", json={**asked, name: value}, headers=mifi).status_code == 422
        )
    first = client.post(f"{about}/information-requests", json=asked, headers=mifi).json()
    assert (first["state"], first["must_act"]) == ("information_requested", "employer")
    to_do = client.get("/v1/to-do", headers=own).json()["to_do"]
    assert "give_course_information" in {each["what"] for each in to_do}
    (open_round,) = client.get(about, headers=own).json()["information"]
    assert (open_round["note"], open_round["words"][0]["en"]) == ("canari", "The days and hours of the course")
    given = client.post(f"{about}/information", json={"complete": True, "answer": "Mardi midi."}, headers=own)
    assert (given.status_code, given.json()["state"]) == (200, "submitted")
    assert "Mardi" not in given.text
    assert client.get(about, headers=mifi).json()["information"][0]["answer"] == "Mardi midi."
    again = client.post(f"{about}/information", json={"complete": True}, headers=own)
    assert (again.status_code, again.json()["problems"][0]["code"]) == (409, "course_submitted")
    assert client.post(f"{about}/information", json={"complete": True},
                       headers=token(Role.EMPLOYER, uuid4())).status_code == 404  # fmt: skip
    hear(conn, case.consent_withdrawn().model_copy(update={"consent_id": agreed, "recipient": "mifi"}))
    assert client.get(about, headers=mifi).json()["information"] is None, "she agrees no more"


def test_counts_are_of_what_the_caller_may_see(client: Client, conn: Conn, case: Case, token: Token) -> None:
    own = token(Role.EMPLOYER, case.employer_id)
    counts = client.get("/v1/counts", headers=own).json()["counts"]
    assert counts == [
        {"what": "requests", "state": "draft", "count": 1},
        {"what": "requests", "state": "ready", "count": 1},
    ]
    assert client.get("/v1/counts", headers=token(Role.MINISTRY, "nobody")).json()["counts"] == []
