"""The catalogues: nothing unsaid, nothing said wrongly, and a tool that never spoils an editor's work."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.i18n import LANGUAGES, LOCALE
from app.messages import (
    Key,
    add_missing,
    catalogues,
    compile_catalogue,
    faults_of,
    missing_messages,
    used_messages,
)

HEADER = """# An editor's note.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==0 || (n%100>=11 && n%100<=19)) ? 0 : (n%10==1 && n%100!=11) ? 1 : 2;\\n"
"""


def catalogue(folder: Path, entries: str) -> Path:
    """A catalogue with these entries."""
    po = folder / "lv" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(f"{HEADER}\n{entries}", encoding="utf-8")
    return po


def source(folder: Path) -> Path:
    """A little project that says messages in every way in which ours may."""
    (folder / "app" / "web").mkdir(parents=True)
    (folder / "templates" / "emails").mkdir(parents=True)
    (folder / "app" / "web" / "page.py").write_text(
        "a = _('Register', day=1)\n"
        "b = _n('%(n)s seat', '%(n)s seats', count, total=5)\n"
        "c = _p('run', 'Full')\n"
        "d = _np('kept', '%(n)s day', '%(n)s days', days)\n"
        "e = language.pgettext('run', 'Open')\n"
        "f = _(name)\n",
        encoding="utf-8",
    )
    (folder / "templates" / "page.html").write_text(
        '<h1>{{ _("Figures") }}</h1>{{ _p("run", "Soon") }}{% trans n=n %}%{n} week{% pluralize %}weeks{% endtrans %}',
        encoding="utf-8",
    )
    (folder / "templates" / "emails" / "body.txt").write_text('{{ _("Hello.") }}', encoding="utf-8")
    return folder


# --- ours


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_message_is_said_in_every_language_and_rightly(code: str):
    assert list(faults_of(catalogues()[code], used_messages())) == []


def test_a_good_part_of_the_product_speaks():
    """A tool that finds no messages would call every catalogue complete."""
    used = used_messages()
    assert len(used) > 100
    assert Key("Skip to content") in used
    assert Key("Full", context="run") in used


def test_the_latvian_words_keep_to_the_voice_of_the_city():
    words = re.compile(
        r"\b(lietotāj\w*|klient\w*|veiksmīgi|diemžēl|tiek|tiks|nepieciešam\w*|atskait\w*|kursant\w*|meils|links"
        r"|epast\w*|cepumiņ\w*|ielogo\w*|autorizēt\w*)\b|\b(u\. ?c|t\. ?sk)\.|!",
        re.IGNORECASE,
    )
    capital_inside_a_sentence = re.compile(r"[a-zāčēģīķļņšūž,;] (Jūs|Jums|Jūsu)\b")
    with (LOCALE / "lv" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    said = [string for m in messages for string in (m.string if isinstance(m.string, tuple) else (m.string,)) if string]
    assert len(said) > 900
    assert [string for string in said if words.search(string) or capital_inside_a_sentence.search(string)] == []


# --- finding what is used


def test_messages_are_found_in_code_and_templates_with_context_and_plural(tmp_path: Path):
    used = used_messages(source(tmp_path))
    assert used == {
        Key("Register"): "app/web/page.py",
        Key("%(n)s seat", "%(n)s seats"): "app/web/page.py",
        Key("Full", context="run"): "app/web/page.py",
        Key("%(n)s day", "%(n)s days", "kept"): "app/web/page.py",
        Key("Open", context="run"): "app/web/page.py",
        Key("Figures"): "templates/page.html",
        Key("Soon", context="run"): "templates/page.html",
        Key("%%{n} week", "weeks"): "templates/page.html",
        Key("Hello."): "templates/emails/body.txt",
    }


def test_a_template_that_cannot_be_read_is_not_passed_over(tmp_path: Path):
    source(tmp_path)
    (tmp_path / "templates" / "broken.html").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(Exception, match="Expected an expression"):
        used_messages(tmp_path)


# --- adding


def test_adding_writes_only_at_the_end_and_only_once(tmp_path: Path):
    po = catalogue(
        tmp_path / "locale",
        '# Register page\nmsgid "Register"\nmsgstr "Pieteikties"\n\n#~ msgid "Old"\n#~ msgstr "Vecs"\n',
    )
    before = po.read_text(encoding="utf-8")
    used = used_messages(source(tmp_path))
    assert add_missing(po, used) == 8
    after = po.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("\n"))
    assert '#: app/web/page.py\nmsgctxt "run"\nmsgid "Full"\nmsgstr ""' in after
    assert 'msgid_plural "%(n)s seats"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""' in after
    assert missing_messages(po, used) == {}
    assert add_missing(po, used) == 0
    assert po.read_text(encoding="utf-8") == after


# --- checking


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Register"\nmsgstr ""', "not translated"),
        ('msgid "Other"\nmsgstr "Cits"', "not in the catalogue"),
        ('#, fuzzy\nmsgid "Register"\nmsgstr "Pieteikties"', "fuzzy"),
        ('msgid "Register"\nmsgstr "Pieteikties"\n\nmsgid "Register"\nmsgstr "Reģistrēties"', "stands twice"),
        ('msgid "Register"\nmsgstr "Pieteikties %(day)s"', "other placeholders"),
        ('msgid "Register"\nmsgstr "\\"Pieteikties\\""', "straight quotation marks"),
        ('msgid "Register"\nmsgstr "Pieteikties - tūlīt"', "hyphen"),
        ('msgid "Register"\nmsgstr "Pieteikties plkst. 18.00"', "may break"),
        ('msgid "Register"\nmsgstr "Pieteikties 100 % droši"', "not doubled"),
    ],
)
def test_the_check_finds(tmp_path: Path, entry: str, fault: str):
    po = catalogue(tmp_path, entry + "\n")
    assert [found for found in faults_of(po, {Key("Register"): "app/page.py"}) if fault in found]


def test_the_check_finds_a_form_that_is_missing_or_lost_its_fact(tmp_path: Path):
    key = Key("%(n)s seat of %(total)s", "%(n)s seats of %(total)s")
    head = 'msgid "%(n)s seat of %(total)s"\nmsgid_plural "%(n)s seats of %(total)s"\n'
    whole = head + 'msgstr[0] "%(n)s no %(total)s"\nmsgstr[1] "viena no %(total)s"\nmsgstr[2] "%(n)s no %(total)s"\n'
    po = catalogue(tmp_path, whole)
    assert list(faults_of(po, {key: "app/page.py"})) == []
    po.write_text(f"{HEADER}\n{whole}".replace('msgstr[1] "viena no %(total)s"', 'msgstr[1] ""'), encoding="utf-8")
    assert [fault[:14] for fault in faults_of(po, {key: "app/page.py"})] == ["not translated"]
    po.write_text(f"{HEADER}\n{whole}".replace("viena no %(total)s", "viena"), encoding="utf-8")
    assert [fault[:18] for fault in faults_of(po, {key: "app/page.py"})] == ["other placeholders"]


def test_a_good_catalogue_has_no_faults(tmp_path: Path):
    po = catalogue(
        tmp_path,
        'msgid "Register"\nmsgstr "<a href=\\"/\\">Pieteikties</a> – 100 %%"\n\nmsgid "Not used yet"\nmsgstr ""\n',
    )
    assert list(faults_of(po, {Key("Register"): "app/page.py"})) == []


# --- compiling


def test_the_compiled_catalogue_says_the_same(tmp_path: Path):
    po = catalogue(tmp_path, 'msgid "Register"\nmsgstr "Pieteikties"\n\n#, fuzzy\nmsgid "Full"\nmsgstr "Pilns"\n')
    compiled = compile_catalogue(po)
    assert compiled.stat().st_mtime >= po.stat().st_mtime
    with compiled.open("rb") as file:
        messages = GNUTranslations(file)
    assert (messages.gettext("Register"), messages.gettext("Full")) == ("Pieteikties", "Full")
