"""One metric of one day as bytes: whose numbers they are, and then all numbers. Pure.

packed = pack({(3, 7): [60, 90], (3, 0): [15]})
day = Packed.read(packed); day.values == [15, 60, 90]
list(day.parts()) == [(3, 0, [15]), (3, 7, [60, 90])], as arrays
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Whose = tuple[int, int]  # account and agent; 0 is nobody
TYPE = "I"  # 0 to 2³² - 1: seconds, counts, keys


def pack(by_whose: Mapping[Whose, Iterable[int]]) -> bytes:
    head, values = array(TYPE, [len(by_whose)]), array(TYPE)
    for (account, agent), some in sorted(by_whose.items()):
        before = len(values)
        values.extend(some)
        head.extend((account, agent, len(values) - before))
    return (head + values).tobytes()


@dataclass(frozen=True, slots=True)
class Packed:
    head: array  # account, agent and how many values, three for each
    values: array

    @classmethod
    def read(cls, data: bytes) -> "Packed":
        found = array(TYPE)
        found.frombytes(data)
        end = 1 + 3 * found[0]
        return cls(found[1:end], found[end:])

    def parts(self) -> Iterator[tuple[int, int, array]]:
        place, head = 0, iter(self.head)
        for account, agent, length in zip(head, head, head, strict=True):
            yield account, agent, self.values[place : place + length]
            place += length

    def only(self, wanted: Callable[[int, int], bool]) -> "Packed":
        """The parts of those accounts and agents."""
        head, values = array(TYPE), array(TYPE)
        for account, agent, some in self.parts():
            if wanted(account, agent):
                head.extend((account, agent, len(some)))
                values.extend(some)
        return Packed(head, values)
