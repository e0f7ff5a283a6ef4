"""Lists, shortlists, feedback and acts by hand through the whole edge: who sees what, and what is refused."""

from datetime import timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest

from services.matching.api import choices, introductions, meetings
from services.matching.domain import words
from shared import clock
from shared.events.intake import CandidateErased
from shared.http import Role
from tests.matching.facts import FULL_PROFILE, admitted, agreed, terms, vacancy
from tests.matching.story import Headers, Story


def get(story: Story, path: str, headers: dict[str, str], **query: Any) -> Any:
    return story.client.get(path, headers=headers, params=query)


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


def test_a_vacancy_has_its_candidates_ranked_and_explained(story: Story) -> None:
    unknown = uuid4()
    story.receive(admitted(unknown, FULL_PROFILE.model_copy(update={"available_from": None})), agreed(unknown))
    path = f"/v1/vacancies/{story.vacancies[0].vacancy_id}/shortlist"
    shown = get(story, path, story.liaison, limit=500).json()
    mine = {one["candidate_id"]: one for one in shown["candidates"]}
    first, second = mine[str(story.candidate_id)], mine[str(unknown)]
    assert (first["fit"], first["score"], first["already_met"], first["introduction_state"]) == (
        "all_met", 96, False, "proposed",
    )  # fmt: skip
    assert [one["rank"] for one in shown["candidates"]] == list(range(1, shown["total"] + 1))
    assert (second["fit"], [(ask["fact"], ask["of"]) for ask in second["ask"]]) == (
        "unknown", [("available_from", "candidate")],
    )  # fmt: skip
    assert second["ask"][0]["fr"] == "Date de disponibilité"
    assert shown["to_ask"] >= 1
    story.offered(0)
    shown = get(story, path, story.advisor, limit=500).json()["candidates"]
    assert next(one for one in shown if one["candidate_id"] == str(story.candidate_id))["already_met"] is True


def test_a_person_has_her_vacancies_ranked(story: Story) -> None:
    story.receive(vacancy(occupation="63200"))
    path = f"/v1/candidates/{story.candidate_id}/shortlist"
    shown = get(story, path, story.advisor).json()
    assert {one["vacancy_id"] for one in shown["vacancies"]} == {str(v.vacancy_id) for v in story.vacancies}
    assert (shown["looking"], shown["total"], shown["all_met"]) == (True, 3, 3)
    assert shown["vacancies"][0]["vacancy"]["wage_min_cents"] == 2900
    assert get(story, path, story.advisor, include="all").json()["total"] == 4
    assert get(story, path, story.advisor, include="some", limit=0).status_code == 422


def test_a_score_and_an_introduction_are_explained_with_all_they_rest_on(story: Story) -> None:
    path = f"/v1/introductions/{story.introduction(0)}"
    explained = get(story, f"{path}/explanation", story.advisor).json()
    shown = get(story, path, story.advisor).json()
    assert [line["earned"] for line in explained["lines"]] == [line["earned"] for line in shown["lines"]]
    assert (explained["score"], explained["rule_version"]) == (shown["score"], shown["rule_version"])
    assert explained["profile"]["wage_expected_cents"] == 3000
    pair = f"/v1/vacancies/{story.vacancies[0].vacancy_id}/candidates/{story.candidate_id}/score"
    assert get(story, pair, story.manager).json()["score"] == shown["score"]
    assert get(story, pair, story.manager, as_of="2020-01-01T00:00:00Z").status_code == 404
    assert get(story, pair, story.manager, as_of="2020-01-01").status_code == 422


def test_a_person_with_too_few_companies_surfaces_by_herself(story: Story) -> None:
    alone = uuid4()
    person = admitted(alone, FULL_PROFILE.model_copy(update={"occupation": "63200"}))
    story.receive(person)
    advisor = str(person.advisor_id)
    shown = get(story, "/v1/candidates", story.manager, short_of=3, advisor_id=advisor).json()
    assert (shown["target"], shown["total"], shown["next"]) == (3, 1, None)
    (one,) = shown["candidates"]
    assert (one["candidate_id"], one["companies"], one["missing"], one["agreed"]) == (str(alone), 0, 3, False)
    assert one["introductions"] == []
    every = get(story, "/v1/candidates", story.manager, limit=200).json()
    assert str(story.candidate_id) not in {one["candidate_id"] for one in every["candidates"]}
    of_four = get(story, "/v1/candidates", story.advisor, short_of=4, limit=200).json()["candidates"]
    hers = next(one for one in of_four if one["candidate_id"] == str(story.candidate_id))
    assert [(i["state"], i["waits_for"]) for i in hers["introductions"]] == [("proposed", "candidate")] * 3


