"""``python -m tests.chaos.process services.intake.worker``: the product's own main module, patched from outside before
it is imported. Nothing here is reached by any other way of starting the system."""

import os
import sys
from importlib import import_module


def main() -> None:
    module = sys.argv[1]
    sys.argv = [module]
    if module == "deploy.local.ministry":
        from tests.chaos.ministry import misbehave

        misbehave()
        import_module("deploy.local.ministry.__main__").main()
        return
    from tests.chaos import older, planted, points, watching

    watching.install()
    points.install()
    if os.environ["CHAOS_PROCESS"].endswith("-older"):
        older.install()
    for name in filter(None, os.environ.get("CHAOS_PLANTED", "").split(",")):
        planted.PLANTED[name].install()
    import_module(module).main()


if __name__ == "__main__":
    main()
