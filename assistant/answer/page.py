"""An answer as one web page that needs nothing else: no script, no font, no picture, nothing from a network."""

from __future__ import annotations

from html import escape

from assistant.i18n import Language

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --code: #8882; --link: #0a58ca; }
@media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; } }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.6;
       font-family: system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; background: var(--code); }
code { padding: .1em .3em; border-radius: .2em; overflow-wrap: anywhere; }
pre { padding: .7em 1em; border-radius: .4em; overflow-x: auto; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .3em .6em; vertical-align: top; }
a { color: var(--link); } h1, h2, h3 { line-height: 1.3; }
@media print { body { margin: 0; max-width: none; } pre { white-space: pre-wrap; } a { color: inherit; } }
"""


def to_page(markdown: str, title: str, language: Language) -> str:
    """The page. Markup in the Markdown is shown as text, and only links to the web are links."""
    return frame(render(markdown), title, language)


def render(markdown: str) -> str:
    """Markdown as HTML, with markup in it shown as text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for this format

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    # The library's own way of restricting links is to replace this method.
    parser.validateLink = _is_web_link  # type: ignore[method-assign]
    rendered: str = parser.render(markdown)
    return rendered


def frame(body: str, title: str, language: Language, style: str = "") -> str:
    """A whole page around its body; `style` is added to the common one."""
    tag = "zh-Hans" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _is_web_link(url: str) -> bool:
    return url.startswith(("https://", "http://"))