def test_short_people_come_in_pages(story: Story) -> None:
    people = [admitted(uuid4()) for _ in range(3)]
    advisor = people[0].advisor_id
    story.receive(*(person.model_copy(update={"advisor_id": advisor}) for person in people))
    seen, after = [], None
    for _ in range(3):
        query = {"advisor_id": str(advisor), "limit": 1, **({"after": after} if after else {})}
        page = get(story, "/v1/candidates", story.advisor, **query).json()
        seen.append(page["candidates"][0]["candidate_id"])
        after = page["next"]
    assert (after, set(seen)) == (None, {str(person.candidate_id) for person in people})


def test_a_company_sees_its_own_people_blind_until_both_said_yes(story: Story) -> None:
    path = f"/v1/employers/{story.vacancies[0].employer_id}/introductions"
    company = story.employer(0)
    assert get(story, path, company).json()["introductions"] == []
    assert len(get(story, path, story.liaison).json()["introductions"]) == 1
    story.answer(0, story.candidate)
    (blind,) = get(story, path, company).json()["introductions"]
    assert (blind["candidate_id"], blind["state_fr"], blind["waits_for"], blind["urgent"]) == (
        None, "À répondre", "employer", False,
    )  # fmt: skip
    assert blind["days_in_state"] == 0
    story.answer(0, company)
    (known,) = get(story, path, company, who="programme").json()["introductions"]
    assert known["candidate_id"] == str(story.candidate_id)
    assert get(story, path, company, who="employer").json()["introductions"] == []
    for other in (story.employer(1), story.token(Role.EMPLOYER, "hr")):
        assert get(story, path, other).status_code == 404


def test_the_board_is_filtered_and_paged(story: Story) -> None:
    story.answer(0, story.candidate)
    wanted = {"state": ["candidate_agreed"], "who": "employer", "live": True, "limit": 200}
    shown = get(story, "/v1/introductions", story.liaison, **wanted).json()["introductions"]
    assert story.introduction(0) in {one["introduction_id"] for one in shown}
    assert {(one["state"], one["waits_for"]) for one in shown} == {("candidate_agreed", "employer")}
    first = get(story, "/v1/introductions", story.advisor, limit=1).json()
    second = get(story, "/v1/introductions", story.advisor, limit=1, after=first["next"]).json()
    assert first["introductions"][0]["introduction_id"] != second["introductions"][0]["introduction_id"]
    assert get(story, "/v1/introductions", story.liaison, state="x", who="y", limit=0).status_code == 422
    assert get(story, "/v1/introductions", story.candidate).status_code == 403


def test_a_meeting_gets_its_day(story: Story) -> None:
    path = f"/v1/introductions/{story.introduction(0)}"
    day = str(clock.today() + timedelta(days=2))
    assert codes(story.post(f"{path}/meeting-day", story.advisor, {"meets_on": day})) == ["not_agreed_by_both"]
    story.answer(0, story.candidate)
    story.answer(0, story.employer(0))
    assert story.post(f"{path}/meeting-day", story.employer(1), {"meets_on": day}).status_code == 404
    shown = story.post(f"{path}/meeting-day", story.employer(0), {"meets_on": day}).json()
    assert (shown["state"], shown["meets_on"], shown["waits_for"], shown["waits_for_fr"]) == (
        "meeting_set", day, "date", "En attente de la date",
    )  # fmt: skip


