"""What the documents name is there: files, commands, pages. A claim leads to what shows it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.portal.pages.places import PLACES
from tests.architecture.tree import ROOT

RUNBOOKS = sorted(f"docs/runbooks/{file.name}" for file in (ROOT / "docs" / "runbooks").glob("*.md"))
DOCUMENTS = ("README.md", *(f"docs/{name}.md" for name in ("architecture", "glossary", "containers")),
             *RUNBOOKS, *(f"services/{name}/README.md" for name in (
                 "intake", "matching", "subsidies", "retention", "portal")))  # fmt: skip
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_CODE = re.compile(r"`([^`\n]+)`")
_OURS = re.compile(r"(?:tests|docs|deploy|shared|services)/[\w./-]+")


def missing_files(document: Path, root: Path = ROOT) -> Iterator[str]:
    """Links that lead nowhere, and files named in code that are not there."""
    text = document.read_text()
    for link in _LINK.findall(text):
        if "://" not in link and not (document.parent / link).exists():
            yield link
    for code in _CODE.findall(text):
        if _OURS.fullmatch(code) and not (root / code).exists():
            yield code


def missing_commands(document: Path) -> Iterator[str]:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = re.findall(r"(?:^|`)make ([a-z][a-z-]*)", document.read_text(), re.MULTILINE)
    return (f"make {name}" for name in said if name not in targets)


def missing_pages(document: Path) -> Iterator[str]:
    """``/fr/…`` in code, with any name in braces for any other; ``…`` stands for the rest."""
    known = {re.sub(r"{\w+}", "{}", path) for place in PLACES.values() for path in (place.fr, place.en)}
    for code in _CODE.findall(document.read_text()):
        if not re.match(r"/(fr|en)/", code):
            continue
        path = re.sub(r"{[\w|]+}", "{}", code.partition("?")[0])
        start = path.partition("…")[0]
        if not any(one == path or ("…" in path and one.startswith(start)) for one in known | _PROGRAMME):
            yield code


_PROGRAMME = {f"/{language}/programme{end}" for language in ("fr", "en") for end in ("", "/{}")}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_is_there(document: str) -> None:
    path = ROOT / document
    assert [*missing_files(path), *missing_commands(path), *missing_pages(path)] == []


def test_a_link_a_file_a_command_and_a_page_that_are_not_there_are_found(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text(
        "[x](nowhere.md) `tests/flows/test_nothing.py` `make nothing` `/fr/nulle-part` `/fr/programme`\n"
    )
    assert [*missing_files(document), *missing_commands(document), *missing_pages(document)] == [
        "nowhere.md", "tests/flows/test_nothing.py", "make nothing", "/fr/nulle-part",
    ]  # fmt: skip
