"""Ask the web server of this container whether it lives: the exit code is the answer.

python -m pacer.alive
"""

import argparse
import os
from collections.abc import Sequence
from urllib.request import Request, urlopen

from pacer.processes import LOOPBACK


def main(arguments: Sequence[str] | None = None) -> None:
    """Return when /healthz answers 200; any other end is an exit code that is not 0."""
    parser = argparse.ArgumentParser(prog="python -m pacer.alive", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args(arguments).port
    # Asked under a name that the server serves: it refuses all others.
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    question = Request(f"http://{LOOPBACK}:{port}/healthz", headers={"Host": name})
    with urlopen(question, timeout=4):  # noqa: S310 - the address is the one above
        return


if __name__ == "__main__":
    main()
