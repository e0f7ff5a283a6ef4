"""What may stand in the text of a statement: constants of a module, the columns of a dataclass, and nothing that comes
from outside. Values travel as parameters."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import PRODUCT, Function, Source, at, dotted, sources

OF_A_TRANSACTION = {"run": 0, "value": 0, "row": 1, "rows": 1}  # methods of Tx: which argument is the text
WEAVERS = {"columns_of", "places_of", "marks_of", "changes_of"}  # shared/sql.py: the field names of a dataclass
CONSTANTS_ONE_BY_ONE = {
    "shared/messaging/tables.py create_kernel_tables": "each statement of a constant tuple",
    "shared/webhooks/tables.py create_webhook_tables": "the same",
    "shared/rebuilding/tables.py take_their_place": "the same",
    "services/portal/store/erasing.py carry_over": "the same",
    "shared/rebuilding/tables.py prepare": "keys as the database itself says they are made",
    "shared/rebuilding/tables.py carry_out": "indexes as the database itself says they are made",
}


def test_only_our_own_names_are_woven_into_sql() -> None:
    """A text is ours when it is a constant, is made of such, or is handed on by a function that takes it as a
    LiteralString: then that function's callers are held to the same."""
    found = set()
    written = [source for source in sources(*PRODUCT) if source.layer != "migrations"]
    elsewhere = {f.name: taken for source in written for f in source.functions() if (taken := _literals_of(f))}
    for source in written:
        takers = elsewhere | {function.name: _literals_of(function) for function in source.functions()}
        for call in source.calls():
            around = _around(source, call)
            handed_on = {name for function in around for name in _literals_of(function).values()}
            for text in _texts_of(call, takers):
                if not _is_ours(text, handed_on):
                    found.add(f"{source.path} {around[-1].name if around else '<module>'}")
    assert found == set(CONSTANTS_ONE_BY_ONE)


def _literals_of(function: Function) -> dict[int, str]:
    """The parameters that take SQL or a part of it: position -> name."""
    every = enumerate((*function.args.posonlyargs, *function.args.args))
    return {n: arg.arg for n, arg in every if arg.annotation and dotted(arg.annotation) == "LiteralString"}


def _texts_of(call: ast.Call, takers: dict[str, dict[int, str]]) -> Iterator[ast.expr]:
    """The SQL of a call that sends some, or hands some on."""
    if isinstance(call.func, ast.Name):
        taken = takers.get(call.func.id, {})
        yield from (arg for n, arg in enumerate(call.args) if n in taken)
        yield from (each.value for each in call.keywords if each.arg in taken.values())
    elif isinstance(call.func, ast.Attribute) and call.args:
        if call.func.attr in ("execute", "executemany"):
            yield call.args[0]
        elif call.func.attr in OF_A_TRANSACTION and dotted(call.func.value).split(".")[-1] == "tx":
            yield call.args[OF_A_TRANSACTION[call.func.attr]]


def _is_ours(text: ast.expr, handed_on: set[str]) -> bool:
    def ours(*parts: ast.expr) -> bool:
        return all(_is_ours(part, handed_on) for part in parts)

    match text:
        case ast.Constant():
            return isinstance(text.value, str)
        case ast.Name() | ast.Attribute():  # in capitals: made when its module was read
            return dotted(text) in handed_on or dotted(text).split(".")[-1].strip("_").isupper()
        case ast.Subscript(value=value):
            return ours(value)  # one of a table of constants
        case ast.JoinedStr(values=values):
            return ours(*values)
        case ast.FormattedValue(value=value, format_spec=None):
            return ours(value)
        case ast.BinOp(op=ast.Add()):
            return ours(text.left, text.right)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Call() as composed)):
            return dotted(composed.func) == "sql.SQL" and ours(*composed.args)  # psycopg quotes what it is given
        case ast.Call(func=ast.Name(id="text"), args=args):
            return ours(*args)  # SQLAlchemy's, where migrations run
        case ast.Call(args=[model, *names]):
            return dotted(text.func) in WEAVERS and _is_a_class(model) and ours(*names)
    return False


def _is_a_class(node: ast.expr) -> bool:
    """``Claim``, or ``type(claim)``."""
    named = isinstance(node, ast.Name) and node.id[:1].isupper()
    return named or (isinstance(node, ast.Call) and dotted(node.func) == "type")


def _around(source: Source, node: ast.Call) -> list[Function]:
    return [f for f in source.functions() if f.lineno <= node.lineno <= (f.end_lineno or 0)]


def test_a_name_in_capitals_is_made_when_its_module_is_read() -> None:
    """Else it could hold anything, and the guard above would be blind."""
    found = [
        f"{at(source, node)} {name}"
        for source in sources(*PRODUCT)
        for function in source.functions()
        for node in ast.walk(function)
        if (name := _bound_by(node)) and len(name) > 1 and name.strip("_").isupper()
    ]
    assert not found


def _bound_by(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id
    return node.arg if isinstance(node, ast.arg) else None
