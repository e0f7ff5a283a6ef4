"""``python -m tests.chaos run --seed 7 --size smoke`` · ``planted [name …]`` · ``recovery`` · ``poison`` ·
``regressions``"""

import argparse
import secrets
import signal
import sys

from tests.chaos.breaker import Fault


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whoever ends us ends what we started
    given = _parser().parse_args()
    if given.what == "run":
        seed = given.seed if given.seed is not None else secrets.randbelow(10**6)
        return _run(seed, given.size, keep=given.keep)
    if given.what == "regressions":
        from tests.chaos.regressions import cases

        return max((_run(case.seed, case.size, list(case.faults)) for case in cases()), default=0)
    if given.what == "recovery":
        from tests.chaos import recovery

        recovery.run(given.times, given.only)
        return 0
    if given.what == "poison":
        from tests.chaos import poison_cost

        print("\n".join(poison_cost.measure(given.rounds)), flush=True)
        return 0
    from tests.chaos import planting

    return planting.main(given.names)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.chaos")
    what = parser.add_subparsers(dest="what", required=True)
    run = what.add_parser("run", help="break the system while it works, heal, judge")
    run.add_argument("--seed", type=int, default=None)
    run.add_argument("--size", default="smoke")
    run.add_argument("--keep", default="", help="what was found: keep the plan in regressions/ if it finds it again")
    planted = what.add_parser("planted", help="does the checker catch planted bugs?")
    planted.add_argument("names", nargs="*")
    recovery = what.add_parser("recovery", help="D8: how long until it works again")
    recovery.add_argument("--times", type=int, default=3)
    recovery.add_argument("--only", nargs="*", default=(), help="words of the faults to measure")
    poison = what.add_parser("poison", help="D5: what the others pay for one poison in a hundred")
    poison.add_argument("--rounds", type=int, default=4)
    what.add_parser("regressions", help="the seeds that once found something")
    return parser


def _run(seed: int, size: str, faults: list[Fault] | None = None, keep: str = "") -> int:
    from tests.chaos import campaign
    from tests.chaos.faults import plan
    from tests.chaos.regressions import Case
    from tests.chaos.regressions import keep as keep_case
    from tests.chaos.report import show

    print(f"SEED={seed} SIZE={size}", flush=True)
    faults = plan(seed, campaign.SIZES[size].seconds, campaign.SIZES[size].every_s) if faults is None else faults
    report = campaign.run(seed, size, faults)
    print(show(report), flush=True)
    if report.violations and keep:
        print(f"kept: {keep_case(Case(seed, size, keep, '', tuple(faults))).name}")
    return int(bool(report.violations))


if __name__ == "__main__":
    sys.exit(main())
