"""The reader and writer against files that SAS wrote: the CDISC pilot submission."""

import io
from datetime import datetime
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import pytest

from followup.exchange.xpt import read_xpt
from followup.exchange.xpt_layout import Dataset, Row
from followup.exchange.xpt_writer import write_xpt
from tests.followup.exchange.pilot import pilot_folder

pytestmark = [pytest.mark.shared, pytest.mark.once]

SHAPES = {"dm": (306, 25), "sv": (3559, 8), "tv": (21, 9), "ds": (596, 13), "ex": (591, 17), "ae": (1191, 35)}
# Release, operating system and the engine that wrote: the writer puts its own.
STAMPED = [slice(80 + 24, 80 + 64), slice(400 + 24, 400 + 64)]
# pandas reads zero as the smallest number that the format has.
PANDAS_ZERO = 16.0**-65


def _read(path: Path) -> tuple[Dataset, list[Row]]:
    with path.open("rb") as stream:
        dataset = read_xpt(stream, source=path.name)
        return dataset, list(dataset.rows)


@pytest.fixture(params=SHAPES)
def path(request: pytest.FixtureRequest) -> Path:
    """Return one file of the pilot."""
    return pilot_folder() / f"{request.param}.xpt"


def test_pilot_file_has_its_rows_and_columns(path: Path) -> None:
    dataset, rows = _read(path)
    assert (len(rows), len(dataset.columns)) == SHAPES[path.stem]


def test_pilot_file_is_read_as_pandas_reads_it(path: Path) -> None:
    frame = pd.read_sas(path, format="xport", encoding="ascii").replace(PANDAS_ZERO, 0.0)
    frame = frame.astype(object).where(frame.notna(), None)
    assert _read(path)[1] == frame.to_dict("records")


def test_pilot_file_is_written_as_sas_wrote_it(path: Path) -> None:
    dataset, rows = _read(path)
    stream = io.BytesIO()
    at = datetime.strptime(path.read_bytes()[144:160].decode(), "%d%b%y:%H:%M:%S")  # noqa: DTZ007
    write_xpt(stream, Dataset(dataset.name, dataset.label, dataset.columns, rows), at=at)
    assert _without_stamps(stream.getvalue()) == _without_stamps(path.read_bytes())


def _without_stamps(raw: bytes) -> bytes:
    blanked = bytearray(raw)
    for place in STAMPED:
        blanked[place] = b" " * 40
    return bytes(blanked)


@pytest.mark.parametrize("cut", [1, 79, 80, 160])
def test_pilot_file_is_refused_when_its_end_is_cut_off(cut: int) -> None:
    raw = (pilot_folder() / "dm.xpt").read_bytes()[:-cut]
    with pytest.raises(ValueError, match="ends within"):
        list(read_xpt(io.BytesIO(raw), source="dm.xpt").rows)
