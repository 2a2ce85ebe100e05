"""Conventions, each a test over everything; beside each, the fault that it must find."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.conventions import checks
from tests.conventions.source import APPS, Module, modules, templates

pytestmark = pytest.mark.once

# One list of settings is read from top to bottom, however long it is.
SETTINGS = "pacer.settings"
VIEWS = list(modules("participants/views", "followup/views"))
FORMS = list(modules("participants/forms", "followup/forms"))
DOMAIN = [*modules("participants/domain"), *modules("followup/domain")]
ACTIONS = [*modules("participants/actions"), *modules("followup/actions")]
CODE = list(modules(*APPS))

# Modules of the domain that hold shapes, reading or wording, and no clinical or statistical rule.
WITHOUT_RULES = {
    "participants.domain",
    "followup.domain",
    "participants.domain.answers",
    "participants.domain.crs_findings",
    "participants.domain.decimals",
    "participants.domain.grade",
    "participants.domain.json_line",
    "participants.domain.partial_dates",
    "participants.domain.plain_numbers",
    "participants.domain.refusal",
    "participants.domain.rule_lines",
    "participants.domain.rule_lines_anakinra",
    "participants.domain.rule_lines_grades",
    "participants.domain.survival_rows",
    "participants.domain.temperature",
}

# The reminder tables are their own log, and standing figures are drawn from the record: what a machine does
# there is no change of it.
UNAUDITED_ACTIONS = (
    "followup.actions.planning.",
    "followup.actions.reminders.",
    "followup.actions.standing.",
)

# All that a mail may say: nothing of a person, a study or a site is among it.
_MAIL_WORDS = """
    a account after all an and answer answers asked asks attention been by changed choose days did expect
    for from has here if in is it item items leave letter likely link machine made mail more most need
    needs new no nobody not nothing of on once or pacer password purpose read reads says sent set sign
    somebody than the this to unanswered was who work works yes you your
"""
MAIL_WORDS = frozenset(_MAIL_WORDS.split())
LONGEST_SUBJECT = 78


def _ours() -> list[type[models.Model]]:
    return [model for app in ("participants", "followup") for model in apps.get_app_config(app).get_models()]


def _none(found: Iterable[str]) -> None:
    listed = list(found)
    assert not listed, "\n".join(listed)


def _source(text: str) -> Module:
    return Module("planted", text)


def test_views_never_save() -> None:
    _none(found for module in VIEWS for found in checks.writes_in_views(module))


def test_forms_never_save() -> None:
    _none(found for module in FORMS for found in checks.writes_in_views(module))


@pytest.mark.parametrize(
    "line", ["visit.save()", "Visit.objects.create(code=1)", "rows.filter(pk=1).update(code=2)"]
)
def test_saving_view_is_found_when_planted(line: str) -> None:
    assert checks.writes_in_views(_source(f"def view(request):\n    {line}"))


def test_views_read_only_what_is_visible() -> None:
    _none(found for module in VIEWS for found in checks.unscoped_reads(module))


@pytest.mark.parametrize(
    "line", ["Visit.objects.all()", "Visit.objects.get(pk=1)", "Visit._default_manager.filter()"]
)
def test_unscoped_read_is_found_when_planted(line: str) -> None:
    assert checks.unscoped_reads(_source(f"def view(request):\n    return {line}"))


def test_domain_asks_nothing_of_the_world() -> None:
    _none(found for module in DOMAIN for found in checks.impure(module))


@pytest.mark.parametrize(
    "line",
    ["datetime.now(UTC)", "date.today()", "timezone.now()", "open('a')", "import django.db", "import random"],
)
def test_impure_domain_is_found_when_planted(line: str) -> None:
    assert checks.impure(_source(line))


def test_rules_name_their_source() -> None:
    ruling = [module for module in DOMAIN if module.name not in WITHOUT_RULES]

    _none(found for module in ruling for found in checks.without_source(module))


def test_rule_without_source_is_found_when_planted() -> None:
    assert checks.without_source(_source('"""Grade something."""'))


def test_foreign_keys_protect_what_they_point_to() -> None:
    found = [
        fault
        for app in ("participants", "followup")
        for fault in checks.loose_keys(apps.get_app_config(app).get_models(), app=app)
    ]

    _none(found)


def test_moments_and_their_people_stand_together() -> None:
    _none(checks.loose_pairs(_ours()))


def test_actions_are_keyword_only_audited_and_told_by_whom() -> None:
    callers = [module for module in CODE if ".actions" not in module.name]

    _none(checks.careless_actions(ACTIONS, callers, UNAUDITED_ACTIONS))


@pytest.mark.parametrize(
    "text",
    [
        "def move(visit, *, by):\n    with audited(by=by):\n        visit.save()",
        "def move(*, visit):\n    with audited(by=1):\n        visit.save()",
        "def move(*, visit, by):\n    visit.save()",
        "def move(*, visit, by):\n    _write(visit)\ndef _write(visit):\n    visit.save()",
    ],
)
def test_careless_action_is_found_when_planted(text: str) -> None:
    caller = Module("caller", "from planted import move")

    assert checks.careless_actions([_source(text)], [caller])


def test_templates_hold_no_inline_code() -> None:
    pages = [
        (name, text)
        for name, text in templates()
        if name.endswith(".html") and not name.startswith("emails/")
    ]

    _none(found for name, text in pages for found in checks.inline_code(name, text))


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<img src="https://elsewhere.example/a.png">',
    ],
)
def test_inline_code_is_found_when_planted(html: str) -> None:
    assert checks.inline_code("planted", html)


def test_mails_have_three_parts() -> None:
    parts = defaultdict(set)
    for name, _ in templates():
        if name.startswith("emails/"):
            mail, _, part = name.removeprefix("emails/").rpartition("_")
            parts[mail].add(part)

    assert parts
    assert {
        mail: found for mail, found in parts.items() if found != {"subject.txt", "body.txt", "body.html"}
    } == {}


def test_mails_use_allowed_words_only() -> None:
    mails = {name: text for name, text in templates() if name.startswith("emails/")}

    assert {
        name: words for name, text in mails.items() if (words := checks.telling_words(text, MAIL_WORDS))
    } == {}


def test_telling_word_is_found_when_planted() -> None:
    assert checks.telling_words("Your <b>patient</b> needs {{ attention }}", MAIL_WORDS) == {"patient"}


def test_subjects_are_short_and_plain() -> None:
    subjects = [text.strip() for name, text in templates() if name.endswith("_subject.txt")]

    assert [
        text for text in subjects if not text.isascii() or "\n" in text or len(text) > LONGEST_SUBJECT
    ] == []


def test_functions_and_files_stay_short() -> None:
    _none(found for module in CODE for found in checks.long_things(module) if module.name != SETTINGS)


def test_long_function_is_found_when_planted() -> None:
    assert checks.long_things(_source("def f():\n" + "    pass\n" * 40))


def test_everything_public_is_documented() -> None:
    _none(found for module in CODE for found in checks.undocumented(module))


@pytest.mark.parametrize(
    "text", ["x = 1", '"""Doc."""\ndef f(): pass', '"""Doc."""\nclass A:\n    def f(self): pass']
)
def test_missing_docstring_is_found_when_planted(text: str) -> None:
    assert checks.undocumented(_source(text))


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())
