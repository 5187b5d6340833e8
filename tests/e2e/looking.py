"""What to ask a page: axe, what is cut off, what covers the focus. The browser evaluates it, past a CSP that stays."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
UNDECIDABLE = frozenset({"shortTextContent", "nonBmp"})
"""Axe does not judge the contrast of a single sign."""
AXE_RUN = "only => axe.run(document, {runOnly: only, resultTypes: ['violations', 'incomplete']})"


@cache
def axe_source() -> str:
    """The program of axe-core. Raises ImportError when it is not installed."""
    return (files("axe_playwright_python") / "axe.min.js").read_text()


def axe(page: Page) -> list[str]:
    """What axe finds, one line a fault. What axe could not decide counts too, except on the map and single signs."""
    page.evaluate(axe_source())
    return _faults(page.evaluate(AXE_RUN, {"type": "tag", "values": TAGS}))


def axe_again_in_the_dark(page: Page) -> list[str]:
    """What axe finds in the other colours of a page it has already seen."""
    page.emulate_media(color_scheme="dark")
    return _faults(page.evaluate(AXE_RUN, {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}))


def _faults(result: dict[str, Any]) -> list[str]:
    found = [_line(rule, node) for rule in result["violations"] for node in rule["nodes"]]
    undecided = [(rule, node) for rule in result["incomplete"] for node in rule["nodes"]]
    return found + [f"undecided {_line(rule, node)}" for rule, node in undecided if not _is_excused(node)]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"


def _is_excused(node: dict[str, Any]) -> bool:
    """Figures on the map overlap their province: test_contrast.py measures them."""
    reasons = {check["data"].get("messageKey") for check in node["any"] if isinstance(check.get("data"), dict)}
    return bool(reasons) and (reasons <= UNDECIDABLE or node["html"].startswith("<text "))


OPEN_ALL = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"

BESIDE = """() => {
  // What sticks out of the window sideways and cannot be scrolled to in a part of the page that is made for it.
  const wide = innerWidth + 1;
  const ends = (each) => each.getBoundingClientRect().right;
  const holds = (each) => /auto|scroll/.test(getComputedStyle(each).overflowX) && ends(each) <= wide;
  const scrolls = (element) => {
    for (let each = element; each && each !== document.body; each = each.parentElement) if (holds(each)) return true;
    return false;
  };
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`page ${root.scrollWidth} > ${root.clientWidth}`);
  for (const each of document.body.querySelectorAll("*")) {
    const box = each.getBoundingClientRect();
    if (!box.width || !each.checkVisibility() || each.closest(".sr-only, .skip, svg")) continue;
    if (box.right <= wide && box.left >= -1) continue;
    if (!scrolls(each)) found.push(`${each.outerHTML.slice(0, 100)} ${box.left}–${box.right}`);
  }
  return found.slice(0, 5);
}"""

SIDEWAYS = """() => {
  // Boxes of which a part is hidden sideways. The comparison may: it says so, and shows two partners at a time.
  return [...document.body.querySelectorAll("*")]
    .filter((each) => each.checkVisibility() && /auto|scroll|hidden|clip/.test(getComputedStyle(each).overflowX))
    .filter((each) => each.querySelector("table, form, p, li") && !each.closest(".sr-only, .comparison, dialog"))
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.outerHTML.slice(0, 100)} ${each.scrollWidth} > ${each.clientWidth}`)
    .slice(0, 5);
}"""

CUT_OFF = """() => {
  // Words that are wider or higher than the box that holds and hides them, or stick out of their button.
  const found = [];
  const worded = "h1, h2, h3, h4, a, button, summary, label, th, td, dt, dd, p, li, legend, span";
  for (const each of document.body.querySelectorAll(worded)) {
    if (!each.checkVisibility() || each.closest(".sr-only, .skip, svg") || !each.textContent.trim()) continue;
    if (each.matches(".chosen-name") && innerWidth > 700) continue; // shortened on purpose where the bar is one line
    const style = getComputedStyle(each);
    const hides = /hidden|clip/.test(style.overflowX) || /hidden|clip/.test(style.overflowY);
    if (hides && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
      found.push(`hidden: ${each.outerHTML.slice(0, 100)}`);
    if (!each.matches("h1, h2, h3, h4, button, .button, .chip, summary, label, th")) continue;
    if (style.display === "inline" || style.display === "contents") continue;
    const outer = each.getBoundingClientRect();
    const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const around = texts.currentNode.parentElement;
      if (around.closest(".sr-only") || !around.checkVisibility()) continue;
      const words = document.createRange();
      words.selectNodeContents(texts.currentNode);
      const inner = words.getBoundingClientRect();
      if (inner.right > outer.right + 2 || inner.bottom > outer.bottom + 3) {
        found.push(`sticks out: ${each.outerHTML.slice(0, 100)}`);
        break;
      }
    }
  }
  return found.slice(0, 8);
}"""

FOCUSED = """() => {
  // Where the focus is, whether it can be seen, and how much of it something else covers.
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const box = each.getClientRects()[0] ?? each.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  let seen = 0, all = 0;
  for (const x of [0.05, 0.25, 0.5, 0.75, 0.95]) for (const y of [0.1, 0.5, 0.9]) {
    all += 1;
    if (right <= left || bottom <= top) continue;
    const hit = document.elementFromPoint(left + x * (right - left), top + y * (bottom - top));
    if (hit && (each.contains(hit) || hit.contains(each))) seen += 1;
  }
  const style = getComputedStyle(each);
  each.dataset.visited = Number(each.dataset.visited ?? 0) + 1;
  return {
    name: each.outerHTML.slice(0, 120), seen: seen / all, visits: Number(each.dataset.visited),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""

CONTRAST = """(pairs) => {
  // The contrast of each pair of colours, as WCAG reckons it.
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map((n) => n / 255)
      .map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return pairs.map(([one, other]) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
}"""


def contrast(page: Page, pairs: list[tuple[str, str]]) -> list[float]:
    """The contrast of pairs of CSS colours."""
    return page.evaluate(CONTRAST, pairs)


def open_all(page: Page) -> None:
    """Open everything that can be opened."""
    page.evaluate(OPEN_ALL)