def test_neither_side_sees_what_the_other_thought(story: Story) -> None:
    story.offered(0)
    path = f"/v1/introductions/{story.introduction(0)}"
    hers = {"side": "candidate", "marks": {"wish": 2, "team": 5}, "reasons": ["distance"]}
    theirs = {"side": "employer", "marks": {"skills": 5}, "reasons": []}
    assert codes(story.post(f"{path}/feedback", story.candidate, theirs)) == ["not_yours_to_say"]
    assert story.post(f"{path}/feedback", story.employer(1), theirs).status_code == 404
    after = story.post(f"{path}/feedback", story.candidate, hers).json()["feedback"]
    assert [one["side"] for one in after] == ["candidate"]
    after = story.post(f"{path}/feedback", story.employer(0), theirs).json()["feedback"]
    assert [(one["side"], one["marks"]) for one in after] == [("employer", {"skills": 5})]
    for viewer, sides in (
        (story.candidate, ["candidate"]),
        (story.employer(0), ["employer"]),
        (story.advisor, ["candidate", "employer"]),
    ):
        assert [one["side"] for one in get(story, path, viewer).json()["feedback"]] == sides


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"side": "candidate"}, {"nothing_said"}),
        ({"side": "candidate", "marks": {"skills": 3}}, {"marks_of_the_other_side"}),
        ({"side": "me", "marks": {"wish": 6, "x": 1}, "reasons": ["she was late"], "note": "x"},
         {"literal_error", "less_than_equal", "extra_forbidden"}),
    ],
)  # fmt: skip
def test_feedback_that_cannot_be_read_is_refused_with_every_problem(
    story: Story, body: dict[str, Any], found: set[str]
) -> None:
    answer = story.post(f"/v1/introductions/{story.introduction(0)}/feedback", story.advisor, body)
    assert answer.status_code == 422
    assert set(codes(answer)) == found
    assert all(problem["fr"] and problem["en"] for problem in answer.json()["problems"])


def test_an_offer_is_changed_then_taken_back_and_the_choice_tells_what_stood_open(story: Story) -> None:
    first, other = story.offered(0), story.offered(1)
    made = {"terms": {**terms(starts_on=clock.today()).model_dump(mode="json"), "wage_cents": 3400}}
    path = f"/v1/introductions/{story.introduction(0)}/offer"
    better = story.post(path, story.liaison, made).json()["offer"]["offer_id"]
    assert codes(story.post(f"/v1/offers/{first}/withdrawal", story.liaison, {"reason": "other"})) == ["offer_not_open"]
    assert story.post(f"/v1/offers/{other}/withdrawal", story.employer(0), {"reason": "other"}).status_code == 404
    back = story.post(f"/v1/offers/{other}/withdrawal", story.employer(1), {"reason": "filled"}).json()
    assert (back["state"], back["offer"]["state"]) == ("met", "withdrawn")
    again = story.post(f"/v1/introductions/{story.introduction(1)}/offer", story.employer(1), made).json()
    chosen = {"offer_id": better}
    assert story.post(f"/v1/candidates/{story.candidate_id}/choice", story.candidate, chosen).status_code == 201
    choices_path = f"/v1/candidates/{story.candidate_id}/choices"
    (choice,) = get(story, choices_path, story.candidate).json()["choices"]
    assert choice["chosen_offer_id"] == better
    assert {offer["offer_id"] for offer in choice["offers"]} == {better, again["offer"]["offer_id"]}
    assert get(story, choices_path, story.token(Role.CANDIDATE, str(uuid4()))).status_code == 404


def test_she_takes_a_yes_back_and_each_speaks_for_its_own(story: Story) -> None:
    path = f"/v1/introductions/{story.introduction(0)}/withdrawal"
    assert codes(story.post(path, story.candidate, {"reason": "changed_mind"})) == ["answer_instead"]
    story.answer(0, story.candidate)
    told = {"reason": "changed_mind", "by": "employer"}
    assert codes(story.post(path, story.candidate, told)) == ["not_yours_to_say"]
    shown = story.post(path, story.advisor, {"reason": "changed_mind", "by": "candidate"}).json()
    assert (shown["state"], shown["ended_by"], shown["reason_fr"]) == ("withdrawn", "candidate", "A changé d'avis")
    company = get(story, f"/v1/introductions/{story.introduction(0)}", story.employer(0)).json()
    assert (company["ended_by"], company["reason"], company["candidate_id"]) == (None, None, None)
    story.answer(1, story.candidate)
    assert codes(story.post(path, story.advisor, told | {"by": "programme"})) == ["introduction_over"]


