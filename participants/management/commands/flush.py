"""Empty a test database; refuse to empty any other, because an audit trail is kept."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as FlushCommand
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.creation import TEST_DATABASE_PREFIX

from participants import audit_triggers


class Command(FlushCommand):
    """Django's flush, which the tests that commit need: the triggers step aside for it."""

    help = "Empties a test database. Any other is refused: its audit trail is append-only."

    def handle(self, **options: Any) -> None:
        """Drop the triggers, empty the tables, install the triggers."""
        using: str = options["database"]
        if not is_test_database(connections[using]):
            raise CommandError("Only a test database is emptied: this one keeps an audit trail.")
        audit_triggers.drop(using)
        super().handle(**options)
        audit_triggers.install(using)


def is_test_database(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether Django's test runner made this database: named as TEST says, or test_... ."""
    name = str(connection.settings_dict["NAME"])
    return name == connection.settings_dict["TEST"]["NAME"] or name.startswith(TEST_DATABASE_PREFIX)
