"""A real Chromium that renders pages, runs axe on them and takes their picture."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

from deploy.look.pages import Page, Viewer
from deploy.look.plan import AS_SHOWN, MOST_KB, MOST_REQUESTS, Shape

_KB = 1024
_HEIGHT, _PATIENCE_MS = 900, 20_000
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_RUN_AXE = """async () => (await axe.run()).violations.map(v => ({
  rule: v.id, help: v.help, nodes: v.nodes.map(n => n.target.join(' ')).slice(0, 5)}))"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FORMS = """() => [...document.querySelectorAll('main form[method=post]')].map(form => [...form.elements].some(e =>
  (e.matches('input:not([type=hidden]):not([type=submit]), textarea')) ||
  (e.matches('select') && [...e.options].some(o => o.value === ''))))"""
_SEND_WRONG = """at => {
  const form = [...document.querySelectorAll('main form[method=post]')][at];
  for (const e of form.elements) {
    if (e.matches('input[type=checkbox], input[type=radio]')) e.checked = false;
    else if (e.matches('input[inputmode=decimal]')) e.value = 'abc';
    else if (e.matches('input:not([type=hidden]):not([type=submit]), textarea')) e.value = '';
    else if (e.matches('select') && [...e.options].some(o => o.value === '')) e.value = '';
  }
  form.noValidate = true;
  const button = [...form.elements].find(e => e.matches('button[type=submit]'));
  button ? form.requestSubmit(button) : form.submit();
}"""


@dataclass
class Render:
    """One page as it was shown. ``state``: ``as first shown``, or which form was sent wrong."""

    viewer: str
    place: str
    state: str
    language: str
    scheme: str
    width: int
    overflow_px: int
    requests: int = 0
    """Of the first view, nothing of it kept from before; live updates are one of them."""
    weight_kb: float = 0.0
    """Of those, over the wire: kibibytes."""
    failed: list[str] = field(default_factory=list)
    """What the page asked for and did not get, and errors of its script."""
    violations: list[dict[str, Any]] = field(default_factory=list)
    picture: str = ""

    @property
    def faulty(self) -> bool:
        return bool(self.violations or self.failed) or self.overflow_px > 0 or self.too_heavy

    @property
    def too_heavy(self) -> bool:
        return self.requests > MOST_REQUESTS or self.weight_kb > MOST_KB

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Browser:
    """``folder``: where pictures go."""

    def __init__(self, browser: Any, base: str, folder: Path) -> None:
        self._browser, self._base, self._folder = browser, base, folder

    def look(self, page: Page, shapes: Sequence[Shape]) -> Iterator[Render]:
        """In each shape; a page is loaded once for each language."""
        for language, path in page.path.items():
            mine = [shape for shape in shapes if shape.language == language]
            if mine:
                with self._tab(page.viewer) as tab:
                    tab.goto(self._base + path, wait_until="load")
                    yield from self._renders(tab, page, AS_SHOWN, mine)

    def look_at_errors(self, page: Page, shapes: Sequence[Shape]) -> Iterator[Render]:
        """Each form of the page, sent wrong: the page that comes back. One that takes effect nevertheless is left."""
        with self._tab(page.viewer) as tab:
            tab.goto(self._base + page.path["fr"], wait_until="load")
            fitting = [at for at, has_fields in enumerate(tab.evaluate(_FORMS)) if has_fields]
        for at in fitting:
            for shape in shapes:
                with self._tab(page.viewer) as tab:
                    tab.goto(self._base + page.path[shape.language], wait_until="load")
                    if len(tab.evaluate(_FORMS)) <= at:
                        continue
                    with tab.expect_navigation(wait_until="load") as going:
                        tab.evaluate(_SEND_WRONG, at)
                    if going.value is not None and going.value.status == 422:
                        yield from self._renders(tab, page, f"form {at + 1}", (shape,))

    def picture(self, page: Page, shape: Shape, file: Path) -> None:
        """What one sees of it without scrolling."""
        with self._tab(page.viewer) as tab:
            tab.emulate_media(color_scheme=shape.scheme, reduced_motion="reduce")
            tab.set_viewport_size({"width": shape.width, "height": _HEIGHT})
            tab.goto(self._base + page.path[shape.language], wait_until="load")
            tab.screenshot(path=file, animations="disabled")

    def _renders(self, tab: Any, page: Page, state: str, shapes: Sequence[Shape]) -> Iterator[Render]:
        first = state == AS_SHOWN
        requests, weight = (tab.asked, round(sum(tab.sizes) / _KB, 1)) if first else (0, 0.0)
        tab.evaluate(AXE_SCRIPT)
        for shape in shapes:
            tab.emulate_media(color_scheme=shape.scheme, reduced_motion="reduce")
            tab.set_viewport_size({"width": shape.width, "height": _HEIGHT})
            name = f"{page.viewer.name}-{page.place}-{state.replace(' ', '_')}-{shape}.png"
            tab.screenshot(path=self._folder / name, full_page=True, animations="disabled")
            yield Render(
                page.viewer.name, page.place, state, shape.language, shape.scheme, shape.width,
                tab.evaluate(_OVERFLOW), requests, weight, list(tab.failed), tab.evaluate(_RUN_AXE), name,
            )  # fmt: skip

    @contextmanager
    def _tab(self, viewer: Viewer) -> Iterator[Any]:
        context = self._browser.new_context(bypass_csp=True)  # axe is injected
        context.set_default_timeout(_PATIENCE_MS)
        context.add_cookies([{"name": n, "value": v, "url": self._base} for n, v in viewer.cookies.items()])
        try:
            tab = context.new_page()
            tab.failed, tab.sizes, tab.asked = [], [], 0
            wire = context.new_cdp_session(tab)
            wire.on("Network.requestWillBeSent", lambda _: setattr(tab, "asked", tab.asked + 1))
            wire.on("Network.loadingFinished", lambda came: tab.sizes.append(came["encodedDataLength"]))
            wire.send("Network.enable")
            tab.on("requestfailed", lambda asked: tab.failed.append(f"{asked.url} {asked.failure}"))
            tab.on("pageerror", lambda error: tab.failed.append(str(error)))
            yield tab
        finally:
            context.close()


@contextmanager
def chromium(base: str, folder: Path) -> Iterator[Browser]:
    """The system's own, or the one that playwright installed."""
    folder.mkdir(parents=True, exist_ok=True)
    installed = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield Browser(browser, base, folder)
        finally:
            browser.close()
