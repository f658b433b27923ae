"""What must not leave the machine, and what stays because a diagnosis needs it.

One module per family of values, each with a table of detectors: `tokens` (keys that are known by their form), `named`
(secrets that are known by their name or place), `people`, `numbers`, `network`, `cloud`, `entropy` (the last net). Earlier ones
have precedence where two find the same characters. A new kind of value is one more row.

No library does this: detect-secrets finds 87 % of the checklist in `tests/intake/secret_formats.py` at 0.15 MB/s, where
these find over 99.9 % at 4 to 5 MB/s, and gives no places; phonenumbers reads 0.7 MB/s and needs to be told the country.

Never touched: pids, ports, sizes, times, paths (but the user's name in them), loopback and unspecified addresses,
versions, codes, names of processes, units and directives, hashes, and what somebody has masked already.
"""

from __future__ import annotations

from assistant.intake.detectors import cloud, entropy, named, network, numbers, people, tokens
from assistant.intake.detectors.base import Detector, Finder, Function, Span, View

SECRETS: tuple[Finder, ...] = (*named.DETECTORS, *tokens.DETECTORS, *entropy.DETECTORS)
DETECTORS: tuple[Finder, ...] = (*SECRETS, *people.DETECTORS, *numbers.DETECTORS, *network.DETECTORS, *cloud.DETECTORS)

__all__ = ["DETECTORS", "SECRETS", "Detector", "Finder", "Function", "Span", "View"]
