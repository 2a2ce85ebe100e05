"""Addresses that take a form and show nothing themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

RowView = Callable[[Any, Any], HttpResponse]


def leads_back(name: str, *, with_key: bool = True) -> Callable[[RowView], RowView]:
    """Lead whoever opens the address of a form without sending it to the page on which it stands.

    The browser does so after a new sign-in, and when an answer is loaded again. `name` is the
    page's; it takes the key of the view's row unless `with_key` is False.
    """

    def decorate(view: RowView) -> RowView:
        @wraps(view)
        def sent(request: HttpRequest, row: Model) -> HttpResponse:
            if request.method == "POST":
                return view(request, row)
            return redirect(name, row.pk) if with_key else redirect(name)

        return sent

    return decorate
