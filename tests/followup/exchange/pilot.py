"""Find the CDISC pilot's SDTM files, which lie beside the project and are no part of it."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "cdisc_pilot"


def pilot_folder() -> Path:
    """Return the folder; skip the test where it is missing, or fail it in CI."""
    if not FOLDER.is_dir():
        missing = f"the CDISC pilot files are not in {FOLDER.parent.name}/{FOLDER.name} beside the project"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return FOLDER
