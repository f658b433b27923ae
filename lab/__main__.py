"""`python -m lab eval` evaluates the kept cases; `python -m lab run` makes them again from real services."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from assistant.config import load_settings
from assistant.errors import ModelError
from assistant.knowledge.load import load as load_knowledge
from lab import questions, scenarios
from lab.case import CASES, PARTS, load_all
from lab.evaluate import LANGUAGES, score, score_model, table
from lab.harness import SCENARIOS, Failed, Lab, Missing


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 when all is right, 1 when a case is not."""
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    evaluation = actions.add_parser("eval", help="evaluate the kept cases")
    evaluation.add_argument("names", nargs="*", help="only cases whose name begins with one of these")
    evaluation.add_argument("--cases", type=Path, default=CASES)
    evaluation.add_argument("--short", action="store_true", help="only what is wrong, and the totals")
    evaluation.add_argument("--model", action="store_true", help="ask the configured model too (minutes per case)")
    asking = actions.add_parser("ask", help="evaluate the follow-up questions")
    asking.add_argument("names", nargs="*", help="only files whose name begins with one of these")
    asking.add_argument("--part", choices=PARTS, help="only this part")
    asking.add_argument("--short", action="store_true", help="only the totals")
    run = actions.add_parser("run", help="start the services, inject the faults, keep the logs")
    run.add_argument("names", nargs="*", help="only scenarios whose name begins with one of these")
    run.add_argument("--into", type=Path, default=Path("build/lab"), help="where the logs go (lab/cases to renew them)")
    options = parser.parse_args(arguments)
    if options.action == "eval":
        code = evaluate(options.names, options.cases, verbose=not options.short)
        if options.model:
            evaluate_model(options.names, options.cases)
        return code
    if options.action == "ask":
        return ask(options.names, options.part, verbose=not options.short)
    return make(options.names, options.into)


def evaluate(names: list[str], root: Path, *, verbose: bool) -> int:
    """Print how each case did, and the totals."""
    cases = [case for case in load_all(root) if _wanted(case.name, names)]
    knowledge = load_knowledge()
    scores = [score(case, knowledge) for case in cases]
    print(table(scores, verbose=verbose))
    return 0 if all(item.right for item in scores) else 1


def ask(names: list[str], part: str | None, *, verbose: bool) -> int:
    """Print the follow-ups that went wrong, with their answers, and the totals.

    Exit status 1 when a tuned one is not right, or any states what it must not.
    """
    knowledge = load_knowledge()
    asks = [item for item in questions.load_all() if _wanted(item.file, names) and part in (None, item.part)]
    verdicts = [questions.evaluate(item, knowledge) for item in asks]
    for verdict in verdicts:
        if verbose and not verdict.right:
            print(f"--- {verdict.ask.name} ({verdict.ask.kind}, {verdict.ask.lang})")
            print(f"    lacks {list(verdict.lacks)}, holds {list(verdict.wrong)}")
            print("    " + verdict.answer[:700].replace("\n", "\n    "))
    print(questions.table(verdicts))
    tuned = all(verdict.right for verdict in verdicts if verdict.ask.part == "tuned")
    return 0 if tuned and not any(verdict.wrong for verdict in verdicts) else 1


def evaluate_model(names: list[str], root: Path) -> None:
    """The same for the configured model: Chinese and English in turn, because an answer takes its time."""
    settings = load_settings()
    if settings.offline:
        print("no model is configured (OPENAI_API_KEY or OPENAI_BASE_URL)")
        return
    knowledge = load_knowledge()
    scores, failed = [], 0
    for number, case in enumerate(case for case in load_all(root) if _wanted(case.name, names)):
        try:
            scores.append(score_model(case, knowledge, settings, LANGUAGES[number % 2]))
        except ModelError as error:
            failed += 1
            print(f"FAILED {case.name}: {error}")
            continue
        print(table(scores[-1:]).partition("\n")[0], flush=True)
    print(f"model {settings.model.model}: {len(scores)} answers, {failed} failures")
    print(table(scores, verbose=False))


def make(names: list[str], into: Path) -> int:
    """Run scenarios; a truth that is kept under lab/cases is copied beside the new logs. Skipped ones are named."""
    for found in pkgutil.iter_modules(scenarios.__path__):
        importlib.import_module(f"{scenarios.__name__}.{found.name}")
    failed = 0
    for name, function in SCENARIOS.items():
        if not _wanted(name, names):
            continue
        # a short path: sockets must fit in 108 bytes; readable by the users that services drop to
        root = Path(tempfile.mkdtemp(prefix="lab-", dir="/tmp"))
        root.chmod(0o755)
        lab = Lab(name, root)
        try:
            function(lab)
        except Missing as error:
            print(f"skipped  {name}: {error} is not installed")
            continue
        except (Failed, OSError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"FAILED   {name}: {error}")
            continue
        finally:
            lab.close()
            shutil.rmtree(root, ignore_errors=True)
        folder = into / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in lab.kept.items():
            (folder / file).write_text(text, encoding="utf-8")
        truth = CASES / name / "truth.toml"
        if truth.exists() and into.resolve() != CASES:
            shutil.copy(truth, folder / "truth.toml")
        print(f"made     {name}: {', '.join(lab.kept)}")
    return 1 if failed else 0


def _wanted(name: str, names: list[str]) -> bool:
    return not names or any(name.startswith(wanted) for wanted in names)


if __name__ == "__main__":
    sys.exit(main())
