from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, field_validator

from shared.http import Sent, unfit
from shared.http.validation import in_words, pointer


class Inner(Sent):
    a: int


class Colour(StrEnum):
    RED = "red"


class Days(Sent):
    first: date
    last: date

    @field_validator("last")
    @classmethod
    def after_the_first(cls, last: date, info: Any) -> date:
        if "first" in info.data and last < info.data["first"]:
            raise unfit("ends_before_it_starts", "La fin vient avant le début; corrigez-la.", "The end is too early.")
        return last


@pytest.mark.parametrize(
    ("shape", "value", "code", "fr"),
    [
        (UUID, "x", "uuid", "Donnez un identifiant UUID"),
        (date, "2026-02-30", "date", "Donnez une date AAAA-MM-JJ qui existe."),
        (date, "2026-03-02T10:00:00Z", "date", "Donnez une date AAAA-MM-JJ qui existe."),
        (date, None, "date", "Donnez une date AAAA-MM-JJ qui existe."),
        (AwareDatetime, "2026-03-02T10:00:00", "datetime", "Donnez une date et une heure avec fuseau"),
        (datetime, "soon", "datetime", "Donnez une date et une heure avec fuseau"),
        (time, "25:00", "time", "Donnez une heure HH:MM."),
        (int, "many", "int", "Donnez un nombre entier."),
        (int, 1.5, "int", "Donnez un nombre entier."),
        (Decimal, "x", "decimal", "Donnez un nombre décimal"),
        (Annotated[Decimal, Field(decimal_places=1)], "1.25", "decimal_max_places", "Donnez au plus 1 décimales."),
        (Annotated[Decimal, Field(max_digits=3)], "1234", "decimal_max_digits", "Donnez au plus 3 chiffres."),
        (float, "x", "float", "Donnez un nombre."),
        (bool, "maybe", "bool", "Répondez true ou false."),
        (str, 1, "string", "Donnez un texte."),
        (Annotated[str, Field(min_length=2)], "a", "string_too_short", "Donnez au moins 2 caractère(s)."),
        (Annotated[str, Field(max_length=2)], "abc", "string_too_long", "Donnez au plus 2 caractères."),
        (Annotated[str, Field(pattern="^[0-9]{5}$")], "1", "string_pattern_mismatch", "Ce texte n'a pas la forme"),
        (Annotated[list[int], Field(min_length=1)], [], "too_short", "Donnez au moins 1 élément(s)."),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "too_long", "Donnez au plus 1 éléments."),
        (list[int], "x", "list", "Donnez une liste."),
        (Inner, 3, "object", "Donnez un objet JSON."),
        (Inner, {}, "missing", "Ce champ est obligatoire; ajoutez-le."),
        (Inner, {"a": 1, "b": 2}, "extra_forbidden", "Ce champ n'existe pas ici; retirez-le."),
        (Literal["a", "b"], "c", "literal_error", "Choisissez parmi : 'a' ou 'b'."),
        (Colour, "blue", "literal_error", "Choisissez parmi : 'red'."),
        (Annotated[int, Field(gt=1)], 1, "greater_than", "Donnez une valeur supérieure à 1."),
        (Annotated[int, Field(ge=1)], 0, "greater_than_equal", "Donnez une valeur d'au moins 1."),
        (Annotated[int, Field(lt=1)], 1, "less_than", "Donnez une valeur inférieure à 1."),
        (Annotated[int, Field(le=1)], 2, "less_than_equal", "Donnez une valeur d'au plus 1."),
        (Days, {"first": "2026-03-02", "last": "2026-03-01"}, "ends_before_it_starts",
         "La fin vient avant le début; corrigez-la."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words_that_help(shape: Any, value: object, code: str, fr: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(shape).validate_python(value)
    (problem,) = [in_words(error) for error in wrong.value.errors()]
    assert problem.code == code
    assert problem.fr.startswith(fr)
    assert problem.en
    assert "…" not in problem.fr + problem.en
    assert "{" not in problem.fr + problem.en.replace(r"^[0-9]{5}$", "") or code == "string_pattern_mismatch"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (("body", "people", 0, "wage_cents"), "/people/0/wage_cents"),
        (("body", "a/b~c"), "/a~1b~0c"),
        (("body",), ""),
        (("query", "page"), "/query/page"),
        (("path", "id"), "/path/id"),
    ],
)
def test_a_pointer_leads_to_the_place(location: tuple[str | int, ...], expected: str) -> None:
    assert pointer(location) == expected
