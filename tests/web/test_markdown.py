"""Markdown: prose stays, everything that could act goes."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from app.markdown import markdown


@pytest.mark.promise("P12")
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](javascript:alert(1))",
        "![x](https://evil.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a href="/" hx-get="/velmes" data-hx-post="/x">x</a>',
        '<p style="position:fixed">x</p>',
        "<svg><use href='data:x'/></svg>",
        '<https://example.org/"onmouseover=alert(1)>',
    ],
)
def test_hostile_markdown_is_inert(hostile: str) -> None:
    tree = HTMLParser(str(markdown(hostile)))
    assert tree.css("script, img, svg, style, iframe, use") == []
    for node in tree.body.css("*"):
        assert set(node.attributes) <= {"href", "rel", "start"}
        assert not (node.attributes.get("href") or "").lower().startswith(("javascript:", "data:"))


def test_markdown_keeps_prose_below_the_headings_of_the_page_and_names_other_sites() -> None:
    said = str(markdown("# Saturs\n\nNāciet **visi**: [te](https://example.org/x) un [še](/kursi).\n\n- viens\n- divi"))
    assert "<h3>Saturs</h3>" in said
    assert ">te</a> (example.org)" in said
    assert ">še</a>." in said
    assert "<li>divi</li>" in said
