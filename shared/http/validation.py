"""pydantic's findings as sentences that say what to do, in French and English."""

from collections.abc import Mapping
from typing import Any

from shared.errors import Problem

# code -> what to do; {x} comes from pydantic's context
_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("Ce champ est obligatoire; ajoutez-le.", "This field is required; add it."),
    "extra_forbidden": ("Ce champ n'existe pas ici; retirez-le.", "There is no such field here; remove it."),
    "json_invalid": ("Ce n'est pas du JSON lisible; vérifiez la syntaxe.", "Not readable JSON; check its syntax."),
    "uuid": ("Donnez un identifiant UUID, comme 3f0c2b1e-8a4d-4c57-9b7e-2d1f6a5c9e10.",
             "Give a UUID, such as 3f0c2b1e-8a4d-4c57-9b7e-2d1f6a5c9e10."),
    "date": ("Donnez une date AAAA-MM-JJ qui existe.", "Give a date YYYY-MM-DD that exists."),
    "datetime": ("Donnez une date et une heure avec fuseau, comme 2026-03-02T14:30:00Z.",
                 "Give a date and time with its zone, such as 2026-03-02T14:30:00Z."),
    "time": ("Donnez une heure HH:MM.", "Give a time HH:MM."),
    "int": ("Donnez un nombre entier.", "Give a whole number."),
    "decimal": ("Donnez un nombre décimal, comme 37.5.", "Give a decimal number, such as 37.5."),
    "decimal_max_places": ("Donnez au plus {decimal_places} décimales.", "Give at most {decimal_places} decimals."),
    "decimal_max_digits": ("Donnez au plus {max_digits} chiffres.", "Give at most {max_digits} digits."),
    "decimal_whole_digits": ("Donnez au plus {whole_digits} chiffres avant la virgule.",
                             "Give at most {whole_digits} digits before the point."),
    "float": ("Donnez un nombre.", "Give a number."),
    "bool": ("Répondez true ou false.", "Answer true or false."),
    "string": ("Donnez un texte.", "Give a text."),
    "string_unicode": ("Ce texte contient des caractères invalides; retirez-les.",
                       "This text holds invalid characters; remove them."),
    "string_too_short": ("Donnez au moins {min_length} caractère(s).", "Give at least {min_length} character(s)."),
    "string_too_long": ("Donnez au plus {max_length} caractères.", "Give at most {max_length} characters."),
    "string_pattern_mismatch": ("Ce texte n'a pas la forme attendue : {pattern}.",
                                "This text has not the expected form: {pattern}."),
    "too_short": ("Donnez au moins {min_length} élément(s).", "Give at least {min_length} item(s)."),
    "too_long": ("Donnez au plus {max_length} éléments.", "Give at most {max_length} items."),
    "list": ("Donnez une liste.", "Give a list."),
    "object": ("Donnez un objet JSON.", "Give a JSON object."),
    "literal_error": ("Choisissez parmi : {expected}.", "Choose one of: {expected}."),
    "greater_than": ("Donnez une valeur supérieure à {gt}.", "Give a value above {gt}."),
    "greater_than_equal": ("Donnez une valeur d'au moins {ge}.", "Give a value of at least {ge}."),
    "less_than": ("Donnez une valeur inférieure à {lt}.", "Give a value below {lt}."),
    "less_than_equal": ("Donnez une valeur d'au plus {le}.", "Give a value of at most {le}."),
    "multiple_of": ("Donnez un multiple de {multiple_of}.", "Give a multiple of {multiple_of}."),
    "finite_number": ("Donnez un nombre fini.", "Give a finite number."),
    "date_past": ("Donnez une date passée.", "Give a date in the past."),
    "date_future": ("Donnez une date à venir.", "Give a date in the future."),
    "union_tag_invalid": ("« {discriminator} » : choisissez parmi {expected_tags}.",
                          "“{discriminator}”: choose one of {expected_tags}."),
    "union_tag_not_found": ("Ajoutez le champ {discriminator}.", "Add the field {discriminator}."),
}  # fmt: skip

# pydantic has several types of error for one remedy
_SAME: dict[str, str] = {
    **dict.fromkeys(["uuid_parsing", "uuid_type", "uuid_version"], "uuid"),
    **dict.fromkeys(["date_parsing", "date_type", "date_from_datetime_parsing", "date_from_datetime_inexact"], "date"),
    **dict.fromkeys(
        [
            "datetime_parsing",
            "datetime_type",
            "datetime_from_date_parsing",
            "timezone_aware",
            "datetime_object_invalid",
        ],
        "datetime",
    ),
    **dict.fromkeys(["time_parsing", "time_type"], "time"),
    **dict.fromkeys(["int_parsing", "int_type", "int_from_float", "int_parsing_size"], "int"),
    **dict.fromkeys(["decimal_parsing", "decimal_type"], "decimal"),
    **dict.fromkeys(["float_parsing", "float_type"], "float"),
    **dict.fromkeys(["bool_parsing", "bool_type"], "bool"),
    "string_type": "string",
    **dict.fromkeys(["list_type", "tuple_type", "set_type"], "list"),
    **dict.fromkeys(["model_type", "model_attributes_type", "dict_type", "dataclass_type"], "object"),
    "enum": "literal_error",
}


_LONGEST_NAME = 200


def in_words(error: Mapping[str, Any]) -> Problem:
    """One of ``ValidationError.errors()`` as a problem. It never repeats the value that was sent."""
    code = _SAME.get(error["type"], error["type"])
    context = {name: _spelled(value) for name, value in (error.get("ctx") or {}).items()}
    fr, en = _SENTENCES.get(code, ("Cette valeur n'est pas acceptée; corrigez-la.", "This value is not accepted."))
    if {"fr", "en"} <= context.keys():  # models.unfit
        fr, en = context["fr"], context["en"]
    elif code == "literal_error":
        choices = context.get("expected", "")
        fr, en = fr.format(expected=choices.replace(" or ", " ou ")), en.format(expected=choices)
    elif error["type"] == "value_error":
        code = "not_accepted"
    else:
        fr, en = fr.format_map(_Blank(context)), en.format_map(_Blank(context))
    return Problem(pointer(error["loc"], code), code, fr, en)


def pointer(location: tuple[str | int, ...], code: str = "") -> str:
    """RFC 6901 pointer into the body; ``/query/page`` for a parameter."""
    parts = list(location)
    if parts[:1] == ["body"]:
        parts = [] if code == "json_invalid" else parts[1:]
    if parts[-1:] == ["[key]"]:  # the name of an entry is what is wrong
        parts = parts[:-1]
    return "".join("/" + _sayable(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _sayable(part: str | int) -> str:
    """A caller's own field name may hold half a character, which no answer can carry, and be as long as they like."""
    return str(part)[:_LONGEST_NAME].encode("utf-8", "backslashreplace").decode()


def _spelled(value: object) -> str:
    return str(value)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
