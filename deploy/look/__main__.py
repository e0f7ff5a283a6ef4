"""`python -m deploy.look`: on the running system, takes a picture of every page for every role in French and English,
light and dark, at three widths (`--depth`), sends every form wrong, weighs the first view, and runs axe on all of it.
For trial data only: a form that is right as it stands takes effect. Says how many renders, violations, overflows and
pages too heavy; exit 1 when there are any."""

import argparse
import json
import shutil
import sys
from collections import Counter

import httpx

from deploy.local.demo.wire import System
from deploy.local.environment import ROOT
from deploy.local.screen import show_failure
from deploy.local.stack import Stack
from deploy.local.words import CannotStart
from deploy.look.examples import Examples
from deploy.look.pages import Page, Viewer, never_seen, pages_of, viewers
from deploy.look.plan import AS_SHOWN, MOST_KB, MOST_REQUESTS, shapes_of, wrong_shapes_of
from shared.tokens import Role

FOLDER = ROOT / ".local" / "look"
SAVED = ROOT / "docs" / "screenshots"
_MISSING = (
    "Il manque de quoi regarder. Une fois : make look-install ; et Chromium (Debian, Ubuntu : apt install chromium ; "
    "ailleurs : .venv/bin/playwright install chromium).",
    "What it takes to look is missing. Once: make look-install; and Chromium (Debian, Ubuntu: apt install chromium; "
    "elsewhere: .venv/bin/playwright install chromium).",
)


def main() -> int:
    asked = _parser().parse_args()
    try:
        from deploy.look import pictures  # optional tools: nothing else may need them
    except ImportError:
        show_failure(*_MISSING)
        return 2
    try:
        system = System.of(Stack(ROOT / ".local").env)
    except CannotStart as error:
        show_failure(error.french, error.english)
        return 2
    return pictures.take_pictures(system, SAVED) if asked.pictures else _look(system, asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make look", description=__doc__)
    parser.add_argument("--role", action="append", default=[], help="only this viewer (advisor, candidate-1 …)")
    parser.add_argument("--place", action="append", default=[], help="only this place (programme, task …)")
    parser.add_argument("--width", action="append", type=int, default=[], help="instead of 320, 768 and 1280")
    parser.add_argument(
        "--depth",
        choices=("quick", "usual", "full"),
        default="usual",
        help="of twelve languages, themes and widths: two, five or all; a refused form once, or twice when all",
    )
    parser.add_argument("--no-forms", action="store_true", help="leave forms alone")
    parser.add_argument("--pictures", action="store_true", help="only take the front page's, into docs/screenshots")
    return parser


def _look(system: System, asked: argparse.Namespace) -> int:
    from deploy.look.browser import Render, chromium

    pages = _pages(system, asked)
    if not (asked.role or asked.place):
        shutil.rmtree(FOLDER, ignore_errors=True)
    renders: list[Render] = []
    formed: set[tuple[object, str]] = set()
    with chromium(system.urls["portal"], FOLDER) as browser:
        for number, page in enumerate(pages):
            kind = (page.viewer.role, page.place)
            fresh = not asked.no_forms and page.place != "sign_in" and kind not in formed
            formed.add(kind)
            wrong = wrong_shapes_of(asked.depth, number) if fresh else ()
            seen = list(browser.look(page, shapes_of(asked.depth, number, asked.width), wrong))
            renders += seen
            _say(page, len(seen), [render for render in seen if render.faulty])
            (FOLDER / "report.json").write_text(json.dumps([render.as_json() for render in renders], indent=1))
    return _sum_up(renders, [] if asked.role or asked.place else never_seen(pages))


def _pages(system: System, asked: argparse.Namespace) -> list[Page]:
    with httpx.Client(base_url=system.urls["portal"], timeout=30, trust_env=False) as client:
        examples = Examples(system, client)
        everyone = viewers(system, client)
        liaison = next(viewer for viewer in everyone if viewer.role is Role.LIAISON)
        manager = next(viewer for viewer in everyone if viewer.role is Role.MANAGER)
        everyone += [
            Viewer(f"employer-with-{number}", Role.EMPLOYER, system.token(Role.EMPLOYER, "look", employer))
            for number, employer in enumerate(examples.employers(liaison), start=1)
        ]
        found = [
            page
            for viewer in everyone
            if not asked.role or viewer.name in asked.role
            for page in pages_of(viewer, client, examples.of(viewer) if viewer.role else examples.link(manager))
        ]
    return [page for page in found if not asked.place or page.place in asked.place]


def _say(page: Page, renders: int, faulty: list) -> None:  # type: ignore[type-arg]  # Render is of the optional tools
    print(f"{'✗' if faulty else '✓'} {page.viewer.name:24} {page.place:24} {renders}", flush=True)
    for render in faulty:
        wrong = [f"{v['rule']} × {len(v['nodes'])} {v['nodes'][0]}" for v in render.violations] + render.failed
        over = f"+{render.overflow_px} px " if render.overflow_px > 0 else ""
        heavy = f"{render.weight_kb} kB, {render.requests} requests " if render.too_heavy else ""
        print(f"    {render.state}, {render.language} {render.scheme} {render.width}: {over}{heavy}{'; '.join(wrong)}")


def _sum_up(renders: list, unseen: list[str]) -> int:  # type: ignore[type-arg]  # the same
    rules = Counter(v["rule"] for render in renders for v in render.violations)
    wrong = sum(render.state != AS_SHOWN for render in renders)
    overflows = sum(render.overflow_px > 0 for render in renders)
    print(f"\n{len(renders)} images, dont {wrong} de formulaires refusés · renders, {wrong} of them of refused forms")
    print(f"{sum(rules.values())} manquements axe · axe violations {dict(rules) or ''}")
    print(f"{overflows} débordements · overflows")
    failed = sum(bool(render.failed) for render in renders)
    print(f"{failed} images incomplètes · renders that lack something they asked for")
    heavy = sum(render.too_heavy for render in renders)
    heaviest = max((render.weight_kb for render in renders), default=0.0)
    most = max((render.requests for render in renders), default=0)
    print(
        f"{heavy} trop lourdes · too heavy (première vue · first view: {heaviest} ≤ {MOST_KB:.0f} kB, "
        f"{most} ≤ {MOST_REQUESTS} requêtes · requests)"
    )
    if unseen:
        print(f"Jamais vues, faute de données · never seen, for want of data: {', '.join(unseen)}")
    print(f"{FOLDER.relative_to(ROOT)}/")
    return 1 if rules or overflows or failed or heavy or not renders else 0


if __name__ == "__main__":
    sys.exit(main())
