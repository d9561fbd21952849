import asyncio
import threading

import pytest

from watcher.aside import aside


async def test_the_loop_goes_on_while_work_is_done_beside_it() -> None:
    may_end = threading.Event()
    working = asyncio.ensure_future(aside(lambda: may_end.wait(10), name="waits"))
    await asyncio.sleep(0)
    may_end.set()
    assert await working


async def test_what_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0, name="fails")


async def test_an_answer_that_nobody_waits_for_harms_nobody() -> None:
    may_end = threading.Event()
    working = asyncio.ensure_future(aside(lambda: may_end.wait(10), name="waits"))
    await asyncio.sleep(0)
    working.cancel()
    may_end.set()
    assert await asyncio.wait({working})
    assert await aside(lambda: 1, name="works") == 1
