"""The screening of one participant: criteria, decision, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from participants.access import holds
from participants.actions.correct_step import CORRECTABLE
from participants.actions.lifecycle import screening_phase
from participants.domain.criteria import CriterionState, obstacles
from participants.domain.lifecycle import BEFORE_ENROLMENT, Phase
from participants.domain.milestones import KnownDate
from participants.domain.roles import Capability
from participants.models import CriterionCheck, EligibilityDecision, LifecycleStep, Participant, StaffMember
from participants.pages.criteria import CriterionRow, read_criteria
from participants.screening_record import Record, read_records

_MILEPOSTS = (Phase.PRE_SCREENED, Phase.SCREENING, Phase.ELIGIBLE, Phase.SCREEN_FAILURE, Phase.ENROLLED)


@dataclass(frozen=True)
class NextStep:
    """What has to happen next: a title, a sentence, and the address name and words of its button."""

    title: str
    text: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True)
class ScreeningPage:
    """The whole tab; `phase` says how far the screening has come, whatever was given meanwhile."""

    participant: Participant
    phase: Phase
    record: Record
    rows: list[CriterionRow]
    earlier: list[CriterionCheck]
    decision: EligibilityDecision | None
    decisions: list[EligibilityDecision]
    steps: list[LifecycleStep]
    may_write: bool
    may_decide: bool

    @property
    def milestones(self) -> list[tuple[LifecycleStep, bool]]:
        """The steps so far, each with whether the reader may correct its day by itself."""
        return [(step, self.may_write and step.phase in CORRECTABLE) for step in self.steps]

    @property
    def correction(self) -> str:
        """The address name at which the reader corrects the decision, "" where they may not."""
        if self.decision is None:
            return ""
        if self.decision.is_eligible:
            return "participants:eligible" if self.may_decide else ""
        return "participants:screen_failure" if self.may_write else ""

    def decided(self, *, is_eligible: bool) -> dict[str, object]:
        """Return how the form of a decision begins: with the one that stands, where it is the same."""
        if self.decision is None or self.decision.is_eligible is not is_eligible:
            return {}
        kept: dict[str, object] = {"decided_on": self.decision.decided_on}
        return kept if is_eligible else kept | {"failed_criterion": self.decision.failed_criterion_id}

    @property
    def is_before_enrolment(self) -> bool:
        """Say whether screening still goes on."""
        return self.participant.phase in BEFORE_ENROLMENT

    @property
    def has_failed(self) -> bool:
        """Say whether this is a screen failure."""
        return self.phase is Phase.SCREEN_FAILURE

    @property
    def is_eligible(self) -> bool:
        """Say whether somebody has been declared eligible and waits for enrolment."""
        return self.phase is Phase.ELIGIBLE

    @property
    def ld_start(self) -> KnownDate | None:
        """The date of lymphodepletion, recorded or planned."""
        return self.record.ld_start

    @property
    def open_codes(self) -> list[str]:
        """The criteria that nobody has answered."""
        return [row.criterion.code for row in self.rows if row.judged.state is CriterionState.OPEN]

    @property
    def obstacles(self) -> list[str]:
        """What speaks against declaring somebody eligible now."""
        return obstacles(row.judged for row in self.rows)

    @property
    def next_step(self) -> NextStep | None:
        """Name the one thing that comes next; None once somebody is enrolled."""
        if self.phase is Phase.PRE_SCREENED:
            return NextStep(
                "Consent comes first",
                "The first signed consent or permission begins screening.",
                "participants:consent_add",
                "Record consent",
            )
        if self.phase is Phase.SCREENING:
            return self._in_screening()
        if self.phase is Phase.ELIGIBLE:
            return NextStep(
                "Ready to be enrolled",
                "Enrolment gives the participant their number.",
                "participants:enrol",
                "Enrol",
            )
        return None

    def _in_screening(self) -> NextStep:
        if self.open_codes:
            text = f"Not answered: {', '.join(self.open_codes)}."
            return NextStep("Answer the criteria", text, "participants:criteria", "Answer the criteria")
        if not self.may_decide:
            return NextStep("An investigator decides", "All criteria are answered; the decision is theirs.")
        return NextStep(
            "Decide on eligibility", "All criteria are answered.", "participants:eligible", "Declare eligible"
        )


def read_screening(participant: Participant, person: StaffMember, now: datetime) -> ScreeningPage:
    """Read the screening of one participant."""
    records = read_records([participant], now)
    decisions = list(
        EligibilityDecision.objects.filter(participant=participant).select_related(
            "recorded_by", "failed_criterion"
        )
    )
    checks = CriterionCheck.objects.filter(participant=participant, stands=False)
    steps = LifecycleStep.objects.standing().filter(participant=participant, phase__in=_MILEPOSTS)
    return ScreeningPage(
        participant=participant,
        phase=screening_phase(participant),
        record=records[participant.pk],
        rows=read_criteria(records)[participant.pk],
        earlier=list(checks.select_related("criterion", "recorded_by").order_by("-recorded_at", "-pk")),
        decision=next((row for row in decisions if row.stands), None),
        decisions=[row for row in decisions if not row.stands],
        steps=list(steps.select_related("recorded_by").order_by("on", "entry")),
        may_write=holds(person, Capability.WRITE_RECORDS, participant.site),
        may_decide=holds(person, Capability.SIGN_ELIGIBILITY, participant.site),
    )