def test_an_introduction_by_hand(story: Story) -> None:
    cook = vacancy(occupation="63200")
    story.receive(cook)
    path, body = f"/v1/candidates/{story.candidate_id}/introductions", {"vacancy_id": str(cook.vacancy_id)}
    assert codes(story.post(path, story.advisor, body)) == ["reason_needed"]
    assert story.post(path, story.advisor, {**body, "reason": "I know her"}).status_code == 422
    assert story.post(path, story.candidate, body).status_code == 403
    made = story.post(path, story.advisor, {**body, "reason": "career_change"})
    assert (made.status_code, made.json()["state"], made.json()["by_hand"]) == (201, "proposed", "career_change")
    seen = get(story, f"/v1/introductions/{made.json()['introduction_id']}", story.candidate).json()
    assert seen["by_hand"] is None
    again = story.post(path, story.advisor, {**body, "reason": "other"})
    assert (again.status_code, codes(again)) == (409, ["introduced_already"])


def test_missing_and_anothers_are_not_told_apart(story: Story, token: Headers) -> None:
    nothing, staff = uuid4(), story.advisor
    erased = story.candidate_id
    day = clock.today()
    introduction = story.introduction(0)
    story.receive(CandidateErased(candidate_id=erased, requested_on=day, gone_from_log_on=day + timedelta(days=35)))
    paths = [
        f"/v1/vacancies/{nothing}/shortlist",
        f"/v1/candidates/{nothing}/shortlist",
        f"/v1/candidates/{erased}/shortlist",
        f"/v1/candidates/{erased}/choices",
        f"/v1/vacancies/{story.vacancies[0].vacancy_id}/candidates/{erased}/score",
        f"/v1/introductions/{nothing}/explanation",
        f"/v1/introductions/{introduction}/explanation",
    ]
    answers = [get(story, path, staff) for path in paths]
    assert [answer.status_code for answer in answers] == [404] * len(paths)
    assert {str(answer.json()["problems"]) for answer in answers} == {str(answers[0].json()["problems"])}
    for path, body in (
        (f"/v1/offers/{nothing}/withdrawal", {"reason": "other"}),
        (f"/v1/introductions/{nothing}/withdrawal", {"reason": "other"}),
        (f"/v1/introductions/{introduction}/feedback", {"side": "employer", "marks": {"fit": 1}}),
        (f"/v1/candidates/{nothing}/introductions", {"vacancy_id": str(story.vacancies[0].vacancy_id)}),
    ):
        assert story.post(path, story.liaison, body).status_code == 404, path


def test_every_code_that_is_taken_has_its_words(story: Story) -> None:
    taken = {
        "decline_reasons": introductions.AnswerIntroduction.model_fields["reason"].annotation,
        "withdrawal_reasons": introductions.WithdrawIntroduction.model_fields["reason"].annotation,
        "offer_withdrawal_reasons": meetings.WithdrawOffer.model_fields["reason"].annotation,
        "hire_cancellation_reasons": choices.CancelHire.model_fields["reason"].annotation,
        "feedback_reasons": meetings.GiveFeedback.model_fields["reasons"].annotation,
    }
    shown = get(story, "/v1/codes", story.candidate).json()["lists"]
    for name, annotation in taken.items():
        assert {one["code"] for one in shown[name]} == _literals(annotation), name
    assert {one["code"] for one in shown["by_hand_reasons"]} == {*get_args(introductions.ByHand), "fits_by_the_rules"}
    marks = {one["code"] for name in ("candidate_marks", "employer_marks") for one in shown[name]}
    assert marks == set(meetings.Marks.model_fields)
    assert all(fr and en for list_ in words.CODE_LISTS.values() for fr, en in list_.values())


def _literals(annotation: Any) -> set[str]:
    if isinstance(annotation, str):
        return {annotation}
    return {code for part in get_args(annotation) for code in _literals(part)}
