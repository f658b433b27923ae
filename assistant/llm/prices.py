"""What an answer cost, for models whose price is known.

List prices in US dollars per million tokens, sent and received, without discounts for cached or batched requests, from
the providers' price pages (openai.com/api/pricing, anthropic.com/pricing, ai.google.dev/pricing) as of `AS_OF`.
A model that is not here, or a server that is not the provider's own, has no price: a wrong one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

AS_OF = "2025-11"
_MILLION = 1_000_000
_DATED = re.compile(r"-(?:\d{4}-\d\d-\d\d|\d{8}|latest)$")

_OPENAI: Mapping[str, tuple[float, float]] = {
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1-nano": (0.10, 0.40),
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-5": (1.25, 10.00),
    "gpt-5-mini": (0.25, 2.00),
    "gpt-5-nano": (0.05, 0.40),
    "o3": (2.00, 8.00),
    "o4-mini": (1.10, 4.40),
}
_ANTHROPIC: Mapping[str, tuple[float, float]] = {
    "claude-3-5-haiku": (0.80, 4.00),
    "claude-3-7-sonnet": (3.00, 15.00),
    "claude-haiku-4-5": (1.00, 5.00),
    "claude-opus-4-1": (15.00, 75.00),
    "claude-sonnet-4": (3.00, 15.00),
    "claude-sonnet-4-5": (3.00, 15.00),
}
_GOOGLE: Mapping[str, tuple[float, float]] = {
    "gemini-2.5-flash": (0.30, 2.50),
    "gemini-2.5-flash-lite": (0.10, 0.40),
    "gemini-2.5-pro": (1.25, 10.00),  # for contexts of up to 200,000 tokens, which ours never exceed
}
_OWN_HOSTS = {
    "api.openai.com": _OPENAI,
    "api.anthropic.com": _ANTHROPIC,
    "generativelanguage.googleapis.com": _GOOGLE,
}
_OWN_PROVIDERS = {"anthropic": _ANTHROPIC, "google_genai": _GOOGLE}


def price(model: str, provider: str, base_url: str, sent: int, received: int) -> float | None:
    """US dollars for so many tokens; None when nobody can say.

    >>> price("gpt-4.1-mini-2025-04-14", "", "https://api.openai.com/v1", 4000, 500)
    0.0024
    >>> price("gpt-4.1-mini", "", "https://models.example/v1", 4000, 500)
    """
    known = _OWN_HOSTS.get(urlsplit(base_url).hostname or "", {}) if base_url else _OWN_PROVIDERS.get(provider, {})
    rates = known.get(_DATED.sub("", model))
    if rates is None:
        return None
    return round((sent * rates[0] + received * rates[1]) / _MILLION, 8)


def shown(usd: float) -> str:
    """Dollars, exact enough to be seen: `$0.0024`.

    >>> shown(0.0024), shown(0.00004), shown(1.5)
    ('$0.0024', '$0.00004', '$1.50')
    """
    if usd >= 1:
        return f"${usd:.2f}"
    return f"${usd:.4f}" if usd >= 0.001 else f"${usd:.5f}"  # noqa: PLR2004 - a tenth of a cent
