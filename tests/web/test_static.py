"""Static files: names with hashes, compression, what is kept and what weighs; and the colours people must be able to read."""

import gzip
import re
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.static_files import HERE, find_static, has_static, static

HTMX = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
"""SHA-256 of htmx 2.0.10 as its makers publish it."""
FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A browser."""
    file = tmp_path_factory.mktemp("city") / "city.sqlite"
    return TestClient(create_app(Settings(database_url=f"sqlite:///{file}"), quiet=True))


def test_a_file_under_its_hashed_name_may_be_kept_for_a_year(client: TestClient) -> None:
    answer = client.get(static("style.css"))
    assert answer.headers["cache-control"] == FOREVER
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == (HERE / "style.css").read_bytes()


def test_a_hash_that_has_passed_brings_todays_file_but_not_to_keep(client: TestClient) -> None:
    answer = client.get("/static/style.0123456789ab.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert client.get("/static/style.css").headers["cache-control"] == "no-cache"


def test_compressed_and_plain_forms_are_told_apart(client: TestClient) -> None:
    packed = client.get(static("style.css"), headers={"accept-encoding": "br, gzip"})
    plain = client.get(static("style.css"), headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]


def test_who_has_the_file_already_is_not_sent_it_again(client: TestClient) -> None:
    etag = client.get(static("app.js")).headers["etag"]
    again = client.get(static("app.js"), headers={"if-none-match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get(static("app.js"), headers={"if-none-match": '"other"'}).status_code == 200


def test_head_says_what_get_would(client: TestClient) -> None:
    head = client.head(static("icon.svg"))
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", "image/svg+xml")


@pytest.mark.parametrize(
    "name",
    ["../app.py", "..%2Fstatic_files.py", "style.css.map", "nothing.css", ".env", "style", "static_files.py", "%00"],
)
def test_no_other_name_reaches_a_file(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_template_that_names_a_missing_file_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        static("styles.css")


@pytest.mark.promise("P35")
def test_the_htmx_we_serve_is_the_one_its_makers_published(client: TestClient) -> None:
    if not has_static("htmx.min.js"):
        pytest.skip("htmx is fetched at install; it is not here")
    assert sha256(client.get(static("htmx.min.js")).content).hexdigest() == HTMX


def test_the_files_of_a_first_visit_leave_room_for_the_page() -> None:
    def weight(name: str) -> int:
        file = find_static(name)
        return 0 if file is None else len(file.compressed or file.body)

    assert len((HERE / "app.js").read_bytes()) < 6200
    assert len((HERE / "search.js").read_bytes()) < 10_000
    assert sum(weight(name) for name in ("style.css", "app.js", "search.js", "htmx.min.js", "icon.svg")) < 37_000


def test_the_stylesheet_asks_for_nothing_else_and_uses_no_zoom() -> None:
    css = (HERE / "style.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|@font-face|[^-]zoom:", css)


# Colours: every pair of text and ground, in all four looks

TEXT_PAIRS = [
    ("ink", "paper"), ("ink-2", "paper"), ("sea", "paper"), ("amber-dk", "paper"), ("ok", "paper"), ("bad", "paper"),
    ("ink", "linen"), ("ink-2", "linen"), ("sea", "linen"), ("ink", "glow"), ("ink-2", "glow"), ("sea", "glow"), ("ok", "glow"),
    ("amber-dk", "glow"), ("bad", "bad-bg"), ("sea", "bad-bg"), ("on-amber", "amber"), ("on-deep", "deep"), ("on-deep-2", "deep"),
    ("g-digital", "paper"), ("g-media", "paper"), ("g-personal", "paper"), ("g-environment", "paper"), ("g-languages", "paper"), ("g-target", "paper"),
]  # fmt: skip
SHAPE_PAIRS = [("edge", "paper"), ("edge", "linen"), ("edge", "glow")]


def looks() -> dict[str, dict[str, str]]:
    """The colours of each look, as the stylesheet sets them one over another."""
    css = (HERE / "style.css").read_text(encoding="utf-8")
    blocks = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
        for block in re.findall(r"(?::root|\.contrast-high) \{([^}]*)\}", css)
    ]
    light, dark, high, high_by_system, high_dark, high_dark_by_system, *_print = blocks
    assert high == high_by_system
    assert high_dark == high_dark_by_system
    return {"light": light, "dark": light | dark, "high": light | high, "high dark": light | dark | high | high_dark}


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Their ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("look", "least"), [("light", 4.5), ("dark", 4.5), ("high", 7), ("high dark", 7)])
def test_every_text_can_be_read_on_its_ground(look: str, least: float) -> None:
    colours = looks()[look]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


@pytest.mark.parametrize("look", ["light", "dark", "high", "high dark"])
def test_every_border_of_a_field_can_be_seen(look: str) -> None:
    colours = looks()[look]
    assert all(contrast(colours[edge], colours[ground]) >= 3 for edge, ground in SHAPE_PAIRS)


def test_packing_is_the_same_every_time() -> None:
    file = find_static("style.css")
    assert file is not None
    assert file.compressed == gzip.compress(file.body, 9, mtime=0)
