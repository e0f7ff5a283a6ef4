"""Wrong bodies for an operation, made from its schema: what is sent, and which places its answer must name."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.bad_input.schemas import Json, Schemas

Path = tuple[str | int, ...]
JSON = "application/json"
UNKNOWN = "field_nobody_knows"


@dataclass(frozen=True)
class Wrong:
    """``named``: pointers that must all be in the one answer."""

    why: str
    content: bytes
    named: frozenset[str] = frozenset()
    status: tuple[int, ...] = (422,)
    kind: str = JSON


def written(body: Any) -> bytes:
    return json.dumps(body).encode()  # lone surrogates, NaN and Infinity included


def pointer(path: Path) -> str:
    return "".join(f"/{part}" for part in path)


def unreadable() -> Iterator[Wrong]:
    """What is no object at all, whatever the operation wants."""
    for why, content, statuses in (
        ("not JSON", b"{", (400, 422)),
        ("not UTF-8", b'{"a": "\xff"}', (400, 422)),
        ("nothing", b"", (422,)),
        ("null", b"null", (422,)),
        ("a list", b"[]", (422,)),
        ("a text", b'"text"', (422,)),
        ("a number", b"7", (422,)),
        ("not a number", b"NaN", (400, 422)),
        ("deeper than anyone reads", b'{"a":' * 100_000, (400, 422)),
        ("a number of 5,000 digits", b'{"a": ' + b"9" * 5000 + b"}", (400, 422)),
        ("half a character as a name", b'{"\\ud800": 1}', (422,)),
        ("more than a megabyte", b'{"a": "' + b"x" * 1_000_000 + b'"}', (413,)),
    ):
        yield Wrong(why, content, status=statuses)
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "no kind"):
        yield Wrong(f"said to be {kind}", b"{}", status=(415, 422), kind=kind)


class Bodies:
    """Made from the example of a body, which is valid, by spoiling it place by place."""

    def __init__(self, schemas: Schemas, node: Json) -> None:
        self.schemas = schemas
        self.node = schemas.whole(node)
        self.example: Json = self.node["examples"][0]

    def places(self) -> list[tuple[Path, Json]]:
        return list(self._places((), self.node, self.example))

    def _places(self, at: Path, node: Json, value: Any) -> Iterator[tuple[Path, Json]]:
        for each in self.schemas.either(node):
            if each.get("type") == "object":
                for name, inner in each.get("properties", {}).items():
                    yield (*at, name), inner
                    known = value.get(name) if isinstance(value, dict) else None
                    yield from self._places((*at, name), inner, known)
            elif each.get("type") == "array" and isinstance(value, list) and value:
                yield (*at, 0), each["items"]
                yield from self._places((*at, 0), each["items"], value[0])

    def objects(self) -> Iterator[tuple[Path, Json]]:
        yield (), self.node
        for path, node in self.places():
            for each in self.schemas.either(node):
                if each.get("type") == "object" and "properties" in each:
                    yield path, each

    def wrong(self) -> Iterator[Wrong]:
        required = [(*path, name) for path, node in self.objects() for name in node.get("required", ()) if path == ()]
        if required:
            yield Wrong("an empty object", b"{}", frozenset(map(pointer, required)))
        for path, node in self.objects():
            yield self._spoilt("an unknown field", {(*path, UNKNOWN): 1})
            for name in node.get("required", ()):
                yield self._without((*path, name))
        misfits = {path: list(self.schemas.misfits(node)) for path, node in self.places()}
        for number, (path, values) in enumerate(sorted(misfits.items(), key=str)):
            if values:  # one by one: another value at each place
                yield self._spoilt("a value that does not fit", {path: values[number % len(values)]})
        yield from self._together(misfits)

    def _together(self, misfits: dict[Path, list[Any]]) -> Iterator[Wrong]:
        """Every value that does not fit somewhere, many places at a time: none may hide another."""
        inner = {path: values for path, values in misfits.items() if values and not _holds_another(path, misfits)}
        outer = {path: values for path, values in misfits.items() if values and path not in inner}
        for places in (inner, outer):
            for turn in range(max(map(len, places.values()), default=0)):
                spoilt = {path: values[turn % len(values)] for path, values in places.items()}
                yield self._spoilt("nothing fits, and a field too many", _topmost(spoilt) | {(UNKNOWN,): 1})

    def extreme(self) -> Iterator[bytes]:
        """Bodies that fit, at the edge of what does."""
        for path, node in self.places():
            for value in self.schemas.extremes(node):
                yield written(self._with({path: value}))

    def _spoilt(self, why: str, values: dict[Path, Any]) -> Wrong:
        named = frozenset(pointer(path) for path in values)
        return Wrong(f"{why}: {values!a:.200}", written(self._with(values)), named)

    def _without(self, path: Path) -> Wrong:
        body = self._with({path: None})
        inner: Any = body
        for part in path[:-1]:
            inner = inner[part]
        del inner[path[-1]]
        return Wrong(f"without {pointer(path)}", written(body), frozenset({pointer(path)}))

    def _with(self, values: dict[Path, Any]) -> Json:
        body = deepcopy(self.example)
        for path, value in values.items():
            inner: Any = body
            for part in path[:-1]:
                if isinstance(inner, dict) and not isinstance(inner.get(part), dict | list):
                    inner[part] = {}
                inner = inner[part]
            inner[path[-1]] = value
        return body


def _holds_another(path: Path, places: Iterable[Path]) -> bool:
    return any(other != path and other[: len(path)] == path for other in places)


def _topmost(spoilt: dict[Path, Any]) -> dict[Path, Any]:
    """Without what lies inside of something that is spoilt as a whole."""
    return {path: value for path, value in spoilt.items() if not any(path[:n] in spoilt for n in range(1, len(path)))}
