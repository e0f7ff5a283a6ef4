"""The routes, through the whole edge, on a database that commits."""

from uuid import uuid4

from fastapi import FastAPI

from services.matching.settings import MatchingSettings
from shared import clock
from shared.http import Role
from shared.http.callers import operations
from tests.every_service import WAITING_ROUTES
from tests.matching.facts import terms
from tests.matching.story import STAFF, Headers, Story


def test_every_route_says_who_may_call_it(api: FastAPI) -> None:
    found = {(o.method, o.path): set(o.roles or ()) for o in operations(api) if o.path.startswith("/v1")}
    assert found == {
        ("GET", "/v1/introductions"): {*STAFF},
        ("GET", "/v1/introductions/{introduction_id}/explanation"): {*STAFF},
        ("GET", "/v1/candidates"): {*STAFF},
        ("GET", "/v1/candidates/{candidate_id}/shortlist"): {*STAFF},
        ("GET", "/v1/vacancies/{vacancy_id}/shortlist"): {*STAFF},
        ("GET", "/v1/vacancies/{vacancy_id}/candidates/{candidate_id}/score"): {*STAFF},
        ("GET", "/v1/codes"): {*Role},
        ("GET", "/v1/employers/{employer_id}/introductions"): {*STAFF, Role.EMPLOYER},
        ("GET", "/v1/candidates/{candidate_id}/choices"): {*STAFF, Role.CANDIDATE},
        ("POST", "/v1/candidates/{candidate_id}/introductions"): {Role.ADVISOR, Role.LIAISON},
        ("POST", "/v1/introductions/{introduction_id}/withdrawal"): {
            Role.CANDIDATE, Role.ADVISOR, Role.EMPLOYER, Role.LIAISON,
        },
        ("POST", "/v1/introductions/{introduction_id}/meeting-day"): {Role.ADVISOR, Role.LIAISON, Role.EMPLOYER},
        ("POST", "/v1/introductions/{introduction_id}/feedback"): {
            Role.CANDIDATE, Role.ADVISOR, Role.EMPLOYER, Role.LIAISON,
        },
        ("POST", "/v1/offers/{offer_id}/withdrawal"): {Role.LIAISON, Role.EMPLOYER},
        ("GET", "/v1/introductions/{introduction_id}"): {*STAFF, Role.CANDIDATE, Role.EMPLOYER},
        ("GET", "/v1/candidates/{candidate_id}/introductions"): {*STAFF, Role.CANDIDATE},
        ("GET", "/v1/vacancies/{vacancy_id}/introductions"): {*STAFF, Role.EMPLOYER},
        ("POST", "/v1/introductions/{introduction_id}/answers"): {
            Role.CANDIDATE, Role.ADVISOR, Role.EMPLOYER, Role.LIAISON,
        },
        ("POST", "/v1/introductions/{introduction_id}/meeting"): {Role.ADVISOR, Role.LIAISON, Role.EMPLOYER},
        ("POST", "/v1/introductions/{introduction_id}/offer"): {Role.LIAISON, Role.EMPLOYER},
        ("POST", "/v1/candidates/{candidate_id}/choice"): {Role.CANDIDATE, Role.ADVISOR},
        ("POST", "/v1/hires/{hire_id}/cancellation"): {Role.ADVISOR, Role.LIAISON, Role.EMPLOYER},
        **WAITING_ROUTES,
    }  # fmt: skip


def test_a_person_sees_her_companies_and_why(story: Story) -> None:
    shown = story.client.get(f"/v1/candidates/{story.candidate_id}/introductions", headers=story.candidate).json()
    assert (shown["target"], shown["live"], shown["companies_met"]) == (3, 3, 0)
    introduction = shown["introductions"][0]
    assert (introduction["score"], introduction["coverage"], introduction["waits_for"]) == (96, 100, "candidate")
    occupation = introduction["lines"][0]
    assert (occupation["family"], occupation["earned"], occupation["basis"]) == ("occupation", 45, "11100 / 11100")
    assert occupation["fr"].startswith("Métier")


def test_a_company_sees_nothing_until_the_person_agreed_then_a_profile_then_who_it_is(story: Story) -> None:
    path = f"/v1/introductions/{story.introduction(0)}"
    of_vacancy = f"/v1/vacancies/{story.vacancies[0].vacancy_id}/introductions"
    company = story.employer(0)
    assert story.client.get(path, headers=company).status_code == 404
    assert story.client.get(of_vacancy, headers=company).json()["introductions"] == []

    story.answer(0, story.candidate)
    blind = story.client.get(path, headers=company).json()
    assert (blind["candidate_id"], blind["file_number"]) == (None, None)
    assert blind["profile"]["occupation"] == "11100"
    assert blind["profile"]["may_work"] is True
    for hidden in (str(story.candidate_id), "3000", "permanent_resident", "montreal", "2026-0318"):
        assert hidden not in story.client.get(of_vacancy, headers=company).text, hidden

    story.answer(0, company)
    known = story.client.get(path, headers=company).json()
    assert (known["candidate_id"], known["state"]) == (str(story.candidate_id), "accepted")


