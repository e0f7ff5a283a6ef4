"""Whether readers and writers of different days understand each other, rule by rule."""

from typing import Any

import pytest

from deploy.catalogue.compatibility import Pair, removed

TEXT, WHOLE, NOTHING = {"type": "string"}, {"type": "integer"}, {"type": "null"}
CODE = {"enum": ["yes", "no"], "type": "string"}


def thing(required: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields) if required is None else required}


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (thing(a=TEXT), thing(a=TEXT)),
        (thing(a=TEXT), thing(a=TEXT, b=WHOLE)),  # a new field is passed over
        (thing([], a=TEXT), thing()),  # an optional one may be missing
        (thing(a={"anyOf": [TEXT, NOTHING]}), thing(a=TEXT)),  # a reader that takes more
        (thing(a=TEXT), thing(a=CODE)),  # codes read as text: a new one is unknown, not refused
        (thing(a=CODE), thing(a={"const": "yes", "type": "string"})),
        (thing(a={"type": "number"}), thing(a=WHOLE)),
        (thing(a={"type": "array", "items": TEXT}), thing(a={"type": "array", "items": TEXT})),
        ({"$ref": "#/$defs/A", "$defs": {"A": thing(b=TEXT)}}, thing(b=TEXT)),
        (thing(a={**WHOLE, "minimum": 0}), thing(a={**WHOLE, "minimum": 1})),
    ],
)
def test_a_reader_that_takes_all_that_is_written(read: Any, written: Any) -> None:
    assert Pair(read, written).faults() == []


@pytest.mark.parametrize(
    ("read", "written", "fault"),
    [
        (thing(a=TEXT), thing(), "/a: must be there"),
        (thing(a=TEXT), thing([], a=TEXT), "/a: must be there"),
        (thing(a=WHOLE), thing(a=TEXT), "/a: string is written where integer is read"),
        (thing(a=TEXT), thing(a={"anyOf": [TEXT, NOTHING]}), "/a: null is written where string is read"),
        (thing(a=CODE), thing(a={"enum": ["yes", "no", "later"], "type": "string"}), "/a: only no, yes are read"),
        (thing(a=CODE), thing(a=TEXT), "/a: only no, yes are read; anything is written"),
        (thing(a={**TEXT, "format": "uuid"}), thing(a=TEXT), "/a: format uuid is asked for"),
        (thing(a={"type": "array", "items": WHOLE}), thing(a={"type": "array", "items": TEXT}), "/a/*: string"),
        (thing(a=thing(b=TEXT)), thing(a=thing()), "/a/b: must be there"),
        (thing(a={**WHOLE, "minimum": 1}), thing(a={**WHOLE, "minimum": 0}), "/a: minimum 1 is asked for"),
        (thing(a={"anyOf": [WHOLE, NOTHING]}), thing(a=TEXT), "/a: string is not among"),
        ({**thing(), "additionalProperties": False}, thing(a=TEXT), "/: a would be refused"),
        (thing(a={"not": TEXT}), thing(a=TEXT), "/a: not cannot be judged"),
    ],
)
def test_a_reader_that_would_refuse_something(read: Any, written: Any, fault: str) -> None:
    (found,) = Pair(read, written).faults()
    assert found.startswith(fault)


def test_a_field_that_went_away_and_a_default_that_moved() -> None:
    before = thing(a=TEXT, b={**TEXT, "default": "paid"}, c={"anyOf": [thing(d=TEXT), NOTHING]})
    now = thing(b={**TEXT, "default": "refused"}, c={"anyOf": [thing(e=TEXT), NOTHING]}, f=TEXT)
    assert removed(before, now) == ["/a: removed", "/c/d: removed", "/b: its default was 'paid'"]
    assert removed(before, before) == []
