from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import followup.models.protocol
import participants.domain.milestones


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("participants", "0001_initial"),
        ("participants", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                ("label", models.CharField(max_length=120)),
                ("events", models.JSONField(validators=[followup.models.protocol.validate_milestone_kinds])),
            ],
        ),
        migrations.CreateModel(
            name="PlannedVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("label", models.CharField(max_length=120)),
                ("target_day", models.IntegerField(blank=True, null=True)),
                ("window_before_days", models.PositiveSmallIntegerField(default=0)),
                ("window_after_days", models.PositiveSmallIntegerField(default=0)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("screening", "Screening"),
                            ("treatment", "Treatment"),
                            ("follow-up", "Follow-up"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("visit", "Visit"),
                            ("contact", "Contact"),
                            ("log", "Log"),
                            ("event", "Event"),
                            ("unscheduled", "Unscheduled"),
                        ],
                        default="visit",
                        max_length=12,
                    ),
                ),
                ("is_required", models.BooleanField(default=True)),
                ("is_enabled", models.BooleanField(default=True)),
                (
                    "waits_for_trigger",
                    models.BooleanField(default=False, verbose_name="exists only once the trigger was met"),
                ),
                (
                    "recorded_by_event",
                    models.CharField(
                        blank=True,
                        choices=[
                            (participants.domain.milestones.MilestoneKind["LEUKAPHERESIS"], "Leukapheresis"),
                            (
                                participants.domain.milestones.MilestoneKind["LD_START"],
                                "Lymphodepletion start",
                            ),
                            (participants.domain.milestones.MilestoneKind["INFUSION"], "CAR-T infusion"),
                            (
                                participants.domain.milestones.MilestoneKind["TREATMENT_START"],
                                "First study treatment",
                            ),
                            (
                                participants.domain.milestones.MilestoneKind["ANAKINRA_FIRST"],
                                "First anakinra dose",
                            ),
                            (
                                participants.domain.milestones.MilestoneKind["ANAKINRA_LAST"],
                                "Last anakinra dose",
                            ),
                            (participants.domain.milestones.MilestoneKind["RELAPSE"], "Relapse"),
                            (
                                participants.domain.milestones.MilestoneKind["HSCT"],
                                "Stem cell transplantation",
                            ),
                            (
                                participants.domain.milestones.MilestoneKind["NEW_THERAPY"],
                                "New anticancer therapy",
                            ),
                            (
                                participants.domain.milestones.MilestoneKind["VISITS_ENDED"],
                                "End of visits, contact kept",
                            ),
                        ],
                        max_length=30,
                        verbose_name="kind of event whose record completes this visit",
                    ),
                ),
                ("repeat_every_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "until_day",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="last day of a series, from day zero"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "anchor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followup.anchor",
                    ),
                ),
            ],
            options={
                "ordering": ["schedule", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", ["screening", "treatment", "follow-up"])),
                        name="planned_visit_phase_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["visit", "contact", "log", "event", "unscheduled"])),
                        name="planned_visit_mode_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("anchor__isnull", True), ("target_day__isnull", True)),
                            models.Q(("anchor__isnull", False), ("target_day__isnull", False)),
                            _connector="OR",
                        ),
                        name="planned_visit_target_counts_from_an_anchor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("repeat_every_days__isnull", True), ("until_day__isnull", True)),
                            models.Q(("repeat_every_days__gt", 0), ("until_day__isnull", False)),
                            _connector="OR",
                        ),
                        name="planned_visit_series_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "planned_visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="followup.plannedvisit",
                    ),
                ),
            ],
            options={
                "ordering": ["planned_visit", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("planned_visit", "position"), name="assessment_position_once_per_visit"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=160, unique=True)),
                ("rule", models.CharField(max_length=30)),
                (
                    "mail_class",
                    models.CharField(
                        choices=[("safety", "Safety"), ("routine", "Routine")],
                        default="routine",
                        max_length=8,
                    ),
                ),
                ("reference_on", models.DateField(null=True, verbose_name="date that the rule counts from")),
                (
                    "planned_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="start of the cycle that planned it"
                    ),
                ),
                (
                    "revived_at",
                    models.DateTimeField(null=True, verbose_name="start of the cycle that wanted it again"),
                ),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "Waiting"),
                            ("sending", "Being sent"),
                            ("retry", "To be tried again"),
                            ("sent", "Sent"),
                            ("covered", "In a mail with others"),
                            ("unconfirmed", "Handed over, outcome unknown"),
                            ("dead", "Refused by the mail server"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                            ("suppressed", "Suppressed"),
                            ("held", "Held for a person"),
                        ],
                        default="due",
                        max_length=12,
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=200)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "unknown_count",
                    models.PositiveSmallIntegerField(default=0, verbose_name="hand-overs of unknown outcome"),
                ),
                ("next_attempt_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.CharField(blank=True, max_length=32)),
                (
                    "last_phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not begun"),
                            ("connect", "Connecting"),
                            ("mail", "Sender"),
                            ("rcpt", "Recipient"),
                            ("data", "Message"),
                            ("dot", "Final dot"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("link_reference", models.CharField(max_length=32, unique=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True, verbose_name="a person found it not needed")),
                (
                    "covered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
                        to="followup.reminder",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-due_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "due",
                                    "sending",
                                    "retry",
                                    "sent",
                                    "covered",
                                    "unconfirmed",
                                    "dead",
                                    "cancelled",
                                    "expired",
                                    "suppressed",
                                    "held",
                                ],
                            )
                        ),
                        name="reminder_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("due_at"))),
                        name="reminder_expires_after_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unknown_count__lte", 2)),
                        name="reminder_handed_over_at_most_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "sending")),
                            models.Q(models.Q(("state", "sending"), _negated=True), ("lease_until", None)),
                            _connector="OR",
                        ),
                        name="reminder_leased_while_sending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "covered"), _negated=True),
                            ("covered_by__isnull", False),
                            _connector="OR",
                        ),
                        name="reminder_covered_by_a_mail",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worker", models.CharField(max_length=80)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not begun"),
                            ("connect", "Connecting"),
                            ("mail", "Sender"),
                            ("rcpt", "Recipient"),
                            ("data", "Message"),
                            ("dot", "Final dot"),
                        ],
                        max_length=8,
                    ),
                ),
                ("outcome", models.CharField(max_length=20)),
                ("smtp_code", models.PositiveSmallIntegerField(null=True)),
                (
                    "reminder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tries",
                        to="followup.reminder",
                    ),
                ),
            ],
            options={
                "ordering": ["started_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReminderCycle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("planned_until", models.DateTimeField(verbose_name="moments planned up to")),
                (
                    "is_whole",
                    models.BooleanField(
                        default=False, verbose_name="planned all moments that could still matter"
                    ),
                ),
                (
                    "audit_seen",
                    models.PositiveBigIntegerField(
                        default=0, verbose_name="last row of the audit trail seen"
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=200)),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["-started_at"],
                "indexes": [
                    models.Index(fields=["-started_at"], name="cycle_by_start"),
                    models.Index(fields=["-planned_until"], name="cycle_by_watermark"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=30)),
                ("effective_on", models.DateField()),
                ("is_current", models.BooleanField(default=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participants.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "effective_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("study", "label"), name="schedule_label_once_per_study"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("study",),
                        name="one_current_schedule_per_study",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="plannedvisit",
            name="schedule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="planned_visits",
                to="followup.scheduleversion",
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="schedule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="anchors",
                to="followup.scheduleversion",
            ),
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.CharField(max_length=20)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("visit", "Visit"),
                            ("contact", "Contact"),
                            ("log", "Log"),
                            ("event", "Event"),
                            ("unscheduled", "Unscheduled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("occurrence", models.PositiveSmallIntegerField(default=1)),
                ("opens_on", models.DateField(blank=True, null=True, verbose_name="window opens")),
                ("target_on", models.DateField(blank=True, null=True, verbose_name="target date")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="window closes")),
                (
                    "is_projected",
                    models.BooleanField(
                        default=False, verbose_name="planned from a date that is itself planned"
                    ),
                ),
                (
                    "dates_set_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="dates last set"
                    ),
                ),
                ("scheduled_on", models.DateField(blank=True, null=True, verbose_name="appointment")),
                ("scheduled_time", models.TimeField(blank=True, null=True, verbose_name="time")),
                (
                    "appointment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("confirmed", "Confirmed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("attended", "Attended"),
                            ("partial", "Partial"),
                            ("missed", "Missed"),
                            ("not_applicable", "Not applicable"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="",
                        max_length=15,
                    ),
                ),
                ("occurred_on", models.DateField(blank=True, null=True, verbose_name="date of the visit")),
                (
                    "missed_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_show", "No show"),
                            ("declined", "Declined by the family"),
                            ("too_unwell", "Too unwell"),
                            ("site", "Not possible at the site"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("outcome_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("recorded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "planned_visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="followup.plannedvisit",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["participant", "target_on", "planned_visit__position", "occurrence"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("participant", "planned_visit", "occurrence"),
                        name="visit_once_per_occurrence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closes_on__isnull", True),
                                ("opens_on__isnull", True),
                                ("target_on__isnull", True),
                            ),
                            models.Q(
                                ("opens_on__lte", models.F("target_on")),
                                ("target_on__lte", models.F("closes_on")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_window_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("occurred_on__isnull", False), ("outcome__in", ["attended", "partial"])
                            ),
                            models.Q(
                                models.Q(("outcome__in", ["attended", "partial"]), _negated=True),
                                ("occurred_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="visit_date_if_it_took_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome__in", ["missed", "not_applicable", "cancelled"]), _negated=True
                            ),
                            models.Q(("outcome_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="visit_reason_if_it_did_not_take_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["", "attended", "partial", "missed", "not_applicable", "cancelled"],
                            )
                        ),
                        name="visit_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("appointment", ""), ("scheduled_on__isnull", True)),
                            models.Q(
                                ("appointment__in", ["scheduled", "confirmed", "cancelled"]),
                                ("scheduled_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="visit_appointment_with_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recorded_by__isnull", True), ("recorded_at__isnull", False), _connector="OR"
                        ),
                        name="visit_recorded_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snooze",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until_on", models.DateField(verbose_name="until")),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snoozes",
                        to="followup.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "staff"), name="snooze_once_per_person")
                ],
            },
        ),
        migrations.AddField(
            model_name="reminder",
            name="visit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="followup.visit"
            ),
        ),
        migrations.CreateModel(
            name="ContactAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tried_on", models.DateField(verbose_name="date")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Telephone"),
                            ("letter", "Letter"),
                            ("mail", "E-mail or portal"),
                            ("other", "Other"),
                        ],
                        default="phone",
                        max_length=10,
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No answer"),
                            ("message", "Message left"),
                            ("wrong_number", "Contact details out of date"),
                        ],
                        max_length=15,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_attempts",
                        to="followup.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["-tried_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["phone", "letter", "mail", "other"])),
                        name="contact_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__in", ["reached", "no_answer", "message", "wrong_number"])
                        ),
                        name="contact_result_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("not_done", "Not done"),
                            ("not_applicable", "Not applicable"),
                        ],
                        max_length=15,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "planned_assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followup.plannedassessment",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="followup.visit",
                    ),
                ),
            ],
            options={
                "ordering": ["planned_assessment__position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("visit", "planned_assessment"), name="assessment_once_per_visit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["done", "not_done", "not_applicable"])),
                        name="assessment_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "not_done"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="assessment_not_done_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnalysisPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "planned_n",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                        verbose_name="planned number",
                    ),
                ),
                (
                    "accrual_from_on",
                    models.DateField(blank=True, null=True, verbose_name="first day of accrual"),
                ),
                (
                    "accrual_to_on",
                    models.DateField(blank=True, null=True, verbose_name="last day of accrual"),
                ),
                (
                    "comparison_rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="comparison rate of severe CRS",
                    ),
                ),
                ("stop_at", models.JSONField(blank=True, default=list, verbose_name="stopping boundary")),
                (
                    "boundary_source",
                    models.CharField(blank=True, max_length=200, verbose_name="source of the boundary"),
                ),
                (
                    "severe_from_grade",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="CRS is severe from grade [setting]",
                    ),
                ),
                (
                    "evaluable_day",
                    models.PositiveSmallIntegerField(
                        default=28, verbose_name="evaluable once this trial day is over [setting]"
                    ),
                ),
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participants.study"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accrual_from_on__isnull", True),
                            ("accrual_to_on__isnull", True),
                            ("accrual_from_on__lt", models.F("accrual_to_on")),
                            _connector="OR",
                        ),
                        name="accrual_begins_before_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("comparison_rate__isnull", True),
                            models.Q(("comparison_rate__gte", 0), ("comparison_rate__lte", 1)),
                            _connector="OR",
                        ),
                        name="comparison_rate_is_a_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severe_from_grade__gte", 1), ("severe_from_grade__lte", 5)),
                        name="severe_grade_within_scale",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="plannedvisit",
            constraint=models.UniqueConstraint(
                fields=("schedule", "code"), name="planned_visit_once_per_schedule"
            ),
        ),
        migrations.AddConstraint(
            model_name="anchor",
            constraint=models.UniqueConstraint(fields=("schedule", "code"), name="anchor_once_per_schedule"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["opens_on"], name="visit_open_by_opening"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["target_on"], name="visit_open_by_target"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["closes_on"], name="visit_open_by_closing"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["scheduled_on"], name="visit_open_by_appointment"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["changed_at"], name="visit_by_change"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["occurred_on"], name="visit_by_day"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state__in", ["due", "retry"])),
                fields=["next_attempt_at"],
                name="reminder_to_claim",
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["lease_until"], name="reminder_leased"
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["recipient", "-due_at"], name="reminder_of_recipient"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["visit"], name="reminder_of_visit"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state__in", ["held", "dead", "unconfirmed"])),
                fields=["state"],
                name="reminder_to_look_at",
            ),
        ),
    ]
