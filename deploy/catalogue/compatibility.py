"""Does a reader take all that a writer may write? For the part of JSON Schema that pydantic makes of events; a keyword
outside it is reported, never passed over. Written by hand because no maintained library says *why* not."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_LIMITS = {"minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1,
           "maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1}  # fmt: skip
_SAME = ("format", "pattern", "multipleOf", "uniqueItems")
_KNOWN = {"type", "enum", "const", "anyOf", "$ref", "$defs", "properties", "required", "additionalProperties", "items",
          "default", *_LIMITS, *_SAME}  # fmt: skip


class Pair:
    """``read`` and ``written``: two schemas that stand by themselves."""

    def __init__(self, read: Schema, written: Schema) -> None:
        self._read, self._written = read, written

    def faults(self) -> list[str]:
        """Each place where the reader would refuse what the writer may write; empty when it takes everything."""
        return list(self._accepts(self._read, self._written, ""))

    def _accepts(self, read: Schema, written: Schema, at: str) -> Iterator[str]:
        read, written = _followed(read, self._read), _followed(written, self._written)
        for schema in (read, written):
            if strange := set(schema) - _KNOWN:
                yield f"{at or '/'}: {', '.join(sorted(strange))} cannot be judged"
                return
        if "anyOf" in written:
            for branch in written["anyOf"]:
                yield from self._accepts(read, branch, at)
        elif "anyOf" in read:
            if all(list(self._accepts(branch, written, at)) for branch in read["anyOf"]):
                yield f"{at or '/'}: {_named(written)} is not among what is read ({_named(read)})"
        else:
            yield from self._one(read, written, at)

    def _one(self, read: Schema, written: Schema, at: str) -> Iterator[str]:
        kind, other = read.get("type"), written.get("type")
        if kind is not None and kind != other and (kind, other) != ("number", "integer"):
            yield f"{at or '/'}: {_named(written)} is written where {_named(read)} is read"
            return
        allowed, said = _codes(read), _codes(written)
        if allowed is not None and (said is None or not said <= allowed):
            yield f"{at or '/'}: only {_listed(allowed)} are read; {_listed(said) if said else 'anything'} is written"
        yield from _limits(read, written, at)
        yield from self._fields(read, written, at)
        if "items" in read:
            yield from self._accepts(read["items"], written.get("items", {}), f"{at}/*")

    def _fields(self, read: Schema, written: Schema, at: str) -> Iterator[str]:
        there: dict[str, Schema] = written.get("properties", {})
        for name in read.get("required", ()):
            if name not in written.get("required", ()):
                yield f"{at}/{name}: must be there, and is not always written"
        for name, schema in read.get("properties", {}).items():
            if name in there:
                yield from self._accepts(schema, there[name], f"{at}/{name}")
        rest = read.get("additionalProperties", True)
        if rest is False and (more := set(there) - set(read.get("properties", {}))):
            yield f"{at or '/'}: {_listed(more)} would be refused"
        elif isinstance(rest, dict) and rest != written.get("additionalProperties"):
            yield f"{at or '/'}: the values of a map changed"


def removed(before: Schema, now: Schema) -> list[str]:
    """Fields that ``before`` had and ``now`` has not, and defaults that are no longer the same: a reader would go on
    reading, and understand something else."""
    old, new = _flat(before, before, ""), _flat(now, now, "")
    gone = [f"{at}: removed" for at in old if at not in new]
    moved = [
        f"{at}: its default was {old[at]['default']!r}"
        for at in old
        if at in new and "default" in old[at] and old[at]["default"] != new[at].get("default", ...)
    ]
    return gone + moved


def _flat(schema: Schema, whole: Schema, at: str) -> dict[str, Schema]:
    """Every field at any depth, by its path."""
    schema = _followed(schema, whole)
    found: dict[str, Schema] = {}
    for branch in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        found |= _flat(branch, whole, at)
    for name, field in schema.get("properties", {}).items():
        found |= {f"{at}/{name}": field, **_flat(field, whole, f"{at}/{name}")}
    return found


def _followed(schema: Schema, whole: Schema) -> Schema:
    while "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _limits(read: Schema, written: Schema, at: str) -> Iterator[str]:
    for word, sign in _LIMITS.items():
        if word in read and (word not in written or written[word] * sign < read[word] * sign):
            yield f"{at or '/'}: {word} {read[word]} is asked for; {written.get(word, 'nothing')} is kept"
    for word in _SAME:
        if word in read and read[word] != written.get(word):
            yield f"{at or '/'}: {word} {read[word]} is asked for; {written.get(word, 'nothing')} is kept"


def _codes(schema: Schema) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _named(schema: Schema) -> str:
    if "anyOf" in schema:
        return " or ".join(_named(branch) for branch in schema["anyOf"])
    return str(schema.get("format") or schema.get("type") or schema.get("$ref", "anything").rpartition("/")[2])


def _listed(values: set[Any]) -> str:
    return ", ".join(sorted(str(value) for value in values))