def test_another_s_and_missing_are_not_told_apart(story: Story, token: Headers) -> None:
    story.answer(0, story.candidate)
    introduction = f"/v1/introductions/{story.introduction(0)}"
    stranger, other_company = token(Role.CANDIDATE, str(uuid4())), story.employer(1)
    asked = [
        (stranger, introduction),
        (stranger, f"/v1/candidates/{story.candidate_id}/introductions"),
        (other_company, introduction),
        (other_company, f"/v1/vacancies/{story.vacancies[0].vacancy_id}/introductions"),
        (token(Role.EMPLOYER, "hr"), introduction),
        (story.advisor, f"/v1/introductions/{uuid4()}"),
        (story.advisor, f"/v1/candidates/{uuid4()}/introductions"),
        (story.advisor, f"/v1/vacancies/{uuid4()}/introductions"),
    ]
    answers = [story.client.get(path, headers=headers) for headers, path in asked]
    assert {answer.status_code for answer in answers} == {404}
    assert {str(answer.json()["problems"]) for answer in answers} == {str(answers[0].json()["problems"])}


def test_another_cannot_act_either(story: Story, token: Headers) -> None:
    offer_id = story.offered(0)
    path = f"/v1/introductions/{story.introduction(0)}"
    stranger, other_company = token(Role.CANDIDATE, str(uuid4())), story.employer(1)
    made = {"terms": terms().model_dump(mode="json")}
    answers = [
        story.post(f"{path}/answers", stranger, {"answer": "no"}),
        story.post(f"{path}/answers", other_company, {"answer": "no"}),
        story.post(f"{path}/meeting", other_company, {"held_on": str(clock.today())}),
        story.post(f"{path}/offer", other_company, made),
        story.post(f"/v1/candidates/{story.candidate_id}/choice", stranger, {"offer_id": offer_id}),
        story.post(f"/v1/candidates/{story.candidate_id}/choice", story.candidate, {"offer_id": str(uuid4())}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6


def test_the_candidate_answers_before_the_company(story: Story) -> None:
    path = f"/v1/introductions/{story.introduction(0)}/answers"
    early = story.post(path, story.liaison, {"answer": "yes"})
    assert (early.status_code, early.json()["problems"][0]["code"]) == (409, "candidate_answers_first")
    assert story.post(path, story.employer(0), {"answer": "yes"}).status_code == 404
    assert story.post(path, story.advisor, {"answer": "yes"}).json()["state"] == "candidate_agreed"
    assert story.post(path, story.liaison, {"answer": "yes"}).json()["state"] == "accepted"
    assert story.post(path, story.advisor, {"answer": "yes"}).status_code == 409


def test_a_reason_is_a_code_and_nothing_else_is_taken(story: Story) -> None:
    path = f"/v1/introductions/{story.introduction(0)}"
    for where, headers, body in (
        ("answers", story.candidate, {"answer": "maybe"}),
        ("answers", story.candidate, {"answer": "no", "reason": "because the manager there knows me"}),
        ("answers", story.candidate, {"answer": "no", "comment": "x"}),
        ("offer", story.liaison, {"terms": {**terms().model_dump(mode="json"), "wage_cents": 0}}),
        ("meeting", story.advisor, {"held_on": "soon"}),
    ):
        assert story.post(f"{path}/{where}", headers, body).status_code == 422
    assert story.answer(0, story.candidate, "no", reason="too_far").json()["reason"] == "too_far"


def test_she_chooses_between_two_offers_and_the_third_company_is_told(story: Story) -> None:
    first, _ = story.offered(0), story.offered(1)
    story.answer(2, story.candidate)
    chosen = story.post(f"/v1/candidates/{story.candidate_id}/choice", story.candidate, {"offer_id": first})
    assert chosen.status_code == 201
    states = [
        story.client.get(f"/v1/introductions/{story.introduction(n)}", headers=story.employer(n)).json()
        for n in range(3)
    ]
    assert [shown["state"] for shown in states] == ["hired", "not_chosen", "hired_elsewhere"]
    assert states[0]["hire_id"] == chosen.json()["hire_id"]
    assert [shown["candidate_id"] is None for shown in states] == [False, True, True]
    assert states[2]["profile"] is None
    again = story.post(f"/v1/candidates/{story.candidate_id}/choice", story.advisor, {"offer_id": first})
    assert (again.status_code, again.json()["problems"][0]["code"]) == (409, "offer_not_open")


def test_the_same_choice_sent_twice_with_its_key_is_made_once(story: Story) -> None:
    offer_id = story.offered(0)
    headers = {**story.candidate, "Idempotency-Key": str(uuid4())}
    path = f"/v1/candidates/{story.candidate_id}/choice"
    one, two = (story.post(path, headers, {"offer_id": offer_id}) for _ in range(2))
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json() == two.json()


def test_a_hire_falls_through_only_for_those_concerned(story: Story, token: Headers) -> None:
    chosen = story.post(
        f"/v1/candidates/{story.candidate_id}/choice", story.candidate, {"offer_id": story.offered(0)}
    ).json()
    path = f"/v1/hires/{chosen['hire_id']}/cancellation"
    assert story.post(path, story.employer(1), {"reason": "other"}).status_code == 404
    assert story.post(path, story.candidate, {"reason": "other"}).status_code == 403
    assert story.post(path, story.employer(0), {"reason": "employer_declined"}).json()["state"] == "cancelled"
    assert story.post(path, story.advisor, {"reason": "other"}).status_code == 409
    assert story.post(f"/v1/hires/{uuid4()}/cancellation", story.advisor, {"reason": "other"}).status_code == 404


def test_the_settings_name_the_service() -> None:
    assert MatchingSettings().service == "matching"
