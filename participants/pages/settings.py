"""The settings of a study: value, meaning, source, and who changed it when and why."""

from __future__ import annotations

from dataclasses import dataclass

from participants.actions.settings import may_change_settings
from participants.audit_history import ValueChange, history
from participants.domain.roles import Capability
from participants.models import StaffMember, Study
from participants.models.audit import Operation
from participants.pages.setting_words import GROUPS, NOT_ENTERED, Fixed, Words, fixed_settings

_ANSWERS: dict[str, dict[object, str]] = {
    "is_under_ind": {True: "yes", False: "no"},
    "counts_from_determination": {True: "the determination", False: "the sponsor's receipt"},
}
LABELS = {words.field: words.label for _, group in GROUPS for words in group}


@dataclass(frozen=True)
class SettingRow:
    """One setting with its present value; `last` is its last change, None as opened."""

    words: Words
    value: str
    last: ValueChange | None

    @property
    def is_entered(self) -> bool:
        """Whether somebody has said what the protocol does."""
        return self.value != NOT_ENTERED


@dataclass(frozen=True)
class Change:
    """One value that was changed, in words."""

    label: str
    old: str
    new: str
    told: ValueChange


@dataclass(frozen=True)
class SettingsPage:
    """The settings of one study in their groups, and all changes, newest first."""

    study: Study
    may_change: bool
    groups: list[tuple[str, list[SettingRow]]]
    changes: list[Change]
    fixed: list[Fixed]


def read_settings(person: StaffMember) -> list[SettingsPage]:
    """Read the settings of every study in which a person works."""
    return [_page(study, person) for study in Study.objects.visible_to(person, Capability.READ_SITES)]


def value_words(field: str, value: object) -> str:
    """Write the value of a setting; what nobody has entered says so."""
    if value is None or value == "":
        return NOT_ENTERED
    return _ANSWERS.get(field, {}).get(value, str(value))


def _page(study: Study, person: StaffMember) -> SettingsPage:
    told = [
        change for change in history(study) if change.operation is Operation.UPDATE and change.field in LABELS
    ]
    latest: dict[str, ValueChange] = {}
    for change in told:
        latest.setdefault(change.field, change)
    groups = [
        (title, [_row(study, words, latest.get(words.field)) for words in group]) for title, group in GROUPS
    ]
    return SettingsPage(
        study=study,
        may_change=may_change_settings(person, study),
        groups=groups,
        changes=[_told(change) for change in told],
        fixed=fixed_settings(),
    )


def _row(study: Study, words: Words, last: ValueChange | None) -> SettingRow:
    value = value_words(words.field, getattr(study, words.field))
    unit = words.unit.removesuffix("s") if value == "1" else words.unit
    return SettingRow(words, value if value == NOT_ENTERED else f"{value} {unit}".strip(), last)


def _told(change: ValueChange) -> Change:
    old, new = value_words(change.field, change.old), value_words(change.field, change.new)
    return Change(LABELS[change.field], old, new, change)
