"""A trial for each fault."""

from __future__ import annotations

import pytest

from tests.faults.trial import Trial
from tests.servers.installation import Installation
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def trial(installation: Installation, smtp_sink: SmtpSink) -> Trial:
    """Return an installation with empty tables and no program running."""
    return Trial(installation, smtp_sink)
