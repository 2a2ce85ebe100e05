"""The app of the clinical record."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """Connects the audit triggers to every migrate, and the sign-ins to the trail."""

    name = "participants"

    def ready(self) -> None:
        """Connect the signals; importing them earlier would load models too soon."""
        from participants import connections

        connections.connect()
