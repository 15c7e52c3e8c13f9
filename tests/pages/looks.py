"""What every page must be for everybody: looked at in the browser itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sites.foreign import modules

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

MIN_CONTRAST = 4.5
MIN_TARGET = 24
LOOK = """
const seen = [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() && one.getBoundingClientRect().left > -500);
const channel = value => { value /= 255; return value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4; };
const parts = colour => colour.match(/[\\d.]+/g).map(Number);
const light = colour => { const [r, g, b] = parts(colour); return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b); };
const page = one => { for (; one; one = one.parentElement) { const c = getComputedStyle(one).backgroundColor;
  if ((parts(c)[3] ?? 1) > 0) return c; } return 'rgb(255, 255, 255)'; };
const contrast = one => { const [a, b] = [light(getComputedStyle(one).color), light(page(one))].sort((x, y) => y - x);
  return (a + .05) / (b + .05); };
const own = one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
const name = one => one.tagName + ' ' + (one.textContent || one.name || '').trim().slice(0, 40);
const box = one => one.getBoundingClientRect();
return {
  language: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1])),
  mains: document.querySelectorAll('main').length,
  scripts: document.querySelectorAll('script,[onclick],[onload]').length,
  wider: document.documentElement.scrollWidth - innerWidth,
  faint: seen.filter(own).filter(one => contrast(one) < MIN_CONTRAST).map(one => name(one) + ' ' + contrast(one).toFixed(2)),
  nameless: seen.filter(one => one.matches('input:not([type=hidden]):not([type=submit]),select,textarea') && !(one.labels && one.labels.length)
    && !one.ariaLabel).map(name),
  dangling: [...document.querySelectorAll('[aria-describedby]')].flatMap(one => one.getAttribute('aria-describedby').split(' '))
    .filter(id => !document.getElementById(id) && !id.endsWith('_error')),
  small: seen.filter(one => one.matches('button,.button,input:not([type=hidden]):not([type=checkbox]),nav a'))
    .filter(one => box(one).height < MIN_TARGET || box(one).width < MIN_TARGET).map(name),
  mute: [...document.querySelectorAll('img:not([alt])')].length,
};
"""


def faults(browser: Chrome) -> dict[str, Any]:
    """Give what is wrong with the page that is shown."""
    script = LOOK.replace("MIN_CONTRAST", str(MIN_CONTRAST)).replace("MIN_TARGET", str(MIN_TARGET))
    found: dict[str, Any] = browser.execute_script(script)
    steps = [after - before for before, after in zip(found["headings"], found["headings"][1:], strict=False)]
    rules = {
        "language": found["language"] == "fr",
        "title": found["title"].strip() and "Comptexpert" in found["title"],
        "headings": found["headings"].count(1) == 1 and found["headings"][0] == 1 and max(steps, default=0) <= 1,
        "mains": found["mains"] == 1,
        "scripts": found["scripts"] == 0,
        "wider": found["wider"] <= 0,
        **{name: not found[name] for name in ("faint", "nameless", "dangling", "small", "mute")},
    }
    return {name: found[name] for name, is_right in rules.items() if not is_right}


AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(
  result => done(result.violations.map(one => one.id + ' ' + one.nodes.map(node => node.target.join(' ')).join(', '))),
  fault => done([String(fault)]));
"""


def violations(browser: Chrome) -> list[str]:
    """List what axe-core finds wrong with the page that is shown, each rule with the elements that break it."""
    browser.execute_script((modules() / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    found: list[str] = browser.execute_async_script(AXE)
    return found
