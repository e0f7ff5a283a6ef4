"""The sandbox is another organisation: it knows us by HTTP alone."""

import ast
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "local" / "ministry"


def test_the_sandbox_imports_nothing_of_ours() -> None:
    imported = {
        name
        for file in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [node.module or "."] if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else []
        )
    }  # fmt: skip
    ours = {name for name in imported if name.split(".")[0] in {"services", "shared", "deploy", "tests", ""}}
    assert {name for name in ours if not name.startswith("deploy.local.ministry.")} == set()
    assert {name for name in imported if name.startswith("psycopg")} == set()
