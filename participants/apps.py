"""The app of the clinical record."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """Connects the audit triggers to every migrate, the sign-ins to the trail, dates to findings."""

    name = "participants"

    def ready(self) -> None:
        """Connect the signals; importing them earlier would load models too soon."""
        from participants import connections
        from participants.actions.derive import on_schedule_inputs_changed
        from participants.signals import schedule_inputs_changed

        connections.connect()
        schedule_inputs_changed.connect(on_schedule_inputs_changed, dispatch_uid="derive findings")
