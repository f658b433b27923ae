"""What an answer cost, for models whose price is known.

List prices in US dollars per million tokens, sent and received, without discounts for cached or batched requests and
for contexts that stay below every provider's step to a higher price. The providers' pages (openai.com/api/pricing,
anthropic.com/pricing, ai.google.dev/pricing, api-docs.deepseek.com/quick_start/pricing) are the source; each was
compared with LiteLLM's public table `model_prices_and_context_window.json` as of `AS_OF`.
A model that is not here, or a server that is not the provider's own, has no price: a wrong one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

AS_OF = "2026-07"
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
    "gpt-5.1": (1.25, 10.00),
    "gpt-5.2": (1.75, 14.00),
    "gpt-5.4": (2.50, 15.00),
    "gpt-5.4-mini": (0.75, 4.50),
    "gpt-5.4-nano": (0.20, 1.25),
    "gpt-5.5": (5.00, 30.00),
    "o3": (2.00, 8.00),
    "o4-mini": (1.10, 4.40),
}
_ANTHROPIC: Mapping[str, tuple[float, float]] = {
    "claude-haiku-4-5": (1.00, 5.00),
    "claude-opus-4-1": (15.00, 75.00),
    "claude-opus-4-5": (5.00, 25.00),
    "claude-opus-4-6": (5.00, 25.00),
    "claude-opus-4-7": (5.00, 25.00),
    "claude-opus-4-8": (5.00, 25.00),
    "claude-sonnet-4-5": (3.00, 15.00),
    "claude-sonnet-4-6": (3.00, 15.00),
}
_GOOGLE: Mapping[str, tuple[float, float]] = {
    "gemini-2.5-flash": (0.30, 2.50),
    "gemini-2.5-flash-lite": (0.10, 0.40),
    "gemini-2.5-pro": (1.25, 10.00),
    "gemini-3-flash-preview": (0.50, 3.00),
    "gemini-3.1-flash-lite": (0.25, 1.50),
    "gemini-3.1-pro-preview": (2.00, 12.00),
}
_DEEPSEEK: Mapping[str, tuple[float, float]] = {
    "deepseek-v4-flash": (0.14, 0.28),
    "deepseek-v4-pro": (0.435, 0.87),
}
_OWN_HOSTS = {
    "api.openai.com": _OPENAI,
    "api.anthropic.com": _ANTHROPIC,
    "generativelanguage.googleapis.com": _GOOGLE,
    "api.deepseek.com": _DEEPSEEK,
}
_OWN_PROVIDERS = {"anthropic": _ANTHROPIC, "google_genai": _GOOGLE, "deepseek": _DEEPSEEK}


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
