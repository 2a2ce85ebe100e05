"""The shape that all forms share: no form tag of their own, labels above, hints below."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout


def plain_helper(*parts: Any) -> FormHelper:
    """Return the helper of a form whose tag and buttons stand in the template."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_show_errors = True
    if parts:
        helper.layout = Layout(*parts)
    return helper


def fields_row(*names: Any) -> Div:
    """Lay short fields side by side, as many as fit."""
    return Div(*names, css_class="fields")
