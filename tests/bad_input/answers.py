"""What every refusal must look like, whatever was wrong."""

import re
from typing import Any

JARGON = re.compile(
    r"pydantic|python|traceback|exception|validat(or|ion)|literal|\bdict\b|\btuple\b|\bstr\b|\bint\b|NoneType|"
    r"model_|_error|_type|sql|…$",
    re.IGNORECASE,
)
ENGLISH = re.compile(r"\b(the|give|this|there|must|choose|remove|add|send|check|is|not|only)\b", re.IGNORECASE)
FRENCH = re.compile(r"\b(le|la|les|un|une|ce|cette|dans|donnez|ajoutez|retirez|choisissez|est)\b", re.IGNORECASE)


def problems_of(answer: Any, statuses: tuple[int, ...], why: str) -> list[dict[str, str]]:
    """The problems of a refusal that is as it should be."""
    assert answer.status_code in statuses, (why, answer.status_code, answer.text[:600])
    assert answer.headers["content-type"] == "application/problem+json", why
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"] != told["title_en"], why
    assert told["problems"], (why, "nothing is said of what is wrong")
    for problem in told["problems"]:
        assert problem.keys() == {"pointer", "code", "fr", "en"}, why
        assert problem["fr"], why
        assert problem["en"], why
        assert problem["fr"] != problem["en"], (why, problem)
        listed = re.sub(r"[:(].*|'[^']*'", "", problem["fr"]), re.sub(r"[:(].*|'[^']*'", "", problem["en"])
        assert not JARGON.search(" ".join(listed)), (why, problem)
        assert not ENGLISH.search(listed[0].replace("« ", "")), (why, problem)
        assert not FRENCH.search(listed[1]), (why, problem)
    found: list[dict[str, str]] = told["problems"]
    return found


def not_told(named: frozenset[str], told: list[dict[str, str]]) -> set[str]:
    """Places of which nothing is said, neither of them nor of anything in them."""
    said = {problem["pointer"] for problem in told}
    return {place for place in named if not any(at == place or at.startswith(f"{place}/") for at in said)}
