"""Ask the web server of this container whether it lives: the exit code is the answer.

    python -m pacer.alive
"""

import os
from urllib.request import Request, urlopen


def main() -> None:
    """Return when /healthz answers 200; any other end is an exit code that is not 0."""
    # Asked under a name that the server serves: it refuses all others.
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    question = Request("http://127.0.0.1:8000/healthz", headers={"Host": name})
    with urlopen(question, timeout=4):  # noqa: S310 - the address is the one above
        return


if __name__ == "__main__":
    main()
