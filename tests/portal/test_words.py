"""Two complete catalogues, and a sentence for everything that is said."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from services.portal.domain.numbers import DEFINITIONS
from services.portal.domain.person import file_as_of
from services.portal.pages.names import _PURPOSE, Names
from services.portal.pages.words import LANGUAGES, Language, words_in
from services.portal.pages.words.language import WordsMissing, catalogue, typeset_french
from services.portal.pages.words.sentences import Teller
from shared.events import intake
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.portal.story import at
from tests.portal.test_person import facts_of

PORTAL = Path(__file__).parents[2] / "services" / "portal"


def strings(language: Language) -> dict[str, tuple[str, ...]]:
    found = {}
    for message in catalogue(language):
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            found[key] = message.string if isinstance(message.string, tuple) else (message.string,)
    return found


def test_french_and_english_have_the_same_keys_and_no_empty_one() -> None:
    french, english = strings("fr"), strings("en")
    assert set(french) == set(english)
    assert [key for found in (french, english) for key, said in found.items() if not all(said)] == []
    assert [key for key in french if len(french[key]) != len(english[key])] == []


def test_french_and_english_fill_in_the_same_values() -> None:
    french, english = strings("fr"), strings("en")

    def values(said: tuple[str, ...]) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", " ".join(said)))

    assert [key for key in french if values(french[key]) != values(english[key])] == []


def literal_keys() -> Iterator[str]:
    for file in [*PORTAL.glob("templates/**/*.html"), *PORTAL.glob("pages/**/*.py")]:
        yield from re.findall(r"""\bt(?:\.n)?\(\s*["']([a-z0-9_.]+)["']\s*[,)]""", file.read_text())


def test_every_key_a_page_asks_for_has_words() -> None:
    asked = set(literal_keys())
    assert len(asked) > 100
    assert asked - set(strings("fr")) == set()


def test_asking_for_words_that_are_not_there_is_an_error_not_a_blank() -> None:
    with pytest.raises(WordsMissing):
        words_in("fr")("no.such.words")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_we_do_not_know_reads_as_unknown(language: Language) -> None:
    t = words_in(language)
    assert t.code("measure", "some_new_measure") == {"fr": "inconnu", "en": "unknown"}[language]


def test_french_typography_has_no_breaking_space_before_its_marks() -> None:
    t = words_in("fr")
    for key, said in strings("fr").items():
        for one in said:
            assert not re.search(r" [:;?!%»$]|« |'", typeset_french(one)), key
    assert t("definition.version", version=1) == "Définition 1."
    assert "\u00a0:" in t.n("fact.follow_up_planned", 3)
    for definition in DEFINITIONS.values():
        assert not re.search(r" [:;?!%]", definition.fr)


def test_days_and_numbers_are_written_as_each_language_writes_them() -> None:
    fr, en = words_in("fr"), words_in("en")
    first = date(2026, 6, 1)
    assert (fr.day(first), en.day(first)) == ("1er juin", "June 1")
    assert fr.day_of_week(first) == "lundi 1er juin 2026"
    assert en.day_of_week(first) == "Monday, June 1, 2026"
    assert (fr.clock(at("2026-06-23", 13)), en.clock(at("2026-06-23", 13))) == ("9\u00a0h\u00a000", "9:00\u00a0am")
    assert (fr.money(1_867_500), en.money(1_867_500)) == ("18\u00a0675,00\u00a0$", "$18,675.00")
    assert (fr.decimal("37.50"), en.decimal("37.5")) == ("37,5", "37.5")
    assert (fr.number(12345), en.number(12345)) == ("12\u00a0345", "12,345")


def test_values_are_escaped_and_bold_is_ours_alone() -> None:
    t = words_in("fr")
    said = t("fact.meeting_held", employer="<script>**x**")
    assert said == "Rencontre avec &lt;script&gt;**x**"
    assert t.n("promise.waiting", 1).startswith("<b>1 cherche encore</b>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_its_own_sentence_in_both_languages(language: Language) -> None:
    t = words_in(language)
    told = set()
    for story in (rola(), everything_else()):
        facts = facts_of(story)
        for moment in (at("2026-06-23", 20), at("2026-07-02", 20)):
            file = file_as_of(facts, moment)
            teller = Teller(t, Names(), facts)
            for fact in (*file.happened, *file.ahead):
                said = teller.tell(fact)
                told.add(fact.kind)
                assert said.what != t("fact.unknown"), fact
                assert "{" not in f"{said.what}{said.details}{said.by}", fact
                assert t("code.unknown") not in [said.what, *said.details, said.by], fact
    said_by_services = {s.event.type.split(".")[2] for story in (rola(), everything_else()) for s in story.said}
    about_companies = {"employer_registered", "vacancy_posted", "vacancy_closed"}
    assert told >= said_by_services - about_companies
    assert intake.CandidateErased.type.split(".")[2] not in told  # it leaves no timeline to tell it on


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fact_of_a_later_version_still_has_a_sentence(language: Language) -> None:
    story = rola()
    facts = facts_of(story)
    odd = facts[0].__class__(
        None, at("2026-06-01"), "matching", "introduction_answered", {"by": "angel", "answer": "?"}
    )
    newer = facts[0].__class__(None, at("2026-06-01"), "matching", "something_new", {})
    teller = Teller(words_in(language), Names(), facts)
    for fact in (odd, newer):
        assert teller.tell(fact).what == words_in(language)("fact.unknown")


def test_every_reason_for_which_a_name_was_read_has_words() -> None:
    """``file``: intake notes so that somebody read the whole file (services/intake/api/access.py)."""
    for language in LANGUAGES:
        words = words_in(language)
        assert [why for why in (*_PURPOSE.values(), "file") if not words.has(f"code.seen_for.{why}")] == []
