"""The parser in worker processes with limits: killed and replaced when it passes them."""

import asyncio
import gc
import multiprocessing
import resource
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pebble import ProcessExpired, ProcessPool

from watcher.clock import monotonic
from watcher.errors import ParseError
from watcher.models import Document
from watcher.parse.document import parse_document
from watcher.processes import end_with

MAX_MEMORY_BYTES = 256 * 1024 * 1024
"""Enough for a document of 15 MiB; two workers stay under 600 MB with the daemon."""
_Answer = Document | tuple[str, str]
"""A failure comes home as its kind and words."""


class ParserBox:
    """Parses documents in processes of its own, so that none can harm or stop the daemon.

    Args:
        workers: How many documents are parsed at once.
        timeout_s: Wall clock and CPU time that one document may take.
        start_s: How long workers may take to start.
        max_memory_bytes: What the data of one worker may take.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        timeout_s: float = 10,
        start_s: float = 30,
        max_memory_bytes: int = MAX_MEMORY_BYTES,
    ) -> None:
        self._timeout_s = timeout_s
        self._start_s = start_s
        self._answered_s = 0.0
        self._workers = workers
        self._max_memory_bytes = max_memory_bytes
        self._closed = False
        self._pool = self._new_pool()

    async def parse(
        self,
        body: bytes,
        *,
        content_type: str | None,
        url: str,
        memory: bytes = b"",
    ) -> Document:
        """Parse as `parse_document` does.

        Raises:
            ParseError: As there; a document that takes too long is a `timeout`, one that
                brings its worker down a `parse`.
        """
        args = (self._timeout_s, body, content_type, url, memory)
        pool = self._pool
        try:
            try:
                answer = await self._answer(pool, args)
            except BrokenProcessPool:  # the idle workers have died: of hunger, or by another's hand
                await self._replace(pool)
                answer = await self._answer(self._pool, args)
        except (FutureTimeoutError, TimeoutError) as error:
            raise ParseError("timeout", f"parsing took over {self._timeout_s:g} s") from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ParseError("parse", "the document brought the parser down") from error
        if isinstance(answer, Document):
            return answer
        raise ParseError(*answer)

    async def _answer(self, pool: ProcessPool, args: tuple[Any, ...]) -> _Answer:
        try:
            future = pool.schedule(_parse_in_box, args=args, timeout=self._timeout_s)
        except RuntimeError as error:  # so pebble refuses once it has given up, or was stopped
            raise BrokenProcessPool(str(error)) from error
        return await self._in_turn(pool, asyncio.wrap_future(future))

    async def _in_turn(self, pool: ProcessPool, answer: asyncio.Future[_Answer]) -> _Answer:
        """Wait while any document is answered; pebble itself would wait for ever.

        It starts workers again and again, though none may come to life, and keeps what waits.
        """
        patience_s = self._start_s + self._timeout_s
        try:
            while not (await asyncio.wait([answer], timeout=patience_s))[0]:
                if monotonic() - self._answered_s >= patience_s:
                    await self._replace(pool)
                    why = f"no parser process came to life in {patience_s:g} s; is memory short?"
                    raise ParseError("timeout", why)
                if self._stopped(pool):
                    raise BrokenProcessPool
            self._answered_s = monotonic()
            if self._stopped(pool) and (error := answer.exception()) is not None:
                raise BrokenProcessPool from error  # the stop's, whatever it is
            return answer.result()
        finally:
            answer.cancel()

    def _stopped(self, pool: ProcessPool) -> bool:
        return self._closed or pool is not self._pool

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            initializer=_enter_box,
            initargs=(self._max_memory_bytes,),
            context=multiprocessing.get_context("spawn"),
        )

    async def _replace(self, broken: ProcessPool) -> None:
        """Replace a pool that was given up, unless another task has done so."""
        if self._pool is broken and not self._closed:
            self._pool = self._new_pool()
            await asyncio.to_thread(_stop, broken)

    def close(self) -> None:
        """Stop all workers, whatever they do; nothing is left running."""
        self._closed = True
        _stop(self._pool)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _parse_in_box(
    timeout_s: float, body: bytes, content_type: str | None, url: str, memory: bytes
) -> _Answer:
    """Parse in a worker."""
    _limit_cpu(timeout_s)
    try:
        return parse_document(body, content_type=content_type, url=url, memory=memory)
    except ParseError as error:
        return error.kind, str(error)
    except MemoryError:
        return "parse", "the document needs more memory than a parser may take"


def _enter_box(max_memory_bytes: int) -> None:
    gc.set_threshold(5_000, 20, 20)  # feedparser makes very many small objects
    _lower(resource.RLIMIT_DATA, max_memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    parent = multiprocessing.parent_process()
    if parent is not None:
        end_with(parent.sentinel)  # killed, the daemon cannot close the box


def _limit_cpu(timeout_s: float) -> None:
    """Let one task use so much CPU from now on; the kernel ends what does not listen."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime + timeout_s) + 2)


def _lower(limit: int, value: int) -> None:
    """Set a limit of this process, unless its user has set a lower one."""
    _, hard = resource.getrlimit(limit)
    if hard == resource.RLIM_INFINITY or value < hard:
        resource.setrlimit(limit, (value, hard))
