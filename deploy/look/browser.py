"""A real Chromium that renders pages, runs axe on them and takes their picture."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

from deploy.look.pages import Page, Viewer

WIDTHS, SCHEMES = (320, 768, 1280), ("light", "dark")
QUICKLY = (("fr", "dark", 320), ("en", "light", 1280))
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
    failed: list[str] = field(default_factory=list)
    """What the page asked for and did not get, and errors of its script."""
    violations: list[dict[str, Any]] = field(default_factory=list)
    picture: str = ""

    @property
    def faulty(self) -> bool:
        return bool(self.violations or self.failed) or self.overflow_px > 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Browser:
    """``folder``: where pictures go."""

    def __init__(self, browser: Any, base: str, folder: Path) -> None:
        self._browser, self._base, self._folder = browser, base, folder

    def look(self, page: Page, widths: tuple[int, ...], *, quickly: bool = False) -> Iterator[Render]:
        """In both languages and themes, at each width; ``quickly``: each of those once."""
        for language, path in page.path.items():
            with self._tab(page.viewer) as tab:
                tab.goto(self._base + path, wait_until="load")
                if quickly:
                    scheme, width = next((s, w) for in_, s, w in QUICKLY if in_ == language)
                    yield from self._renders(tab, page, "as first shown", language, (scheme,), (width,))
                else:
                    yield from self._renders(tab, page, "as first shown", language, SCHEMES, widths)

    def look_at_errors(self, page: Page) -> Iterator[Render]:
        """Each form of the page, sent wrong: the page that comes back. One that takes effect nevertheless is left."""
        with self._tab(page.viewer) as tab:
            tab.goto(self._base + page.path["fr"], wait_until="load")
            fitting = [at for at, has_fields in enumerate(tab.evaluate(_FORMS)) if has_fields]
        for at in fitting:
            for language, scheme, width in (("fr", "light", 320), ("en", "dark", 1280)):
                with self._tab(page.viewer) as tab:
                    tab.goto(self._base + page.path[language], wait_until="load")
                    if len(tab.evaluate(_FORMS)) <= at:
                        continue
                    with tab.expect_navigation(wait_until="load") as going:
                        tab.evaluate(_SEND_WRONG, at)
                    if going.value is not None and going.value.status == 422:
                        yield from self._renders(tab, page, f"form {at + 1}", language, (scheme,), (width,))

    def _renders(
        self, tab: Any, page: Page, state: str, language: str, schemes: tuple[str, ...], widths: tuple[int, ...]
    ) -> Iterator[Render]:
        tab.evaluate(AXE_SCRIPT)
        for scheme in schemes:
            tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for width in widths:
                tab.set_viewport_size({"width": width, "height": _HEIGHT})
                name = f"{page.viewer.name}-{page.place}-{state.replace(' ', '_')}-{language}-{scheme}-{width}.png"
                tab.screenshot(path=self._folder / name, full_page=True, animations="disabled")
                yield Render(
                    page.viewer.name, page.place, state, language, scheme, width, tab.evaluate(_OVERFLOW),
                    list(tab.failed), tab.evaluate(_RUN_AXE), name,
                )  # fmt: skip

    @contextmanager
    def _tab(self, viewer: Viewer) -> Iterator[Any]:
        context = self._browser.new_context(bypass_csp=True)  # axe is injected
        context.set_default_timeout(_PATIENCE_MS)
        context.add_cookies([{"name": n, "value": v, "url": self._base} for n, v in viewer.cookies.items()])
        try:
            tab = context.new_page()
            tab.failed = []
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
