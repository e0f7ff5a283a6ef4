"""What each side is asked, and may answer by itself."""

from services.retention.domain.questions import QUESTIONS, answer_problems


def test_each_side_has_five_questions_it_may_answer_by_itself_and_every_code_has_words() -> None:
    for asked in QUESTIONS.values():
        assert len(asked.by_oneself) + 1 == 5  # with the outlook
        assert asked.help_question in {question.code for question in asked.by_oneself}
        codes = [question.code for question in asked.questions]
        assert len(codes) == len(set(codes))
        assert all(w.fr and w.en for q in asked.questions for w in (q.words, *q.answers.values()))


def test_answers_to_the_other_sides_questions_or_in_other_words_are_all_refused() -> None:
    wrong = answer_problems("employee", {"attendance": "below", "relations": "fine", "daily_life": "no"})
    assert [(p.pointer, p.code) for p in wrong] == [
        ("/answers/attendance", "no_such_question"),
        ("/answers/relations", "no_such_answer"),
    ]
