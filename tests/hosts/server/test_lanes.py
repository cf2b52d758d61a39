import asyncio
import threading

from clv_xl.hosts.server.lanes import Lane


def test_one_user_with_much_work_does_not_keep_the_others_waiting() -> None:
    """Two threads work for a, ten more pieces wait for a, and then one for b and one for c."""
    begin, order = threading.Event(), []

    async def play() -> None:
        lane = Lane("test", 2, 100)

        def first() -> None:
            begin.wait(10)

        def noted(name: str) -> None:
            order.append(name)
            begin.wait(10)

        waiting = [asyncio.ensure_future(lane.do(first, "a")) for _ in range(2)]
        while lane.load.running < 2:  # noqa: ASYNC110  a thread says so, no event
            await asyncio.sleep(0.001)
        names = [*"aaaaaaaaaab", "c"]
        waiting += [asyncio.ensure_future(lane.do(lambda name=name: noted(name), name)) for name in names]  # type: ignore[misc]
        while lane.load.waiting < len(names):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        begin.set()
        await asyncio.gather(*waiting)
        lane.close()

    asyncio.run(play())
    assert sorted(order) == [*"aaaaaaaaaabc"]
    assert (
        max(order.index("b"), order.index("c")) <= 3
    )  # a's turn comes between, once for each thread at most


def test_work_of_one_user_keeps_its_order() -> None:
    order: list[int] = []

    async def play() -> None:
        lane = Lane("test", 1, 100)
        await asyncio.gather(*(lane.do(lambda i=i: order.append(i), "a") for i in range(50)))  # type: ignore[misc]
        lane.close()

    asyncio.run(play())
    assert order == list(range(50))
