"""``python -m tests.chaos run --seed 7 --size smoke`` · ``planted [name …]`` · ``regressions``"""

import argparse
import secrets
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos")
    what = parser.add_subparsers(dest="what", required=True)
    run = what.add_parser("run", help="break the system while it works, heal, judge")
    run.add_argument("--seed", type=int, default=None)
    run.add_argument("--size", default="smoke")
    planted = what.add_parser("planted", help="does the checker catch planted bugs?")
    planted.add_argument("names", nargs="*")
    what.add_parser("regressions", help="the seeds that once found something")
    given = parser.parse_args()
    if given.what == "run":
        return _run(given.seed if given.seed is not None else secrets.randbelow(10**6), given.size)
    if given.what == "regressions":
        from tests.chaos.regressions import CASES

        return max((_run(case.seed, case.size) for case in CASES), default=0)
    from tests.chaos import planting

    return planting.main(given.names)


def _run(seed: int, size: str) -> int:
    from tests.chaos import campaign
    from tests.chaos.report import show

    print(f"SEED={seed} SIZE={size}", flush=True)
    report = campaign.run(seed, size)
    print(show(report), flush=True)
    if report.violations:
        print(f"keep this seed: tests/chaos/regressions, Case({seed}, {size!r}, …)")
    return int(bool(report.violations))


if __name__ == "__main__":
    sys.exit(main())
