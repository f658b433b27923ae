"""How fast and how small: whole processes, measured from outside.

    python bench/run.py

Prints, for each command, the median of five runs after one warm-up: wall and CPU seconds, peak memory. The last row
reads a generated nginx log of 50 MB. Nothing here is asserted; machines differ.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = sorted(str(path) for path in (ROOT / "demo" / "seed").glob("turn*.log"))
RUNS = 5
LINE = (
    "2026/03/02 {:02}:{:02}:{:02} [error] 811#811: *{} upstream prematurely closed connection while reading response "
    'header from upstream, client: 192.0.2.{}, server: a.example, request: "GET /q{} HTTP/1.1", upstream: '
    '"http://127.0.0.1:9000/q", host: "a.example"\n'
)


def generate(path: Path, size: int) -> None:
    """A log of one kind of failure, `size` bytes long."""
    written = number = 0
    with path.open("w", encoding="utf-8") as log:
        while written < size:
            second = number // 40
            line = LINE.format(second // 3600 % 24, second // 60 % 60, second % 60, number, number % 250, number % 97)
            written += log.write(line)
            number += 1


def measure(command: list[str], runs: int = RUNS) -> tuple[float, float, float]:
    """Median wall seconds, CPU seconds and peak memory in MiB."""
    rows = []
    for attempt in range(runs + 1):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0  # it was waited for already
        if attempt:
            rows.append((time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    wall, cpu, memory = (statistics.median(column) for column in zip(*rows, strict=True))
    return wall, cpu, memory


def main() -> None:
    """Measure and print."""
    assistant = [sys.executable, "-m", "assistant"]
    print(f"{'':44} {'wall s':>8} {'CPU s':>8} {'MiB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        big = Path(folder) / "big.log"
        generate(big, 50_000_000)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "assistant --help": [*assistant, "--help"],
            "assistant explain, the seed's three logs": [*assistant, "explain", "--offline", "--no-session", *SEED],
            "assistant explain, 50 MB": [*assistant, "explain", "--offline", "--no-session", str(big)],
        }
        for name, command in commands.items():
            wall, cpu, memory = measure(command, 1 if name.endswith("MB") else RUNS)
            print(f"{name:44} {wall:8.3f} {cpu:8.3f} {memory:8.0f}")


if __name__ == "__main__":
    main()
