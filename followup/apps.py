"""The app of the schedule and its reminders."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Answers the record's signal with a schedule in step."""

    name = "followup"

    def ready(self) -> None:
        """Connect the signal; importing it earlier would load models too soon."""
        from followup.actions.schedule import on_schedule_inputs_changed
        from participants.signals import schedule_inputs_changed

        schedule_inputs_changed.connect(on_schedule_inputs_changed, dispatch_uid="sync visits")
