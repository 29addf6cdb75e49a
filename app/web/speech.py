"""What templates say by `_`, `_n`, `_p` and `_np`."""

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from app.i18n import Language, Param, spoken


class Speech:
    """Messages in one language with their facts in place; the messages and the facts are escaped alike."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._said: dict[tuple[str, ...], Markup] = {}

    def text(self, msgid: str, **params: Param) -> Markup:
        """A message: _("Courses")."""
        if params:
            return self._fill(self.language.gettext(msgid), params)
        return self._once((msgid,), lambda: self.language.gettext(msgid))

    def text_in(self, context: str, msgid: str, **params: Param) -> Markup:
        """A message in a context: _p("run", "Full")."""
        if params:
            return self._fill(self.language.pgettext(context, msgid), params)
        return self._once((context, msgid), lambda: self.language.pgettext(context, msgid))

    def number(self, one: str, many: str, n: int, **params: Param) -> Markup:
        """A message about a number: _n("%(n)s course", "%(n)s courses", total)."""
        return self._fill(self.language.ngettext(one, many, n), {"n": n, **params})

    def number_in(self, context: str, one: str, many: str, n: int, **params: Param) -> Markup:
        """A message about a number in a context."""
        return self._fill(self.language.npgettext(context, one, many, n), {"n": n, **params})

    def _once(self, key: tuple[str, ...], find: Callable[[], str]) -> Markup:
        """A message without facts, filled in and escaped the first time it is said."""
        if (said := self._said.get(key)) is None:
            said = self._said[key] = self._fill(find(), {})
        return said

    def _fill(self, pattern: str, params: Mapping[str, Param]) -> Markup:
        facts = {name: escape(fact) for name, fact in spoken(params, self.language).items()}
        return Markup(str(escape(pattern)) % facts)  # noqa: S704  both halves have just been escaped
