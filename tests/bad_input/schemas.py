"""The part of JSON Schema that our models use: does a value fit, and which values just do not."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

Json = dict[str, Any]
NOT_A_NUMBER = float("nan")
POOL: tuple[Any, ...] = (
    "not_in_any_list", "", "a\0b", "\ud800", 7, -1, 1.5, True, None, [], {}, [[]], 10**30, -(10**30), NOT_A_NUMBER,
    float("inf"), "2026-02-30", "2026-03-02T10:00:00", "12", "true",
)  # fmt: skip


class Schemas:
    """The components of one OpenAPI document."""

    def __init__(self, document: Json) -> None:
        self._components: Json = document["components"]["schemas"]

    def whole(self, node: Json) -> Json:
        """The same without a reference at its top."""
        while "$ref" in node:
            node = self._components[node["$ref"].rpartition("/")[2]]
        return node

    def either(self, node: Json) -> list[Json]:
        """What it may be, one by one."""
        node = self.whole(node)
        if "anyOf" in node or "oneOf" in node:
            return [each for inner in node.get("anyOf") or node["oneOf"] for each in self.either(inner)]
        return [node]

    def fits(self, value: Any, node: Json) -> bool:
        return any(self._fits_one(value, each) for each in self.either(node))

    def _fits_one(self, value: Any, node: Json) -> bool:
        if "const" in node:
            return type(value) is type(node["const"]) and value == node["const"]
        if "enum" in node:
            return isinstance(value, str) and value in node["enum"]
        kind = node.get("type")
        if kind == "object":
            return self._fits_object(value, node)
        if kind == "array":
            return (
                isinstance(value, list)
                and node.get("minItems", 0) <= len(value) <= node.get("maxItems", 10**9)
                and all(self.fits(each, node["items"]) for each in value)
            )
        return _fits_plain(value, kind, node)

    def _fits_object(self, value: Any, node: Json) -> bool:
        if not isinstance(value, dict) or not value.keys() >= set(node.get("required", ())):
            return False
        known, others = node.get("properties", {}), node.get("additionalProperties", True)
        return all(
            self.fits(inner, known[name]) if name in known else isinstance(others, dict) and self.fits(inner, others)
            for name, inner in value.items()
        )

    def misfits(self, node: Json) -> Iterator[Any]:
        """Values of the wrong type, too long or short, out of range, outside the closed list, impossible."""
        edges = [value for each in self.either(node) for value in _edges(each)]
        seen = set()
        for value in (*POOL, *edges):
            said = json.dumps(value)
            if said not in seen and not self.fits(value, node):
                seen.add(said)
                yield value

    def extremes(self, node: Json) -> Iterator[Any]:
        """Values at the very edge of what fits."""
        for each in self.either(node):
            for value in (*_edges(each), *_outermost(each)):
                if self.fits(value, node):
                    yield value


def _fits_plain(value: Any, kind: str | None, node: Json) -> bool:
    if kind == "null":
        return value is None
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            return False
        return (kind == "number" or value == int(value) if abs(value) != float("inf") else False) and (
            node.get("minimum", value) <= value <= node.get("maximum", value)
            and node.get("exclusiveMinimum", value - 1) < value < node.get("exclusiveMaximum", value + 1)
        )
    assert kind == "string", node
    return isinstance(value, str) and _storable(value) and _fits_text(value.strip(), node)


def _storable(text: str) -> bool:
    return "\0" not in text and text.encode("utf-8", "ignore").decode() == text


def _fits_text(text: str, node: Json) -> bool:
    if not node.get("minLength", 0) <= len(text) <= node.get("maxLength", 10**9):
        return False
    if "pattern" in node and not re.search(node["pattern"], text):
        return False
    reads = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat}.get(node.get("format", ""))
    try:
        return reads is None or (len(text) >= 10 and reads(text) is not None)  # type: ignore[operator]
    except ValueError:
        return False


def _edges(node: Json) -> Iterator[Any]:
    """Just outside and just inside what is declared."""
    for name, step in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0), ("exclusiveMaximum", 0)):
        if name in node:
            yield int(node[name]) + step
            yield int(node[name])
    if node.get("type") == "string" and "maxLength" in node:
        yield "a" * (node["maxLength"] + 1)
        yield "a" * node["maxLength"]
    if node.get("type") == "string" and node.get("minLength"):
        yield "a" * (node["minLength"] - 1)
    if "maxItems" in node and node["maxItems"] <= 500:
        items = node["items"]
        one = items["enum"][0] if "enum" in items else "3f0c2b1e-8a4d-4c57-9b7e-2d1f6a5c9e10"
        yield [one] * (node["maxItems"] + 1)


def _outermost(node: Json) -> Iterator[Any]:
    if node.get("format") == "date":
        yield from ("0001-01-01", "9999-12-31", "1900-02-28")
    if node.get("type") == "string" and "enum" not in node and "format" not in node:
        yield from ("é" * min(node.get("maxLength", 60), 60), "%", "'; --")
