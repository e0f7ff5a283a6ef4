"""The tree as the guards read it. No git, so that a copy of the tree can be judged as well."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path

from shared.migrate import SERVICES

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ("shared", "services", "deploy")
_IGNORED = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split())]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root, its text, its syntax."""

    path: str
    text: str
    tree: ast.Module

    @property
    def service(self) -> str:
        """``services/intake/…`` -> ``intake``; empty elsewhere."""
        first, _, rest = self.path.partition("/")
        return rest.partition("/")[0] if first == "services" else ""

    @property
    def layer(self) -> str:
        """``services/intake/store/people.py`` -> ``store``."""
        return self.path.split("/")[2].removesuffix(".py") if self.service and self.path.count("/") > 1 else ""

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[Function]:
        return (node for node in self.nodes if isinstance(node, Function))

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def imports(self) -> Iterator[str]:
        """``from a.b import c`` -> ``a.b.c``; ``import a.b`` -> ``a.b``."""
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom):
                yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)


@cache
def files() -> tuple[Path, ...]:
    """Every file that git would take."""
    found = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if not _ignored(name)]
        found += [Path(folder) / name for name in names if not _ignored(name)]
    return tuple(sorted(found))


def _ignored(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _IGNORED)


@cache
def sources(*roots: str) -> tuple[Source, ...]:
    """The Python files under these folders of the root."""
    return tuple(_source(file) for file in files() if file.suffix == ".py" and _path(file).startswith(_under(roots)))


def _under(roots: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{root}/" for root in roots)


@cache
def _source(file: Path) -> Source:
    text = file.read_text()
    return Source(_path(file), text, ast.parse(text))


def _path(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for such an expression; what stands before an unnamed part is left out: ``f().now`` -> ``.now``."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def at(source: Source, node: ast.AST) -> str:
    return f"{source.path}:{getattr(node, 'lineno', 0)}"


__all__ = ["PRODUCT", "ROOT", "SERVICES", "Function", "Source", "at", "dotted", "files", "sources"]
