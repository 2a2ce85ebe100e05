"""The figures of large studies as they were last drawn."""

from __future__ import annotations

from django.db import models


class StandingFigures(models.Model):
    """The page of one choice over one set of sites; drawn again by a task, never by who opens it.

    `key` is made of the sites, the capability and the choice, and of nobody's name: who may see
    exactly these sites sees these figures. `record` is "" while they have been asked for and not
    yet drawn. `audit_seen` is the last change of the trail that they hold for certain. `drawing_since` is
    set while a task draws them.
    """

    key = models.CharField(max_length=64, unique=True)
    # Plain keys: the row is no part of the record, and goes when nobody opens it.
    sites = models.JSONField()
    query = models.TextField(blank=True)
    record = models.TextField(blank=True)
    audit_seen = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    drawing_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "standing figures"
        ordering = ["pk"]
        indexes = [models.Index(fields=["opened_at"], name="standing_figures_by_opening")]

    def __str__(self) -> str:
        return f"standing figures {self.pk}"
