"""Descriptions written in Markdown, as safe HTML: no raw HTML, no pictures, only the tags of plain prose."""

from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h3", "h4", "a", "code", "pre", "hr"}
_SCHEMES = {"http", "https", "mailto", "tel"}


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """The text as HTML; its headings stand below the page's own, links to other sites name their host."""
    clean = nh3.clean(
        _prose.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow",
    )
    return Markup(clean)  # noqa: S704  nh3 has just cleaned it


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"


def _name_hosts(state: StateCore) -> None:
    """Write behind each link where it leads, unless its words say so."""
    for block in state.tokens:
        if block.children:
            block.children = _with_hosts(block.children)


def _with_hosts(tokens: list[Token]) -> list[Token]:
    named: list[Token] = []
    host, words = "", ""
    for token in tokens:
        named.append(token)
        if token.type == "link_open":
            host, words = urlsplit(str(token.attrs.get("href", ""))).hostname or "", ""
        elif token.type == "link_close" and host and host not in words:
            named.append(Token("text", "", 0, content=f" ({host})"))
        else:
            words += token.content
    return named


_prose = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
_prose.core.ruler.push("lower_headings", _lower_headings)
_prose.core.ruler.push("name_hosts", _name_hosts)
