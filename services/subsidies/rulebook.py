"""Reads ``rules/*.toml`` into the domain's words, strictly: a misspelt parameter stops the process at its start."""

import tomllib
from dataclasses import fields
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from services.subsidies.domain.measures import DocumentKind, MeasureVersion, MinimumWages, Rulebook

FOLDER = Path(__file__).parent / "rules"
MINIMUM_WAGES = "minimum_wage.toml"
DOCUMENTS = "documents.toml"


@cache
def rulebook() -> Rulebook:
    """The rules this version of the code ships with."""
    return load(FOLDER)


def load(folder: Path) -> Rulebook:
    """Raises ValueError (pydantic's is one) for a file that does not say what it must, or versions that overlap."""
    wages = TypeAdapter(MinimumWages).validate_python(_read(folder / MINIMUM_WAGES))
    documents = TypeAdapter(tuple[DocumentKind, ...]).validate_python(_read(folder / DOCUMENTS)["kind"])
    files = sorted(path for path in folder.glob("*.toml") if path.name not in (MINIMUM_WAGES, DOCUMENTS))
    raw = [version for path in files for version in _read(path)["version"]]
    for version in raw:
        _refuse_strangers(version)
    versions = TypeAdapter(tuple[MeasureVersion, ...]).validate_python(raw)
    _refuse_overlaps(versions)
    _refuse_unknown_documents(versions, documents)
    return Rulebook(versions, wages, documents)


def _refuse_strangers(version: dict[str, Any]) -> None:
    parameters = {parameter.name for parameter in fields(MeasureVersion)}
    strangers = (version.keys() | version.get("low_confidence", {}).keys()) - parameters
    if strangers:
        raise ValueError(f"{version.get('measure')}/{version.get('version')}: no such parameter: {sorted(strangers)}")


def _refuse_overlaps(versions: tuple[MeasureVersion, ...]) -> None:
    for one, other in combinations(versions, 2):
        later = max(one.valid_from, other.valid_from)
        if one.measure == other.measure and one.in_force(later) and other.in_force(later):
            raise ValueError(f"{one.rule_version} and {other.rule_version} are in force at the same time")


def _refuse_unknown_documents(versions: tuple[MeasureVersion, ...], documents: tuple[DocumentKind, ...]) -> None:
    known = {kind.code for kind in documents}
    for version in versions:
        if unknown := {required.kind for required in version.documents} - known:
            raise ValueError(f"{version.rule_version}: no such document: {sorted(unknown)}")


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())
