"""The split button that saves: it remembers where a person goes after saving."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

CHOICES = {"exit": "Save & exit", "stay": "Save & stay", "next": "Save & next"}
_KEY = "save_then"


@dataclass(frozen=True)
class SaveButton:
    """The split button: what a click does, and what else it could do."""

    main: str
    back: str

    @property
    def label(self) -> str:
        """The words on the button."""
        return CHOICES[self.main]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What the menu beside the button offers."""
        return list(CHOICES.items())


def save_button(request: HttpRequest) -> SaveButton:
    """Return the button as this person last used it."""
    kept = request.session.get(_KEY, "exit")
    return SaveButton(
        kept if kept in CHOICES else "exit", request.POST.get("from") or request.GET.get("from", "")
    )


def chosen_way(request: HttpRequest) -> str:
    """Return where the person goes now, exit, stay or next, and remember it."""
    then = request.POST.get("then", "exit")
    request.session[_KEY] = chosen = then if then in CHOICES else "exit"
    return chosen
