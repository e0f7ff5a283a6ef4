"""Every code list and question, in French and English."""

from fastapi import APIRouter

from services.retention.api.views import CodeView, code_view
from services.retention.domain.questions import QUESTIONS, Question, QuestionSet
from services.retention.domain.tasks import HIGHEST_OUTLOOK, LOWEST_OUTLOOK
from services.retention.domain.words import CODES
from shared.http import Role, Shown, allow

router = APIRouter(prefix="/v1", tags=["codes"])


class WordsView(Shown):
    fr: str
    en: str


class QuestionView(Shown):
    """``by_oneself``: one of those a side may answer without a call."""

    code: str
    fr: str
    en: str
    by_oneself: bool
    answers: list[CodeView]


class QuestionSetView(Shown):
    """``outlook`` goes in its own field, from ``lowest`` to ``highest``."""

    version: str
    outlook: WordsView
    lowest: int
    highest: int
    questions: list[QuestionView]


@router.get("/codes", dependencies=[allow(*Role)])
def list_codes() -> dict[str, list[CodeView]]:
    """Each list by its name; questions with their answers are in GET /v1/questions too."""
    lists = dict(CODES)
    for side, asked in QUESTIONS.items():
        lists[f"{side}_questions"] = {question.code: question.words for question in asked.questions}
    lists["answers"] = {
        code: words for asked in QUESTIONS.values() for q in asked.questions for code, words in q.answers.items()
    }
    return {name: [code_view(code, words) for code in words] for name, words in lists.items()}


@router.get("/questions", dependencies=[allow(*Role)])
def list_questions() -> dict[str, QuestionSetView]:
    """What each side is asked: ``employee``, ``employer``."""
    return {side: question_set_view(asked, asked.questions) for side, asked in QUESTIONS.items()}


def question_set_view(asked: QuestionSet, questions: tuple[Question, ...]) -> QuestionSetView:
    return QuestionSetView(
        version=asked.version,
        outlook=WordsView.model_validate(asked.outlook),
        lowest=LOWEST_OUTLOOK,
        highest=HIGHEST_OUTLOOK,
        questions=[
            QuestionView(
                code=question.code,
                fr=question.words.fr,
                en=question.words.en,
                by_oneself=question.by_oneself,
                answers=[code_view(code, dict(question.answers)) for code in question.answers],
            )
            for question in questions
        ],
    )
