"""The clock of the harness's processes: the real one, plus a stretch of time that the harness sets for all of them."""

import mmap
import struct
from datetime import datetime, timedelta, tzinfo

import app.clock


class Clock:
    """Shared with every process that is forked after it was made; two minutes of lease pass in no time."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    def ahead(self) -> timedelta:
        """How far it is ahead of the real clock."""
        return timedelta(seconds=struct.unpack("d", self._memory[:8])[0])

    def advance(self, by: timedelta) -> None:
        """So much time passes at once, in every process."""
        self._memory[:8] = struct.pack("d", (self.ahead() + by).total_seconds())

    def set_back(self) -> None:
        """It shows the real time again."""
        self._memory[:8] = struct.pack("d", 0.0)

    def install(self) -> None:
        """The product's only clock asks this one."""
        ahead = self.ahead

        class Shifted(datetime):
            """The standard library's, with another `now`."""

            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                """This instant on the harness's clock."""
                return datetime.now(tz) + ahead()

        app.clock.datetime = Shifted  # type: ignore[attr-defined]
