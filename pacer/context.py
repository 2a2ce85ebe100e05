"""What every page knows about this installation."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    """Say whether this installation is a demo with invented people."""
    return {"is_demo_installation": not settings.IS_PRODUCTION}
