"""Words of the pages: two complete catalogues, dates and numbers as each language writes them, and a sentence for each
kind of fact."""

from services.portal.pages.words.language import LANGUAGES, Language, Words, words_in

__all__ = ["LANGUAGES", "Language", "Words", "words_in"]
