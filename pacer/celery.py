"""The Celery application: the alarm clock of the reminders, never their queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pacer.settings")

app = Celery("pacer")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
