"""A form: what was answered, what is wrong with it, and how answers become what an owner takes. A form posts to the
address of its own page; with problems the same page comes back, the summary first, every answer kept."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import Depends, Request
from markupsafe import Markup, escape
from starlette.datastructures import FormData

from services.portal.pages.addresses import language_of
from services.portal.pages.origin import only_from_our_own_page
from services.portal.pages.owners import Outcome
from services.portal.pages.words import Language, words_in
from services.portal.pages.words.language import typeset_french

_MOST_FIELDS = 200
_LONGEST = 5000


@dataclass
class Form:
    """``fields``: in the order of the page. ``errors``: field → words. ``general``: what belongs to no field.
    ``do``: which form of the page was sent."""

    language: Language
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    sent: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    """Field → what the page calls it, noted as the page is rendered."""

    # -- answers ------------------------------------------------------------------------------------------------------

    @property
    def do(self) -> str:
        return self.text("do") or ""

    def text(self, name: str) -> str | None:
        """Without the spaces around it; None when empty."""
        return next((kept for one in self.answers.get(name, ()) if (kept := one.strip())), None)

    def all(self, name: str) -> list[str]:
        """Every box that was ticked."""
        return [one for one in self.answers.get(name, ()) if one]

    def ticked(self, name: str) -> bool:
        return bool(self.text(name))

    def day(self, name: str) -> date | None:
        """A date (2026-06-23); blames the field when what is there is none."""
        said = self.text(name)
        if said is None:
            return None
        try:
            return date.fromisoformat(said)
        except ValueError:
            self.blame(name, str(words_in(self.language)("form.not_a_date")))
            return None

    def number(self, name: str) -> Decimal | None:
        """``37,5`` or ``37.5``; blames the field when what is there is no number."""
        said = self.text(name)
        if said is None:
            return None
        plain = said.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("$", "").replace(",", ".")
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.blame(name, str(words_in(self.language)("form.not_a_number")))
            return None
        return value

    def whole(self, name: str) -> int | None:
        value = self.number(name)
        if value is not None and value != value.to_integral_value():
            self.blame(name, str(words_in(self.language)("form.not_whole")))
            return None
        return None if value is None else int(value)

    def cents(self, name: str) -> int | None:
        """Dollars as written by a person, in cents; blames the field when there are parts of a cent."""
        value = self.number(name)
        if value is None:
            return None
        if value * 100 != (value * 100).to_integral_value():
            self.blame(name, str(words_in(self.language)("form.parts_of_a_cent")))
            return None
        return int(value * 100)

    def need(self, name: str, words: str) -> None:
        """Blames an empty field."""
        if not self.text(name):
            self.blame(name, words)

    # -- problems -----------------------------------------------------------------------------------------------------

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors or self.general)

    @property
    def status(self) -> int:
        """Of the page that shows it."""
        return 422 if self.is_wrong else 200

    def blame(self, name: str, words: str) -> None:
        said = self.errors.setdefault(name, [])
        if words not in said:
            said.append(words)

    def take(self, outcome: Outcome, places: Mapping[str, str] | None = None) -> None:
        """The owner's refusal in the page's words. ``places``: JSON pointer → field; a pointer takes the place of the
        longest one it begins with. ``/facts/french`` belongs to a field ``facts.french`` without being told."""
        if outcome.unanswered:
            self.general.append(str(words_in(self.language)("form.unanswered")))
        for problem in outcome.problems:
            words = typeset_french(problem.fr) if self.language == "fr" else problem.en
            name = _place_of(problem.pointer, places or {})
            if name:
                self.blame(name, words)
            elif words not in self.general:
                self.general.append(words)

    @property
    def repeats(self) -> bool:
        """Whether two fields have the same mistake: the summary then names the field in each line."""
        every = [words for said in self.errors.values() for words in said]
        return len(every) > len(set(every))

    def said(self, name: str, label: str = "") -> Markup:
        """What is wrong with a field, for beside it. ``label``: what the page calls it."""
        if label:
            self.labels[name] = label
        return Markup(" ").join(escape(one) for one in self.errors.get(name, ()))

    def summary(self, fields: Sequence[str]) -> list[tuple[str | None, str, str | None]]:
        """(field or None, words, the field's label where the words are another field's as well): what belongs to no
        field first, then in the order of the page; what the page has no field for leads nowhere."""
        known = {name: at for at, name in enumerate(fields)}
        ordered = sorted(self.errors.items(), key=lambda item: known.get(item[0], len(known)))
        times = Counter(words for said in self.errors.values() for words in said)
        return [(None, words, None) for words in self.general] + [
            (name if name in known else None, words, self.labels.get(name) if times[words] > 1 else None)
            for name, said in ordered
            for words in said
        ]


def _place_of(pointer: str, places: Mapping[str, str]) -> str | None:
    fitting = [start for start in places if pointer == start or pointer.startswith(start + "/")]
    if fitting:
        return places[max(fitting, key=len)]
    return pointer.strip("/").replace("/", ".") or None


def empty_form(request: Request, **answers: str | None) -> Form:
    """A form as first shown, perhaps with answers already in it."""
    return Form(language_of(request), {name: [value] for name, value in answers.items() if value})


async def sent_form(request: Request) -> Form:
    """The form that this request sends. Raises Forbidden when it comes from another site's page."""
    only_from_our_own_page(request)
    data: FormData = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    answers: dict[str, list[str]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            answers.setdefault(name[:100], []).append(value[:_LONGEST].replace("\x00", ""))
    form = Form(language_of(request), answers, sent=True)
    given = form.text("nonce")
    if given and given.isascii() and given.isprintable() and len(given) <= 100:
        form.nonce = given
    return form


SentForm = Annotated[Form, Depends(sent_form)]
