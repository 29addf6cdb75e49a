"""Texts that would act if any place printed them raw, and a city in whose every text column they stand."""

import sqlite3
from pathlib import Path

from sqlalchemy import JSON, Enum, String

from app.tables import metadata

MARK = "x9x"
"""Stands in the name of every element, attribute, call and header that the payloads try to make."""
HTML = [
    "<script>x9x()</script>",
    "</script><script>x9x()</script>",
    "<img src=x onerror=x9x()>",
    '"><svg onload=x9x()>',
    "'><x9x onclick=x9x()>",
    '" autofocus onfocus=x9x() x9x="',
    "' onmouseover='x9x()' x9x='",
    "` onclick=`x9x()`",
    "</title><script>x9x()</script>",
    "</textarea><x9x>",
    "</style><x9x>",
    "<!--<x9x>--><x9x>",
    "<iframe srcdoc='&lt;script&gt;parent.x9x()&lt;/script&gt;'>",
    "<iframe src=javascript:x9x()>",
    "<object data=data:text/html,x9x><embed src=x9x>",
    "<a href=javascript:x9x()>x</a>",
    "<a href='java&#10;script:x9x()'>x</a>",
    "<form action=https://elsewhere.example/x9x><button>x</button></form>",
    "<button formaction=javascript:x9x()>x</button>",
    "<base href=https://elsewhere.example/x9x/>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example/x9x'>",
    "<link rel=stylesheet href=https://elsewhere.example/x9x.css>",
    "<style>*{background:url(https://elsewhere.example/x9x)}</style>",
    "<p style=background:url(https://elsewhere.example/x9x)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=x9x()>",
    "<noscript><p title='</noscript><img src=x onerror=x9x()>'>",
    "<svg><animate onbegin=x9x() attributeName=x dur=1s>",
    "<details open ontoggle=x9x()>",
    "<video><source onerror=x9x()>",
    "<input autofocus onfocus=x9x()>",
    "&lt;script&gt;x9x()&lt;/script&gt;",
    "\u003cscript\u003ex9x()\u003c/script\u003e",
    "\\u003cscript\\u003ex9x()\\u003c/script\\u003e",
    "＜script＞x9x()＜/script＞",
    "<scr<script>ipt>x9x()</scr</script>ipt>",
    "<SCRIPT SRC=//elsewhere.example/x9x.js>",
    "<x9x/>",
    "javascript:x9x()",
    "javascript://elsewhere.example/%0ax9x()",
    "data:text/html,<script>x9x()</script>",
    "vbscript:x9x()",
]  # fmt: skip
HTMX = [
    '<div hx-get="https://elsewhere.example/x9x" hx-trigger=load>',
    '" hx-get="/x9x" hx-trigger="load" x9x="',
    '<b data-hx-post="/lietojums" data-hx-trigger="load" x9x>',
    '<b hx-on:load="x9x()" hx-on::load="x9x()">',
    '<b hx-on-htmx-load="x9x()" data-hx-on:click="x9x()">',
    "<b hx-vals='js:{a:x9x()}' hx-get=/ hx-trigger=load>",
    "<b hx-headers='js:{a:x9x()}' hx-get=/ hx-trigger='load[x9x()]'>",
    "<b hx-ext=x9x hx-boost=true hx-swap-oob=true id=izskats>",
    "<b hx-disinherit=* hx-push-url=https://elsewhere.example/x9x>",
]
MARKDOWN = [
    "[x](javascript:x9x())",
    "[x](JaVaScRiPt:x9x())",
    "[x](data:text/html;base64,PHNjcmlwdD54OXgoKTwvc2NyaXB0Pg==)",
    "![x](https://elsewhere.example/x9x.png)",
    "[x]( https://elsewhere.example/ 'x9x\" onclick=x9x()' )",
    "<javascript:x9x()>",
    "[a]: javascript:x9x()\n[a]",
    "```\n</code><script>x9x()</script>\n```",
    "> <script>x9x()</script>",
    "**<x9x>**",
]
TEMPLATES = [
    "{{7*191}}x9x",
    "${7*191}x9x",
    "#{7*191}x9x",
    "<%= 7*191 %>x9x",
    "{% for a in (1,) %}x9x{% endfor %}",
    "{{''.__class__.__mro__}}",
    "%(x9x)s %s %n {x9x} {0}",
    "{{ self._TemplateReference__context }}",
]
LINES = [
    "x\r\nX9X: 1",
    "x\nBcc: x9x@elsewhere.example",
    "x\r\nBEGIN:VALARM\r\nX9X:1",
    "x\u2028X9X: 1\u2029",
    '=HYPERLINK("https://elsewhere.example/x9x")',
    "+1+cmd|' /C x9x'!A0",
    "-2+3+cmd|' /C x9x'!A0",
    "@SUM(1+1)*x9x",
    "\t=x9x",
    "\r=x9x",
    "x]]><x9x/>",
    "\u202ex9x\u202c",
]
PAYLOADS = [*HTML, *HTMX, *MARKDOWN, *TEMPLATES, *LINES]
"""More than sixty."""

KEPT = {
    "code", "slug", "locale", "language", "email", "email_key", "person_key", "person_token", "link_key", "key", "kind",
    "fingerprint", "answer", "facts", "fault", "weekdays", "format", "audience", "object_id", "object_kind", "act",
    "password_hash", "snapshot", "document", "actor", "subject", "totp_secret", "token_hash", "device",
}  # fmt: skip
"""Columns whose values are ours or have a form of their own that is checked before they are kept."""


def text_columns() -> list[tuple[str, str]]:
    """Every column that holds free text: all of text but those that are named above."""
    return [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, String)
        and not isinstance(column.type, Enum)
        and column.name not in KEPT
        and not column.unique
        and not column.foreign_keys
    ]


def poison(path: Path, turn: int) -> None:
    """Put payloads into every free text of a city; with another turn each text holds another one."""
    number = iter(range(10**9))

    def payload(_value: object) -> str:
        return PAYLOADS[(next(number) + turn * 23) % len(PAYLOADS)]

    with sqlite3.connect(path) as connection:
        connection.create_function("payload", 1, payload)
        for table, column in text_columns():
            connection.execute(f'UPDATE "{table}" SET "{column}" = payload("{column}") WHERE "{column}" IS NOT NULL')
        for kept in metadata.sorted_tables:
            for one in kept.c:
                if isinstance(one.type, JSON) and one.name in {"outcomes", "keywords"}:
                    connection.execute(f'UPDATE "{kept.name}" SET "{one.name}" = json_array(payload(1), payload(2))')
