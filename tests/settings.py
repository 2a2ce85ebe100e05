"""Settings of the test run: those of a demo, with every file in a temporary folder."""

import atexit
import os
import shutil
import tempfile

# Before the real settings are read: they make their folder as they load.
_folder = tempfile.mkdtemp(prefix="pacer-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["PACER_VAR_DIR"] = _folder
# Playwright keeps an event loop in the thread of the test, and Django would refuse it the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from pacer.settings import *  # noqa: E402, F403
from pacer.settings import DATABASES, VAR_DIR  # noqa: E402

# The static files' folder, which an installation fills with "collectstatic".
(VAR_DIR / "static").mkdir()

# Live pages are measured with a thousand participants; the tests of standing figures say their own number.
STANDING_FIGURES_FROM = 5000

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in use: several connections to a database in memory lock each other differently.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
