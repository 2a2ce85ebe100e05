"""The app of the schedule and its reminders."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Answers the record's signals with a schedule in step."""

    name = "followup"

    def ready(self) -> None:
        """Connect the signals; importing them earlier would load models too soon."""
        from followup.actions.protocol import on_study_opened
        from followup.actions.schedule import on_schedule_inputs_changed
        from participants.signals import schedule_inputs_changed, study_opened

        schedule_inputs_changed.connect(on_schedule_inputs_changed, dispatch_uid="sync visits")
        study_opened.connect(on_study_opened, dispatch_uid="load default schedule")
