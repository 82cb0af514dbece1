"""Python's collector of reference cycles, kept from what is there to stay.

Now and then it looks at every object while nothing else runs: 80,000 of them once all modules are
loaded and the parsers have their tables, 30 ms. Who has typed a key waits for that.
"""

import asyncio
import gc
from dataclasses import dataclass, field

SETTLED_SECONDS = 1.0
"""After the first answer all modules are loaded; what was made for the answer itself is gone."""


@dataclass(slots=True)
class Heap:
    """The objects of this process; they are set aside once, and ``is_new`` is True until then."""

    is_new: bool = field(default=True, init=False)

    async def set_aside(self) -> None:
        """Have the collector look at nothing any more that is there in a second."""
        if not self.is_new:
            return
        self.is_new = False
        await asyncio.sleep(SETTLED_SECONDS)
        gc.freeze()
