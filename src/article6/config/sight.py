"""A request sees nothing of what belongs to sections until its door has said whose eyes it reads with."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from article6.store.database import NOTHING, seeing


class SeesNothingAtFirst:
    """What was in sight for one request is out of sight for the next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with seeing(NOTHING):
            return self.get_response(request)
