"""Answers by a language model behind any OpenAI-compatible server. Importing this package loads nothing heavy.

```
answer_with_model(settings, report, …) -> ModelAnswer    pieces of Markdown as they stream; `.usage` when it is over
doctor(settings)                       -> Iterator       one line per thing that can be wrong with a model
warm_up()                                                loads the libraries in a thread, while somebody types
```
"""

from __future__ import annotations

from assistant.llm.answer import ModelAnswer, answer_with_model
from assistant.llm.chat import ModelSettings, Usage
from assistant.llm.doctor import doctor
from assistant.llm.extra import warm_up

__all__ = ["ModelAnswer", "ModelSettings", "Usage", "answer_with_model", "doctor", "warm_up"]
