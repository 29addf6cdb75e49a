"""Errors of the pages: what happened, what to do instead, and the search box."""

from urllib.parse import quote, urlencode

from asgi_correlation_id import correlation_id
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.dependencies import settings_of
from app.i18n import Text, _
from app.people.refusals import AccountLinkSpent, ConfirmationNeeded, SecondFactorNeeded, SignInNeeded
from app.refusals import Refusal
from app.registrations.refusals import DataErased, LinkUnknown, NamesClosed, ProviderLinkOver
from app.web.pages import render

TITLES: dict[int, Text] = {
    400: _("We could not read this request"),
    401: _("Sign in"),
    403: _("This is not allowed"),
    404: _("There is no such page"),
    405: _("This is not allowed"),
    409: _("This cannot be done now"),
    410: _("This course is no longer here"),
    413: _("Too much at once"),
    422: _("Something must be corrected"),
    429: _("Please wait a little"),
    500: _("Something went wrong"),
    503: _("The catalogue is not available"),
}


_OF_LINKS: dict[type[Refusal], Text] = {
    AccountLinkSpent: _("This link no longer works"),
    ProviderLinkOver: _("This link is closed"),
}
SIGN_IN_URL = "/pieslegties"
CODE_URL = "/pieslegties/kods"
CONFIRM_URL = "/konts/apstiprinat"


def refused(request: Request, refusal: Refusal) -> Response:
    """A refusal as a page; who is not signed in is led to the page where one signs in, and back."""
    if isinstance(refusal, SignInNeeded | ConfirmationNeeded):
        return _let_in_first(request, refusal)
    if isinstance(refusal, NamesClosed):
        return RedirectResponse(
            f"/darbvieta/grupas/{refusal.run_id}/pieteikumi", 303, headers={"Cache-Control": "no-store"}
        )
    if isinstance(refusal, DataErased):
        return render(request, "registrations/erased.html", status=410, headers={"Cache-Control": "no-store"})
    lost = isinstance(refusal, LinkUnknown)
    title = _OF_LINKS.get(type(refusal))
    return error_page(request, refusal.status, refusal.sentence, headers=refusal.headers, lost_link=lost, title=title)


def _let_in_first(request: Request, refusal: Refusal) -> Response:
    """To where one signs in, or types the password again; what a form brought is kept and can be sent once more."""
    confirms = isinstance(refusal, ConfirmationNeeded)
    if request.method in {"GET", "HEAD"}:
        url = CONFIRM_URL if confirms else CODE_URL if isinstance(refusal, SecondFactorNeeded) else SIGN_IN_URL
        return _to_sign_in(request, url)
    typed = getattr(request.state, "typed", {})
    return render(
        request,
        "workspace/sign_in/confirm.html" if confirms else "workspace/sign_in/ended.html",
        status=refusal.status,
        headers={"Cache-Control": "no-store"},
        url=_whole_path(request),
        sign_in_url=CODE_URL if isinstance(refusal, SecondFactorNeeded) else SIGN_IN_URL,
        kept=[(name, value) for name, values in typed.items() if "password" not in name for value in values],
        sentence=refusal.sentence,
        notice=None,
        method="post",
        elsewhere=settings_of(request).elsewhere,
    )


def _to_sign_in(request: Request, url: str) -> Response:
    """To where one signs in; htmx goes there with the whole page."""
    where = f"{url}?{urlencode({'next': _whole_path(request)})}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": where, "Cache-Control": "no-store"})
    return RedirectResponse(where, 303, headers={"Cache-Control": "no-store"})


def _whole_path(request: Request) -> str:
    """The asked address, whatever bytes it is made of."""
    query = quote(request.scope["query_string"], safe="%&=+-._~!$'()*,;:@/?")
    path = quote(request.scope["path"], safe="/:@!$&'()*+,;=~", errors="replace")
    return f"{path}?{query}" if query else path


def error_page(
    request: Request,
    status: int,
    sentence: Text,
    *,
    headers: dict[str, str] | None = None,
    lost_link: bool = False,
    title: Text | None = None,
) -> HTMLResponse:
    """One sentence and what to do instead; who came by a private link that opens nothing can ask for a new one."""
    return render(
        request,
        "errors/error.html",
        status=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        title=title or TITLES.get(status, TITLES[500]),
        sentence=sentence,
        status_code=status,
        lost_link=lost_link,
        request_id=correlation_id.get() if status >= 500 else None,
    )
