"""Somebody else who acts between the look and the save of an action, on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from django.db import connection

# Long enough for who need not wait, short enough to be waited for by a test.
HEAD_START_SECONDS = 1.0


@contextmanager
def meanwhile(table: str, act: Callable[[], object]) -> Iterator[list[Future[object]]]:
    """Let another thread act as soon as this one has looked into a table; its answer stands in the list.

    Where it has to wait for a lock of this one, this one goes on after a moment.
    """
    begun: list[Future[object]] = []

    def look(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        answer = execute(sql, *given)
        if sql.startswith("SELECT") and f'FROM "{table}"' in sql and not begun:
            begun.append(pool.submit(acts))
            wait(begun, HEAD_START_SECONDS)
        return answer

    def acts() -> object:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(look):
        yield begun
