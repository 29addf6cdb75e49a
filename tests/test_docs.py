"""What the documents say is what the code does."""

import re
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parent.parent


def test_every_setting_stands_in_the_example_file_and_the_readme() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^# ?([A-Z_]+)=", example, re.M))
    assert named == {name.upper() for name in Settings.model_fields}
    missing = {name for name in named if f"`{name}`" not in readme}
    assert missing == set()


def test_lock_files_carry_hashes_and_no_host() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path.name
        packages = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]
        assert len(packages) > 0
        assert [one.splitlines()[0] for one in packages if "==" not in one or "--hash=sha256:" not in one] == []


def test_every_make_target_says_what_it_is_for_or_is_internal() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "check", "bench", "help"):
        assert re.search(rf"^{target}:.*## \S", makefile, re.M), target


def test_third_party_code_is_not_in_the_repository() -> None:
    assert not list((ROOT / "app/web/static").glob("htmx*"))
