"""The seed logs with every pid, port, program, address, path and time changed by a seeded generator.

What makes the incident one incident is kept: equal things stay equal, the arithmetic of the dump stays true, pids keep
their order, and the times keep their distances.
"""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta

from seed import log

NAMES = ("ingestd", "frobnicate", "modelsrv", "python3.12", "node", "beam.smp", "tokenizer", "api-gateway")
PATHS = ("/v2/items", "/search/深圳", "/reports/daily.csv", "/hook", "/a/b/c/d")
_STAMP = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")
_BOOT = re.compile(r"\[(\d+)\.(\d{6})\]")


class Disguise:
    """One set of changed values; `logs` gives the three logs with them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.pid_shift = self.random.randrange(-1_400_000, 500_000)
        self.port = self.random.randrange(1025, 65000)
        self.name = self.random.choice(NAMES)
        self.four = (
            f"127.{self.random.randrange(0, 200)}.{self.random.randrange(0, 200)}.{self.random.randrange(2, 250)}"
        )
        self.shift = timedelta(seconds=self.random.randrange(-(10**8), 10**8))
        self.boot_shift = self.random.randrange(-4_000_000, 4_000_000)
        self.paths = dict(
            zip(
                ("/api/v1/embeddings", "/api/v1/text-embedding/%E4%BD%A0%E5%A5%BD", "/api/v1/model/info"),
                self.random.sample(PATHS, 3),
                strict=True,
            )
        )
        self.pages = self.random.randrange(400_000, 900_000)  # resident pages of the victim
        self.tables = self.random.randrange(500, 5_000)  # its page-table pages
        self.virtual = self.pages + self.random.randrange(100_000, 2_000_000)
        self.file_kb = 4 * self.random.randrange(10, 100)

    def pid(self, value: int) -> int:
        return value + self.pid_shift

    def logs(self) -> list[str]:
        return [self._change(log(turn)) for turn in (1, 2, 3)]

    def time(self, text: str) -> str:
        moved = datetime.strptime(text, "%Y/%m/%d %H:%M:%S") + self.shift  # noqa: DTZ007 - local times have no zone
        return moved.strftime("%Y/%m/%d %H:%M:%S")

    def _change(self, text: str) -> str:
        # before the sizes: a new size must not be taken for a pid
        text = re.sub(r"(?<![\d.])(3[3-6]\d{5}|1463553)(?=[\]#:,) \n]|$)", lambda m: str(self.pid(int(m[1]))), text)
        text = text.replace("337723", str(self.pages)).replace("1198619", str(self.virtual))
        text = text.replace("3850240", str(self.tables * 4096)).replace(
            "pgtables:3760kB", f"pgtables:{self.tables * 4}kB"
        )
        text = text.replace("total-vm:4794476kB", f"total-vm:{self.virtual * 4}kB")
        text = text.replace(
            "anon-rss:1350640kB, file-rss:252kB",
            f"anon-rss:{self.pages * 4 - self.file_kb}kB, file-rss:{self.file_kb}kB",
        )
        text = text.replace("127.0.0.1", self.four).replace(":8000/", f":{self.port}/").replace("uvicorn", self.name)
        for old, new in self.paths.items():
            text = text.replace(old, new)
        text = _STAMP.sub(lambda match: self.time(match[0]), text)
        return _BOOT.sub(lambda m: f"[{int(m[1]) + self.boot_shift}.{m[2]}]" if int(m[1]) > 10**6 else m[0], text)
