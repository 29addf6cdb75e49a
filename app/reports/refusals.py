"""Why figures cannot be shown as asked: facts, each with its sentence."""

from app.i18n import Text, _
from app.refusals import Refusal


class NoSuchPlace(Refusal):
    """A dimension has no part of that name."""

    status = 422
    code = "choice_unknown"

    def __init__(self, dimension: Text, value: str, choices: list[str]) -> None:
        super().__init__(
            _(
                "%(name)s: there is no “%(value)s”. Choose one of these: %(choices)s.",
                name=dimension,
                value=value[:60],
                choices=", ".join(choices),
            )
        )


class TooManyDimensions(Refusal):
    """More than two dimensions at once would leave cells in which people can be recognised."""

    status = 422
    code = "too_many_dimensions"
    sentence = _("Figures can be divided by two dimensions at once, each given once. Leave one out.")
