"""Read a mail as its reader does: the words of its text, and those of its HTML with links and tags."""

from __future__ import annotations

from html.parser import HTMLParser

BUTTON = "Ouvrir"
"""What the link of the HTML part is called; the address stands below it, as it does in the text."""
OURS = {"html", "head", "meta", "title", "body", "p", "br", "a"}


class Html(HTMLParser):
    """The HTML part: its links, its tags, the words that it shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self._text, self._inside = "", ""
        self.feed(page)
        self.close()

    @property
    def words(self) -> list[str]:
        return self._text.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside, self._text = tag, self._text + " "
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside, self._text = "", self._text + " "

    def handle_data(self, data: str) -> None:
        if self._inside != "title" and (self._inside, data) != ("a", BUTTON):
            self._text += data


def links_of(text: str) -> list[str]:
    """List the addresses that stand alone on a line of a text."""
    return [line for line in text.split("\n") if line.startswith(("http://", "https://"))]


def assert_html_says_the_text(text: str, html: str) -> list[str]:
    """Compare both parts of a mail word by word; return its links, which are at most one."""
    read, links = Html(html), links_of(text)
    assert read.words == text.split()
    assert read.links == links
    assert len(links) <= 1
    assert read.tags <= OURS, read.tags - OURS
    return links
