"""Any text about an incident, held to its facts: what is supported, what is not, what the facts contradict.

```
ground_of(report, knowledge, sources, …) -> Ground       everything that the logs and the entries say, as statements
check(markdown, ground)                  -> Checked      the text with its citations and marks, and each claim's verdict
```
"""

from __future__ import annotations

from assistant.grounding.check import Checked, Checker, check
from assistant.grounding.gather import ground_of
from assistant.grounding.ground import Ground

__all__ = ["Checked", "Checker", "Ground", "check", "ground_of"]
