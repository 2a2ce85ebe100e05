"""What the record tells the follow-up, in the same transaction, without knowing it.

`schedule_inputs_changed` is sent with `participants` (a list of primary keys) and `by` (an Actor)
after anything that a schedule is computed from has changed.
"""

from django.dispatch import Signal

schedule_inputs_changed = Signal()

# Sent with `study` and `by` when a study is opened, so that it gets a schedule at once.
study_opened = Signal()
