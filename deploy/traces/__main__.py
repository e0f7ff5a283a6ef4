"""``python -m deploy.traces tree ID`` and ``… picture CASE``: see docs/runbooks/reading-a-trace.md. ID is a correlation
id, or the id of a case (a person's or a company's)."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from deploy.traces.picture import draw
from deploy.traces.reading import read, traces_about
from deploy.traces.tree import tree

FILE = Path(".local/traces.jsonl")
PICTURE = Path("docs/pictures/one-referral.svg")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.traces", description=__doc__)
    parser.add_argument("what", choices=("tree", "picture"))
    parser.add_argument("id", help="correlation id, or the id of a case")
    parser.add_argument("--file", type=Path, default=FILE, help="what TRACES_FILE named (%(default)s)")
    parser.add_argument("--into", type=Path, default=PICTURE, help="where the picture goes (%(default)s)")
    said = parser.parse_args()
    if not said.file.exists():
        return _stop(
            f"{said.file} n'existe pas : démarrez avec TRACES_FILE={FILE}.",
            f"{said.file} is not there: start with TRACES_FILE={FILE}.",
        )
    found = traces_about(read(said.file), said.id)
    if not found:
        return _stop(f"Aucune trace pour {said.id}.", f"No trace about {said.id}.")
    if said.what == "picture":
        said.into.write_text(draw(list(found.values())))
        print(said.into)
        return 0
    for trace, spans in found.items():
        moment = datetime.fromtimestamp(spans[0].began_ms / 1000).astimezone()
        print(f"{moment:%Y-%m-%d %H:%M:%S}  {trace}")
        print("\n".join(tree(spans)), end="\n\n")
    return 0


def _stop(fr: str, en: str) -> int:
    print(f"{fr}\n{en}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
