"""The endpoint that everything else is there for: a batch of calls, answered by threads."""

import asyncio
import gzip
import time
from functools import partial
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from clv_xl.hosts.server.auth.nobody import loopback
from clv_xl.hosts.server.auth.principal import Principal
from clv_xl.hosts.server.pages import takes_gzip
from clv_xl.hosts.server.refused import BusyError, MediaTypeError, RateError
from clv_xl.hosts.server.state import State
from clv_xl.hosts.server.wire import BINARY, JSON
from clv_xl.hosts.server.work import LARGE_BODY, Job

SMALLEST_PACKED: Final = 32 * 1024  # bytes of an answer below which packing takes longer than it saves
PACKING: Final = 1  # the fastest: numbers pack little better with more work


async def batch(request: Request) -> Response:
    """Answer a batch of calls."""
    state: State = request.app.state.clv
    if state.stopping.is_set():
        raise BusyError("server.stopping")
    with state.running:
        principal = await state.authenticator.identify(request.headers)
        request.state.user = str(principal)
        media_type = _media_type(request)
        async with state.bodies.of(request, str(principal)) as body, state.users.turn(str(principal)):
            return await _answered(request, state, body, media_type, principal)


def _media_type(request: Request) -> str:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {JSON, BINARY}:
        raise MediaTypeError("server.media_type", got=media_type)
    packed = request.headers.get("content-encoding", "identity").strip().lower()
    if packed not in {"", "identity"}:
        raise MediaTypeError("server.packed", got=packed)
    return media_type


async def _answered(
    request: Request, state: State, body: bytes, media_type: str, principal: Principal
) -> Response:
    """Answer a body; with what is done of it when its time is over or the server ends."""
    jobs: list[Job] = []
    doing = asyncio.ensure_future(_done(request, state, body, media_type, principal, jobs))
    gone = asyncio.ensure_future(request.receive())
    given_up = asyncio.ensure_future(state.given_up.wait())
    try:
        waits = (doing, gone, given_up)
        await asyncio.wait(waits, timeout=state.limits.seconds, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        if gone.done():
            raise ClientDisconnect
        late = "server.stopping" if given_up.done() else "server.time_limit"
        doing.cancel()
        if not jobs:  # not even read
            raise BusyError("server.stopping" if given_up.done() else "server.busy")
        return await state.lanes.do(partial(_finished, request, state, jobs[0], late), heavy=False)
    finally:
        for job in jobs:
            job.cancelled.set()
        for task in (doing, gone, given_up):
            task.cancel()


async def _done(
    request: Request, state: State, body: bytes, media_type: str, principal: Principal, jobs: list[Job]
) -> Response:
    """Read a body, do what it asks for, and put the job into `jobs` as soon as it is known."""
    deadline = time.monotonic() + state.limits.seconds
    shelf = state.shelves.of(principal)
    reading = partial(Job.of, body, media_type, principal, shelf, state.limits, deadline)
    owner = str(principal)
    job = await state.lanes.do(reading, heavy=len(body) > LARGE_BODY, owner=owner)
    jobs.append(job)
    try:
        state.users.spend(owner, job.batch.calls)
    except RateError as error:
        error.language = job.batch.language
        raise
    request.state.functions = job.asked()

    def work() -> Response:
        job.perform()
        if job.cancelled.is_set():  # answered and counted already, as far as it got
            return Response(status_code=499)
        return _finished(request, state, job)

    return await state.lanes.do(work, heavy=job.heavy, owner=owner)


def _finished(request: Request, state: State, job: Job, late: str = "server.time_limit") -> Response:
    """Return the answer of a job as far as it got, and count it."""
    found = job.finish(request.state.id, late)
    state.metrics.batch(job.batch.calls, job.outcomes(), job.shelf.looked_up)
    state.metrics.kept(state.shelves.memory.size)
    headers = {"vary": "accept-encoding"}
    far = request.client is None or not loopback(request.client.host)
    if far and len(found) >= SMALLEST_PACKED and takes_gzip(request):
        found = gzip.compress(found, PACKING, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(found, media_type=JSON, headers=headers)
