import inspect

import pytest

from watcher.store import SqliteStore, Store

METHODS = [name for name, _ in inspect.getmembers(Store, inspect.isfunction) if name[0] != "_"]


@pytest.mark.parametrize("method", METHODS)
def test_the_engine_takes_what_the_protocol_promises(method: str) -> None:
    promised = inspect.signature(getattr(Store, method)).parameters
    taken = inspect.signature(getattr(SqliteStore, method)).parameters
    assert {name: (part.kind, part.default) for name, part in taken.items()} == {
        name: (part.kind, part.default) for name, part in promised.items()
    }
