from decimal import Decimal

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import participants.domain.clocks
import participants.domain.death_causes
import participants.domain.dosing
import participants.domain.lifecycle
import participants.domain.milestones
import participants.domain.partial_dates
import participants.domain.roles
import participants.models.audit
import participants.models.study


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AdverseEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "ctcae_version",
                    models.CharField(default="5.0", max_length=4, verbose_name="CTCAE version"),
                ),
                ("term", models.CharField(max_length=120, verbose_name="CTCAE term")),
                ("onset_on", models.DateField(verbose_name="onset")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="end")),
                (
                    "attribution_anakinra",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "Unrelated"),
                            ("unlikely", "Unlikely"),
                            ("possible", "Possible"),
                            ("probable", "Probable"),
                            ("definite", "Definite"),
                        ],
                        max_length=10,
                        verbose_name="anakinra",
                    ),
                ),
                (
                    "attribution_car_t",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "Unrelated"),
                            ("unlikely", "Unlikely"),
                            ("possible", "Possible"),
                            ("probable", "Probable"),
                            ("definite", "Definite"),
                        ],
                        max_length=10,
                        verbose_name="CAR-T cells",
                    ),
                ),
                (
                    "attribution_ld",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "Unrelated"),
                            ("unlikely", "Unlikely"),
                            ("possible", "Possible"),
                            ("probable", "Probable"),
                            ("definite", "Definite"),
                        ],
                        max_length=10,
                        verbose_name="lymphodepletion",
                    ),
                ),
                (
                    "attribution_disease",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "Unrelated"),
                            ("unlikely", "Unlikely"),
                            ("possible", "Possible"),
                            ("probable", "Probable"),
                            ("definite", "Definite"),
                        ],
                        max_length=10,
                        verbose_name="disease",
                    ),
                ),
                ("action_taken", models.CharField(blank=True, max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("ongoing", "Ongoing"),
                            ("resolved", "Resolved"),
                            ("sequelae", "Resolved with sequelae"),
                            ("fatal", "Fatal"),
                            ("unknown", "Unknown"),
                        ],
                        default="ongoing",
                        max_length=10,
                    ),
                ),
                ("is_dlt", models.BooleanField(blank=True, null=True, verbose_name="dose-limiting toxicity")),
                ("stands", models.BooleanField(default=True, editable=False)),
            ],
            options={
                "ordering": ["onset_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["ongoing", "resolved", "sequelae", "fatal", "unknown"])
                        ),
                        name="event_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "attribution_anakinra__in",
                                ["", "unrelated", "unlikely", "possible", "probable", "definite"],
                            )
                        ),
                        name="event_attribution_anakinra_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "attribution_car_t__in",
                                ["", "unrelated", "unlikely", "possible", "probable", "definite"],
                            )
                        ),
                        name="event_attribution_car_t_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "attribution_ld__in",
                                ["", "unrelated", "unlikely", "possible", "probable", "definite"],
                            )
                        ),
                        name="event_attribution_ld_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "attribution_disease__in",
                                ["", "unrelated", "unlikely", "possible", "probable", "definite"],
                            )
                        ),
                        name="event_attribution_disease_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("onset_on")),
                            _connector="OR",
                        ),
                        name="event_ends_after_onset",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=30)),
                ("approved_on", models.DateField()),
                ("asks_for_reconsent", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["study", "approved_on"],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=10)),
                ("text", models.CharField(max_length=300)),
                ("is_inclusion", models.BooleanField(default=True)),
                (
                    "evidence_expires",
                    models.BooleanField(
                        default=False, verbose_name="evidence expires against the start of lymphodepletion"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
            ],
            options={
                "verbose_name_plural": "criteria",
                "ordering": ["study", "position"],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.CharField(max_length=3, verbose_name="code, three letters or digits")),
                ("name", models.CharField(max_length=200)),
                (
                    "zone",
                    models.CharField(
                        max_length=50,
                        validators=[participants.models.study.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["study__code", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z0-9]{3}$")), name="site_code_form"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("name", models.CharField(max_length=150, verbose_name="printed name")),
                (
                    "zone",
                    models.CharField(
                        default="America/Chicago",
                        max_length=50,
                        validators=[participants.models.study.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "link_sent_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="link to set a password last sent"
                    ),
                ),
            ],
            options={
                "verbose_name": "member of staff",
                "verbose_name_plural": "staff",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="staff_email_once_ignoring_case"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "study_id",
                    models.CharField(
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9-]{3,20}$",
                                "Use 3 to 20 capital letters, digits and hyphens, such as P-014.",
                            )
                        ],
                        verbose_name="study id",
                    ),
                ),
                ("enrolment_number", models.CharField(blank=True, editable=False, max_length=20, null=True)),
                (
                    "sex",
                    models.CharField(
                        choices=[("F", "Female"), ("M", "Male"), ("O", "Other"), ("U", "Unknown")],
                        default="U",
                        max_length=1,
                    ),
                ),
                ("birth_on", models.DateField(blank=True, null=True, verbose_name="birth date")),
                (
                    "birth_precision",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                participants.domain.partial_dates.Precision["YEAR"],
                                participants.domain.partial_dates.Precision["YEAR"],
                            ),
                            (
                                participants.domain.partial_dates.Precision["MONTH"],
                                participants.domain.partial_dates.Precision["MONTH"],
                            ),
                            (
                                participants.domain.partial_dates.Precision["DAY"],
                                participants.domain.partial_dates.Precision["DAY"],
                            ),
                        ],
                        editable=False,
                        max_length=5,
                    ),
                ),
                ("age_at_consent_years", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            (participants.domain.lifecycle.Phase["PRE_SCREENED"], "Pre-screened"),
                            (participants.domain.lifecycle.Phase["SCREENING"], "Screening"),
                            (participants.domain.lifecycle.Phase["ELIGIBLE"], "Eligible"),
                            (participants.domain.lifecycle.Phase["SCREEN_FAILURE"], "Screen failure"),
                            (participants.domain.lifecycle.Phase["ENROLLED"], "Enrolled"),
                            (participants.domain.lifecycle.Phase["LYMPHODEPLETION"], "Lymphodepletion"),
                            (participants.domain.lifecycle.Phase["INFUSED"], "Infused"),
                            (participants.domain.lifecycle.Phase["TRIGGER_MET"], "Trigger met"),
                            (participants.domain.lifecycle.Phase["ON_ANAKINRA"], "On anakinra"),
                            (participants.domain.lifecycle.Phase["OFF_ANAKINRA"], "Off anakinra"),
                            (participants.domain.lifecycle.Phase["FOLLOW_UP"], "In follow-up"),
                            (participants.domain.lifecycle.Phase["SURVIVAL_FOLLOW_UP"], "Survival follow-up"),
                            (participants.domain.lifecycle.Phase["OFF_STUDY"], "Off study"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "coordinator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="participants.site",
                    ),
                ),
            ],
            options={
                "ordering": ["study_id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("study_id"), name="participant_study_id_once"
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("enrolment_number"),
                        name="participant_enrolment_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("study_id__regex", "^[A-Z0-9-]{3,20}$")),
                        name="participant_study_id_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "pre_screened",
                                    "screening",
                                    "eligible",
                                    "screen_failure",
                                    "enrolled",
                                    "lymphodepletion",
                                    "infused",
                                    "trigger_met",
                                    "on_anakinra",
                                    "off_anakinra",
                                    "follow_up",
                                    "survival_follow_up",
                                    "off_study",
                                ],
                            )
                        ),
                        name="participant_phase_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("birth_on__isnull", True), ("birth_precision", "")),
                            models.Q(
                                ("birth_on__isnull", False), ("birth_precision__in", ["year", "month", "day"])
                            ),
                            _connector="OR",
                        ),
                        name="participant_birth_date_with_precision",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("at", models.DateTimeField(verbose_name="time")),
                ("temperature", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                (
                    "temperature_unit",
                    models.CharField(blank=True, choices=[("C", "°C"), ("F", "°F")], max_length=1),
                ),
                (
                    "systolic_mmhg",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="systolic pressure, mmHg"
                    ),
                ),
                (
                    "diastolic_mmhg",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="diastolic pressure, mmHg"
                    ),
                ),
                (
                    "heart_rate_per_min",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="heart rate, per minute"
                    ),
                ),
                (
                    "has_hypotension",
                    models.BooleanField(blank=True, null=True, verbose_name="hypotension, by judgement"),
                ),
                (
                    "vasopressors",
                    models.JSONField(blank=True, null=True, verbose_name="running vasopressors"),
                ),
                (
                    "o2_device",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("nasal_cannula", "Nasal cannula"),
                            ("blow_by", "Blow by"),
                            ("high_flow_nasal_cannula", "High flow nasal cannula"),
                            ("simple_facemask", "Simple facemask"),
                            ("nonrebreather", "Nonrebreather"),
                            ("venturi_mask", "Venturi mask"),
                            ("cpap", "Cpap"),
                            ("bipap", "Bipap"),
                            ("invasive_ventilation", "Invasive ventilation"),
                        ],
                        max_length=30,
                        verbose_name="oxygen device",
                    ),
                ),
                (
                    "o2_flow_lpm",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="flow, L/min"
                    ),
                ),
                (
                    "ventilation_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hypoxia", "Hypoxia"),
                            ("airway_protection", "Airway protection"),
                            ("procedure", "Procedure"),
                        ],
                        max_length=20,
                    ),
                ),
                ("fever_has_other_cause", models.BooleanField(blank=True, null=True)),
                ("hypotension_has_other_cause", models.BooleanField(blank=True, null=True)),
                ("hypoxia_has_other_cause", models.BooleanField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.observation",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("temperature__isnull", True), ("temperature_unit", "")),
                            models.Q(("temperature__gt", 0), ("temperature_unit__in", ["C", "F"])),
                            _connector="OR",
                        ),
                        name="temperature_with_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("o2_flow_lpm__isnull", True),
                            models.Q(("o2_flow_lpm__gte", 0), ("o2_flow_lpm__lte", 100)),
                            _connector="OR",
                        ),
                        name="oxygen_flow_possible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeuroAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "ice_items",
                    models.JSONField(
                        blank=True,
                        help_text="year, month, city, hospital, object_1, object_2, object_3, command, writing, counting",
                        null=True,
                        verbose_name="ICE items",
                    ),
                ),
                (
                    "ice_score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(10)],
                        verbose_name="ICE score",
                    ),
                ),
                (
                    "capd_score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(32)],
                        verbose_name="CAPD total",
                    ),
                ),
                (
                    "is_capd_impossible",
                    models.BooleanField(blank=True, null=True, verbose_name="CAPD cannot be performed"),
                ),
                (
                    "is_baseline",
                    models.BooleanField(default=False, verbose_name="baseline, before the infusion"),
                ),
                (
                    "consciousness",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("spontaneous", "Spontaneous"),
                            ("voice", "Voice"),
                            ("tactile", "Tactile"),
                            ("vigorous_tactile", "Vigorous tactile"),
                            ("unarousable", "Unarousable"),
                        ],
                        max_length=20,
                        verbose_name="awakens",
                    ),
                ),
                (
                    "consciousness_has_other_cause",
                    models.BooleanField(blank=True, null=True, verbose_name="sedated, or another cause"),
                ),
                (
                    "seizure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("clinical", "Clinical"),
                            ("nonconvulsive_eeg", "Nonconvulsive eeg"),
                            ("repetitive", "Repetitive"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "seizure_minutes",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True),
                ),
                ("returns_to_baseline", models.BooleanField(blank=True, null=True)),
                ("has_deep_focal_weakness", models.BooleanField(blank=True, null=True)),
                (
                    "cerebral_oedema",
                    models.CharField(
                        blank=True,
                        choices=[("none", "None"), ("focal", "Focal"), ("diffuse", "Diffuse")],
                        max_length=10,
                    ),
                ),
                ("has_posturing", models.BooleanField(blank=True, null=True)),
                (
                    "has_cn6_palsy",
                    models.BooleanField(blank=True, null=True, verbose_name="cranial nerve VI palsy"),
                ),
                ("has_papilloedema", models.BooleanField(blank=True, null=True)),
                (
                    "has_cushing_triad",
                    models.BooleanField(blank=True, null=True, verbose_name="Cushing's triad"),
                ),
                (
                    "is_attributed_to_icans",
                    models.BooleanField(blank=True, null=True, verbose_name="attributed to ICANS"),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.neuroassessment",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ice_score__isnull", True), ("ice_score__lte", 10), _connector="OR"
                        ),
                        name="ice_score_possible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capd_score__isnull", True), ("capd_score__lte", 32), _connector="OR"
                        ),
                        name="capd_score_possible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "kind",
                    models.CharField(
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
                    ),
                ),
                ("course", models.PositiveSmallIntegerField(default=1)),
                ("is_planned", models.BooleanField(default=False)),
                ("on", models.DateField(verbose_name="date")),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="time")),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.milestone",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "leukapheresis",
                                    "ld_start",
                                    "infusion",
                                    "treatment_start",
                                    "anakinra_first",
                                    "anakinra_last",
                                    "relapse",
                                    "hsct",
                                    "new_therapy",
                                    "visits_ended",
                                ],
                            )
                        ),
                        name="milestone_kind_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("participant", "kind", "course", "is_planned"),
                        name="milestone_once_per_course",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Medication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("name", models.CharField(max_length=100)),
                ("classes", models.JSONField(default=list)),
                ("started_on", models.DateField(verbose_name="start")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="time of the start")),
                ("stopped_on", models.DateField(blank=True, null=True, verbose_name="stop")),
                ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="time of the stop")),
                ("dose", models.CharField(blank=True, max_length=60)),
                ("is_rescue", models.BooleanField(default=False, verbose_name="rescue for CRS or ICANS")),
                (
                    "crs_grade_at_start",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MaxValueValidator(5)]
                    ),
                ),
                (
                    "icans_grade_at_start",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MaxValueValidator(5)]
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.medication",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["started_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stopped_on__isnull", True),
                            ("stopped_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="medication_stops_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LifecycleStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            (participants.domain.lifecycle.Phase["PRE_SCREENED"], "Pre-screened"),
                            (participants.domain.lifecycle.Phase["SCREENING"], "Screening"),
                            (participants.domain.lifecycle.Phase["ELIGIBLE"], "Eligible"),
                            (participants.domain.lifecycle.Phase["SCREEN_FAILURE"], "Screen failure"),
                            (participants.domain.lifecycle.Phase["ENROLLED"], "Enrolled"),
                            (participants.domain.lifecycle.Phase["LYMPHODEPLETION"], "Lymphodepletion"),
                            (participants.domain.lifecycle.Phase["INFUSED"], "Infused"),
                            (participants.domain.lifecycle.Phase["TRIGGER_MET"], "Trigger met"),
                            (participants.domain.lifecycle.Phase["ON_ANAKINRA"], "On anakinra"),
                            (participants.domain.lifecycle.Phase["OFF_ANAKINRA"], "Off anakinra"),
                            (participants.domain.lifecycle.Phase["FOLLOW_UP"], "In follow-up"),
                            (participants.domain.lifecycle.Phase["SURVIVAL_FOLLOW_UP"], "Survival follow-up"),
                            (participants.domain.lifecycle.Phase["OFF_STUDY"], "Off study"),
                        ],
                        max_length=20,
                    ),
                ),
                ("on", models.DateField()),
                ("entry", models.PositiveIntegerField(editable=False)),
                ("reason", models.CharField(blank=True, max_length=300)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.lifecyclestep",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "entry"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "pre_screened",
                                    "screening",
                                    "eligible",
                                    "screen_failure",
                                    "enrolled",
                                    "lymphodepletion",
                                    "infused",
                                    "trigger_met",
                                    "on_anakinra",
                                    "off_anakinra",
                                    "follow_up",
                                    "survival_follow_up",
                                    "off_study",
                                ],
                            )
                        ),
                        name="lifecycle_step_phase_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LabResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("analyte", models.CharField(max_length=30)),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                    ),
                ),
                ("unit", models.CharField(max_length=20)),
                ("lower_limit", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("upper_limit", models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ("at", models.DateTimeField(verbose_name="time")),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.labresult",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="lab_value_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IntensiveCareStay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("entered_at", models.DateTimeField(verbose_name="into intensive care")),
                (
                    "left_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="out of intensive care"),
                ),
                ("reason", models.CharField(max_length=200)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.intensivecarestay",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["entered_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True),
                            ("left_at__gte", models.F("entered_at")),
                            _connector="OR",
                        ),
                        name="intensive_care_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Infection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("onset_on", models.DateField(verbose_name="onset")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bacterial", "Bacterial"),
                            ("viral", "Viral"),
                            ("fungal", "Fungal"),
                            ("parasitic", "Parasitic"),
                            ("clinical", "Clinically diagnosed"),
                        ],
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                (
                    "body_site",
                    models.CharField(
                        choices=[
                            ("bloodstream_line", "Bloodstream, central line"),
                            ("bloodstream", "Bloodstream, no central line"),
                            ("lower_respiratory", "Lower respiratory"),
                            ("upper_respiratory", "Upper respiratory"),
                            ("gastrointestinal", "Gastrointestinal"),
                            ("urinary", "Urinary"),
                            ("skin", "Skin and soft tissue"),
                            ("cns", "Central nervous system"),
                            ("sinus", "Sinus"),
                            ("disseminated", "Disseminated"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="site of infection",
                    ),
                ),
                ("organism", models.CharField(blank=True, max_length=80)),
                ("specimen", models.CharField(blank=True, max_length=80)),
                (
                    "is_documented",
                    models.BooleanField(default=False, verbose_name="microbiologically documented"),
                ),
                (
                    "anc_at_onset",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="ANC at onset, 10⁹/L",
                    ),
                ),
                (
                    "igg_at_onset",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="IgG at onset, g/L",
                    ),
                ),
                (
                    "on_anakinra",
                    models.BooleanField(blank=True, null=True, verbose_name="on anakinra at onset"),
                ),
                (
                    "on_steroid",
                    models.BooleanField(blank=True, null=True, verbose_name="on steroid at onset"),
                ),
                (
                    "on_tocilizumab",
                    models.BooleanField(blank=True, null=True, verbose_name="on tocilizumab at onset"),
                ),
                ("treatment", models.CharField(blank=True, max_length=200)),
                (
                    "route",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No treatment"),
                            ("topical", "Topical or inhaled"),
                            ("oral", "Oral"),
                            ("iv", "Intravenous"),
                        ],
                        max_length=10,
                        verbose_name="route of treatment",
                    ),
                ),
                ("was_hospitalised", models.BooleanField(blank=True, null=True)),
                ("was_in_icu", models.BooleanField(blank=True, null=True, verbose_name="intensive care")),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("mild", "Mild: no treatment"),
                            ("moderate", "Moderate: oral treatment"),
                            ("severe", "Severe: intravenous treatment or hospital"),
                            ("life_threatening", "Life-threatening"),
                            ("fatal", "Fatal"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "ctcae_version",
                    models.CharField(default="5.0", max_length=4, verbose_name="CTCAE version"),
                ),
                ("ctcae_term", models.CharField(blank=True, max_length=120, verbose_name="CTCAE term")),
                (
                    "ctcae_grade",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="CTCAE grade",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("ongoing", "Ongoing"),
                            ("resolved", "Resolved"),
                            ("sequelae", "Resolved with sequelae"),
                            ("fatal", "Fatal"),
                        ],
                        default="ongoing",
                        max_length=10,
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="end")),
                ("is_own_episode", models.BooleanField(default=False, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "part_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="participants.infection",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="infections",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["onset_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["bacterial", "viral", "fungal", "parasitic", "clinical"])
                        ),
                        name="infection_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "body_site__in",
                                [
                                    "bloodstream_line",
                                    "bloodstream",
                                    "lower_respiratory",
                                    "upper_respiratory",
                                    "gastrointestinal",
                                    "urinary",
                                    "skin",
                                    "cns",
                                    "sinus",
                                    "disseminated",
                                    "other",
                                ],
                            )
                        ),
                        name="infection_site_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("route__in", ["", "none", "topical", "oral", "iv"])),
                        name="infection_route_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("severity__in", ["mild", "moderate", "severe", "life_threatening", "fatal"])
                        ),
                        name="infection_severity_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["ongoing", "resolved", "sequelae", "fatal"])),
                        name="infection_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("onset_on")),
                            _connector="OR",
                        ),
                        name="infection_ends_after_onset",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ctcae_grade__isnull", True),
                            models.Q(("ctcae_grade__gte", 1), ("ctcae_grade__lte", 5)),
                            _connector="OR",
                        ),
                        name="infection_grade_within_scale",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("part_of__isnull", True), ("is_own_episode", False), _connector="OR"
                        ),
                        name="infection_one_judgement",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HospitalStay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("admitted_at", models.DateTimeField(verbose_name="admission")),
                ("discharged_at", models.DateTimeField(blank=True, null=True, verbose_name="discharge")),
                ("reason", models.CharField(max_length=200)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.hospitalstay",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["admitted_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discharged_at__isnull", True),
                            ("discharged_at__gte", models.F("admitted_at")),
                            _connector="OR",
                        ),
                        name="discharge_after_admission",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EventGrade",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("on", models.DateField(verbose_name="from")),
                (
                    "grade",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ]
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grades",
                        to="participants.adverseevent",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.eventgrade",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("grade__gte", 1), ("grade__lte", 5)),
                        name="event_grade_within_scale",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("event", "on"),
                        name="event_graded_once_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EligibilityDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("is_eligible", models.BooleanField()),
                ("decided_on", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "failed_criterion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.criterion",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.eligibilitydecision",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["decided_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("participant",),
                        name="eligibility_decided_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_eligible", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="screen_failure_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiseaseHistory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("diagnosed_on", models.DateField(blank=True, null=True)),
                (
                    "disease_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("primary_refractory", "Primary refractory"),
                            ("first_relapse", "First relapse"),
                            ("later_relapse", "Second or later relapse"),
                            ("remission", "In remission, high risk"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "cns_status",
                    models.CharField(
                        blank=True,
                        choices=[("CNS1", "CNS1"), ("CNS2", "CNS2"), ("CNS3", "CNS3")],
                        max_length=4,
                        verbose_name="CNS status",
                    ),
                ),
                (
                    "prior_lines",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="lines of treatment before"
                    ),
                ),
                (
                    "had_hsct",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="stem cell transplantation before"
                    ),
                ),
                (
                    "hsct_on",
                    models.DateField(blank=True, null=True, verbose_name="date of the last transplantation"),
                ),
                ("has_developmental_delay", models.BooleanField(blank=True, null=True)),
                (
                    "marrow_blasts_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                    ),
                ),
                ("marrow_on", models.DateField(blank=True, null=True, verbose_name="marrow examined on")),
                (
                    "peripheral_blasts",
                    models.BooleanField(blank=True, null=True, verbose_name="peripheral blasts detectable"),
                ),
                ("peripheral_on", models.DateField(blank=True, null=True, verbose_name="blood examined on")),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disease_history",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "disease histories",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("marrow_blasts_percent__isnull", True),
                            models.Q(("marrow_blasts_percent__gte", 0), ("marrow_blasts_percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="marrow_blasts_between_0_and_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hsct_on__isnull", True), ("had_hsct", True), _connector="OR"),
                        name="hsct_date_only_after_hsct",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deviation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("rule", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=60)),
                ("summary", models.CharField(max_length=300)),
                ("days", models.SmallIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason given")),
                ("drafted_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("classified", "Classified"),
                            ("withdrawn", "No longer applies"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "classification",
                    models.CharField(
                        blank=True,
                        choices=[("none", "Not a deviation"), ("minor", "Minor"), ("important", "Important")],
                        max_length=10,
                    ),
                ),
                ("classified_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("comment", models.CharField(blank=True, max_length=300)),
                (
                    "classified_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deviations",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["-drafted_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "classified", "withdrawn"])),
                        name="deviation_state_known",
                    ),
                    models.UniqueConstraint(
                        fields=("participant", "rule", "subject"), name="deviation_once_per_subject"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("classification", ""),
                                ("classified_at__isnull", True),
                                ("classified_by__isnull", True),
                            ),
                            models.Q(
                                ("classification__in", ["none", "minor", "important"]),
                                ("classified_at__isnull", False),
                                ("classified_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="deviation_classified_by_somebody_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DerivedGrade",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scale", models.CharField(choices=[("crs", "CRS"), ("icans", "ICANS")], max_length=5)),
                ("at", models.DateTimeField(verbose_name="time of the findings")),
                ("value", models.PositiveSmallIntegerField(null=True)),
                ("status", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=500)),
                ("query", models.CharField(blank=True, max_length=300)),
                ("flags", models.JSONField(default=list)),
                ("rule_version", models.CharField(max_length=40)),
                ("derived_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("stands", models.BooleanField(default=True)),
                (
                    "neuro",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grades",
                        to="participants.neuroassessment",
                    ),
                ),
                (
                    "observation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grades",
                        to="participants.observation",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derived_grades",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scale__in", ["crs", "icans"])), name="derived_grade_scale_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["graded", "no_crs", "no_icans", "resolved", "insufficient_data"])
                        ),
                        name="derived_grade_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "insufficient_data"), ("value__isnull", True)),
                            models.Q(("value__gte", 0), ("value__lte", 5)),
                            _connector="OR",
                        ),
                        name="derived_grade_within_scale",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("neuro__isnull", True), ("observation__isnull", False), ("scale", "crs")
                            ),
                            models.Q(
                                ("neuro__isnull", False), ("observation__isnull", True), ("scale", "icans")
                            ),
                            _connector="OR",
                        ),
                        name="derived_grade_rests_on_its_findings",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("observation",),
                        name="one_standing_grade_per_observation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("neuro",),
                        name="one_standing_grade_per_neuro",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Death",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("on", models.DateField(verbose_name="date of death")),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "main_cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                participants.domain.death_causes.DeathCause["LEUKAEMIA"],
                                "Leukaemia: relapse, progression or no response",
                            ),
                            (participants.domain.death_causes.DeathCause["CRS"], "Cytokine release syndrome"),
                            (participants.domain.death_causes.DeathCause["ICANS"], "ICANS"),
                            (participants.domain.death_causes.DeathCause["INFECTION"], "Infection"),
                            (participants.domain.death_causes.DeathCause["HAEMORRHAGE"], "Haemorrhage"),
                            (
                                participants.domain.death_causes.DeathCause["ORGAN_FAILURE"],
                                "Organ failure or toxicity",
                            ),
                            (
                                participants.domain.death_causes.DeathCause["TRANSPLANT"],
                                "Complication of transplantation",
                            ),
                            (participants.domain.death_causes.DeathCause["SECOND_CANCER"], "Second cancer"),
                            (participants.domain.death_causes.DeathCause["OTHER"], "Other cause"),
                            (participants.domain.death_causes.DeathCause["UNKNOWN"], "Unknown"),
                        ],
                        max_length=20,
                    ),
                ),
                ("contributory_causes", models.JSONField(blank=True, default=list)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.death",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "main_cause__in",
                                [
                                    "",
                                    "leukaemia",
                                    "crs",
                                    "icans",
                                    "infection",
                                    "haemorrhage",
                                    "organ_failure",
                                    "transplant",
                                    "second_cancer",
                                    "other",
                                    "unknown",
                                ],
                            )
                        ),
                        name="death_cause_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)), fields=("participant",), name="death_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CriterionCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("answer", models.CharField(choices=[("met", "Met"), ("not_met", "Not met")], max_length=8)),
                ("evidence", models.CharField(blank=True, max_length=300)),
                ("evidence_on", models.DateField(blank=True, null=True, verbose_name="evidence dated")),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.criterion",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.criterioncheck",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["criterion__position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["met", "not_met"])), name="criterion_answer_known"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("participant", "criterion"),
                        name="criterion_answered_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("consent", "Consent of the participant"),
                            ("permission", "Parental permission"),
                            ("assent", "Assent of the child"),
                        ],
                        max_length=10,
                    ),
                ),
                ("signed_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.consent",
                    ),
                ),
                (
                    "consent_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.consentversion",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["signed_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["consent", "permission", "assent"])),
                        name="consent_kind_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("participant", "kind", "consent_version"),
                        name="consent_once_per_kind_and_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CarTProduct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "product",
                    models.CharField(
                        choices=[
                            ("tisagenlecleucel", "Tisagenlecleucel"),
                            ("brexucabtagene", "Brexucabtagene autoleucel"),
                            ("obecabtagene", "Obecabtagene autoleucel"),
                            ("other", "Other CD19-directed product"),
                        ],
                        max_length=20,
                    ),
                ),
                ("leukapheresis_on", models.DateField(blank=True, null=True)),
                ("lot", models.CharField(blank=True, max_length=40)),
                (
                    "dose_million_cells",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=9,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.001"))],
                        verbose_name="dose, million CAR-positive cells",
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="product",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "verbose_name": "CAR-T product",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dose_million_cells__isnull", True),
                            ("dose_million_cells__gt", 0),
                            _connector="OR",
                        ),
                        name="car_t_dose_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnakinraDose",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("held", "Held"),
                            ("missed", "Missed"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "dose_mg",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=7, null=True, verbose_name="dose, mg"
                    ),
                ),
                (
                    "dosing_weight_kg",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="dosing weight, kg"),
                ),
                ("weighed_on", models.DateField()),
                ("schedule", models.CharField(choices=[("q12h", "q12h"), ("q6h", "q6h")], max_length=4)),
                (
                    "route",
                    models.CharField(
                        choices=[("iv", "IV"), ("sc", "SC")],
                        default=participants.domain.dosing.Route["IV"],
                        max_length=2,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("trigger", "Fever trigger"),
                            ("escalation", "CRS persists or progresses"),
                            ("other", "Other"),
                        ],
                        default="trigger",
                        max_length=12,
                    ),
                ),
                ("reason_note", models.CharField(blank=True, max_length=300, verbose_name="reason in words")),
                (
                    "crs_grade_before",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(5)],
                        verbose_name="CRS grade before the dose",
                    ),
                ),
                ("lot", models.CharField(blank=True, max_length=40)),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expiry")),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.anakinradose",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["given", "held", "missed", "refused"])),
                        name="dose_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("schedule__in", ["q12h", "q6h"])), name="dose_schedule_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("route__in", ["iv", "sc"])), name="dose_route_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dose_mg__gt", 0), ("state", "given")),
                            models.Q(
                                models.Q(("state", "given"), _negated=True),
                                models.Q(("reason_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dose_above_0_or_a_reason_it_was_not_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dosing_weight_kg__gt", 0)), name="dosing_weight_above_0"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adverse_events",
                to="participants.participant",
            ),
        ),
        migrations.CreateModel(
            name="Query",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("rule", models.CharField(blank=True, max_length=40)),
                ("subject", models.CharField(blank=True, max_length=60)),
                ("field", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=300, verbose_name="question")),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("answered_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="queries",
                        to="participants.participant",
                    ),
                ),
                (
                    "raised_by",
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
                "verbose_name_plural": "queries",
                "ordering": ["raised_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered", "closed"])),
                        name="query_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("rule", ""), _negated=True),
                            models.Q(("state", "closed"), _negated=True),
                        ),
                        fields=("participant", "rule", "subject"),
                        name="query_once_per_rule_and_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True), ("answered_at__isnull", False), _connector="OR"
                        ),
                        name="query_answered_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_by__isnull", True), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="query_closed_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relapse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("on", models.DateField(verbose_name="date")),
                (
                    "site",
                    models.CharField(
                        choices=[
                            ("marrow", "Marrow"),
                            ("cns", "Central nervous system"),
                            ("extramedullary", "Other extramedullary"),
                            ("combined", "Combined"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "cd19",
                    models.CharField(
                        choices=[
                            ("positive", "CD19 positive"),
                            ("negative", "CD19 negative"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="CD19",
                    ),
                ),
                ("is_mrd_only", models.BooleanField(default=False, verbose_name="MRD only")),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.relapse",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("site__in", ["marrow", "cns", "extramedullary", "combined"])),
                        name="relapse_site_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("site", ""), _negated=True), name="relapse_with_site"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("on", models.DateField(verbose_name="assessed on")),
                ("timepoint", models.CharField(blank=True, max_length=10)),
                (
                    "response",
                    models.CharField(
                        choices=[("cr", "CR"), ("cri", "CRi"), ("nr", "No response")], max_length=3
                    ),
                ),
                (
                    "mrd_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=5,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="MRD, %",
                    ),
                ),
                (
                    "is_mrd_negative",
                    models.BooleanField(blank=True, null=True, verbose_name="MRD negative, below 0.01 %"),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.response",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("response__in", ["cr", "cri", "nr"])), name="response_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SeriousEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("criteria", models.JSONField(default=list)),
                ("is_expected", models.BooleanField(blank=True, null=True)),
                ("is_suspected_reaction", models.BooleanField(blank=True, null=True)),
                ("site_aware_at", models.DateTimeField()),
                ("sponsor_aware_at", models.DateTimeField(blank=True, null=True)),
                (
                    "determined_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="found to be serious and unexpected"
                    ),
                ),
                ("narrative", models.TextField(blank=True, max_length=4000)),
                ("confirmed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seriousness",
                        to="participants.adverseevent",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serious_events",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["-site_aware_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="serious_event_confirmed_by_somebody_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("determined_at__isnull", True),
                            models.Q(
                                ("determined_at__gte", models.F("sponsor_aware_at")),
                                ("sponsor_aware_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="determined_not_before_sponsor_aware",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SafetyReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (participants.domain.clocks.ReportKind["TO_SPONSOR"], "Site to sponsor"),
                            (
                                participants.domain.clocks.ReportKind["SPONSOR_FOLLOW_UP"],
                                "Site to sponsor, follow-up",
                            ),
                            (participants.domain.clocks.ReportKind["TO_REGULATOR"], "Sponsor to regulator"),
                            (
                                participants.domain.clocks.ReportKind["REGULATOR_FOLLOW_UP"],
                                "Sponsor to regulator, follow-up",
                            ),
                            (participants.domain.clocks.ReportKind["TO_IRB"], "To the ethics committee"),
                        ],
                        max_length=20,
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=100, verbose_name="reference of the report"),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.safetyreport",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="participants.seriousevent",
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "to_sponsor",
                                    "sponsor_follow_up",
                                    "to_regulator",
                                    "regulator_follow_up",
                                    "to_irb",
                                ],
                            )
                        ),
                        name="safety_report_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SeriousProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=60)),
                ("summary", models.CharField(max_length=300)),
                ("at", models.DateTimeField(verbose_name="moment of the finding")),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(null=True)),
                ("declined_because", models.CharField(blank=True, max_length=300)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serious_proposals",
                        to="participants.participant",
                    ),
                ),
                (
                    "serious_event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="participants.seriousevent",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("participant", "rule", "subject"), name="serious_proposed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposal_settled_by_somebody_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedGrade",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("scale", models.CharField(choices=[("crs", "CRS"), ("icans", "ICANS")], max_length=5)),
                ("at", models.DateTimeField(verbose_name="time of the findings")),
                (
                    "value",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(5)]
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "derived",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.derivedgrade",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.signedgrade",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scale__in", ["crs", "icans"])), name="signed_grade_scale_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0), ("value__lte", 5)),
                        name="signed_grade_within_scale",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("kind", models.CharField(max_length=60)),
                ("reason", models.TextField()),
                ("actor_name", models.CharField(blank=True, max_length=150, verbose_name="name, as of then")),
                ("actor_roles", models.TextField(blank=True, verbose_name="roles, as of then")),
                ("machine", models.CharField(blank=True, max_length=100)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("prev_hash", models.CharField(blank=True, editable=False, max_length=64, null=True)),
                ("hash", models.CharField(blank=True, editable=False, max_length=64, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "db_table": "audit_change",
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S")), name="audit_change_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__regex", "\\S")), name="audit_change_has_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor__isnull", False), ("machine", "")),
                            models.Q(
                                models.Q(("actor__isnull", True)), models.Q(("machine", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="audit_change_by_a_person_or_a_machine",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=200)),
                ("is_demo", models.BooleanField(default=False, verbose_name="invented people only")),
                ("minimum_age_years", models.PositiveSmallIntegerField(default=1)),
                (
                    "maximum_age_years",
                    models.PositiveSmallIntegerField(
                        default=25, verbose_name="maximum age in years, not included"
                    ),
                ),
                (
                    "assent_from_years",
                    models.PositiveSmallIntegerField(default=7, verbose_name="assent from, years [setting]"),
                ),
                (
                    "assent_to_years",
                    models.PositiveSmallIntegerField(
                        default=17, verbose_name="assent to, years, included [setting]"
                    ),
                ),
                (
                    "evidence_days",
                    models.PositiveSmallIntegerField(
                        default=14, verbose_name="days before lymphodepletion that evidence counts"
                    ),
                ),
                (
                    "follow_up_from_day",
                    models.PositiveSmallIntegerField(
                        default=28, verbose_name="trial day after which follow-up begins [setting]"
                    ),
                ),
                (
                    "day_zero_event",
                    models.CharField(
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
                        default=participants.domain.milestones.MilestoneKind["INFUSION"],
                        max_length=30,
                    ),
                ),
                ("is_under_ind", models.BooleanField(blank=True, null=True, verbose_name="under an IND")),
                (
                    "serious_report_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        verbose_name="hours from the site's awareness of a serious event to the report to the sponsor [setting]",
                    ),
                ),
                (
                    "serious_follow_up_days",
                    models.PositiveSmallIntegerField(
                        default=15, verbose_name="days to the follow-up of an expedited report [setting]"
                    ),
                ),
                (
                    "counts_from_determination",
                    models.BooleanField(
                        default=False,
                        verbose_name="the 15 days count from the determination, not from the sponsor's receipt [setting]",
                    ),
                ),
                (
                    "same_infection_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        verbose_name="days within which one organism at one site is proposed as one episode [setting]",
                    ),
                ),
                (
                    "long_stay_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        verbose_name="days in hospital from which a stay is proposed as prolonged [setting]",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "studies",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("code"), name="study_code_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_age_years__lt", models.F("maximum_age_years"))),
                        name="study_age_limits_in_order",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="site",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sites", to="participants.study"
            ),
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            (participants.domain.roles.Role["COORDINATOR"], "Coordinator"),
                            (participants.domain.roles.Role["INVESTIGATOR"], "Investigator"),
                            (participants.domain.roles.Role["DATA_MANAGER"], "Data manager"),
                            (participants.domain.roles.Role["MONITOR"], "Monitor"),
                            (participants.domain.roles.Role["SAFETY"], "Safety"),
                            (participants.domain.roles.Role["READ_ONLY"], "Read only"),
                            (participants.domain.roles.Role["SITE_ADMINISTRATOR"], "Site administrator"),
                            (participants.domain.roles.Role["SYSTEM_ADMINISTRATOR"], "System administrator"),
                        ],
                        max_length=30,
                    ),
                ),
                ("starts_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="participants.site",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participants.study"
                    ),
                ),
            ],
            options={
                "ordering": ["staff__name", "role", "starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "coordinator",
                                    "investigator",
                                    "data_manager",
                                    "monitor",
                                    "safety",
                                    "read_only",
                                    "site_administrator",
                                    "system_administrator",
                                ],
                            )
                        ),
                        name="delegation_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("site__isnull", False),
                            (
                                "role__in",
                                [
                                    participants.domain.roles.Role["DATA_MANAGER"],
                                    participants.domain.roles.Role["SAFETY"],
                                    participants.domain.roles.Role["SYSTEM_ADMINISTRATOR"],
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="delegation_for_all_sites_only_to_some_roles",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("ends_at__gte", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="delegation_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="criterion",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="criteria", to="participants.study"
            ),
        ),
        migrations.AddField(
            model_name="consentversion",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consent_versions",
                to="participants.study",
            ),
        ),
        migrations.CreateModel(
            name="Weight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                ("on", models.DateField(verbose_name="date")),
                (
                    "weight_kg",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.5"))],
                        verbose_name="weight, kg",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.weight",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weight_kg__gte", Decimal("0.5")), ("weight_kg__lte", 300)),
                        name="weight_possible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("treatment", "Treatment only"),
                            ("visits", "Visits; contact is kept"),
                            ("everything", "Everything"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("reason", models.CharField(max_length=300)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.withdrawal",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["treatment", "visits", "everything"])),
                        name="withdrawal_scope_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("participant", "scope"),
                        name="withdrawal_once_per_scope",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("row_pk", models.TextField(db_column="pk")),
                (
                    "operation",
                    models.CharField(
                        choices=[("insert", "recorded"), ("update", "changed"), ("delete", "deleted")],
                        max_length=6,
                    ),
                ),
                (
                    "old",
                    models.JSONField(
                        decoder=participants.models.audit.ExactDecoder,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                (
                    "new",
                    models.JSONField(
                        decoder=participants.models.audit.ExactDecoder,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                ("prev_hash", models.CharField(blank=True, editable=False, max_length=64, null=True)),
                ("hash", models.CharField(blank=True, editable=False, max_length=64, null=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="participants.auditchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "changed row",
                "db_table": "audit_row",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["table_name", "row_pk"], name="audit_row_of_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("operation__in", ["insert", "update", "delete"])),
                        name="audit_row_operation_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OffStudy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stands", models.BooleanField(default=True, editable=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("completed", "Completed"),
                            ("withdrawn", "Withdrawn"),
                            ("lost", "Lost to follow-up"),
                            ("died", "Died"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="participants.offstudy",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="participants.participant",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "off study",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["completed", "withdrawn", "lost", "died", "other"])
                        ),
                        name="off_study_reason_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)), fields=("participant",), name="off_study_once"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="observation",
            index=models.Index(fields=["participant", "at"], name="observation_by_time"),
        ),
        migrations.AddIndex(
            model_name="neuroassessment",
            index=models.Index(fields=["participant", "at"], name="neuro_by_time"),
        ),
        migrations.AddIndex(
            model_name="medication",
            index=models.Index(fields=["participant", "started_on"], name="medication_by_start"),
        ),
        migrations.AddIndex(
            model_name="deviation",
            index=models.Index(fields=["state", "participant"], name="deviation_by_state"),
        ),
        migrations.AddIndex(
            model_name="derivedgrade",
            index=models.Index(
                condition=models.Q(("stands", True)),
                fields=["participant", "scale", "at"],
                name="grade_standing_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="anakinradose",
            index=models.Index(fields=["participant", "at"], name="dose_by_time"),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["site", "study_id"], name="participant_by_site"),
        ),
        migrations.AddIndex(
            model_name="auditchange",
            index=models.Index(fields=["participant", "-at"], name="audit_change_of_participant"),
        ),
        migrations.AddIndex(
            model_name="auditchange",
            index=models.Index(fields=["kind", "-at"], name="audit_change_of_kind"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                models.F("study"),
                django.db.models.functions.text.Upper("code"),
                name="site_code_once_per_study",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                fields=("study", "code"), name="criterion_code_once_per_study"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentversion",
            constraint=models.UniqueConstraint(
                fields=("study", "label"), name="consent_version_once_per_study"
            ),
        ),
    ]
