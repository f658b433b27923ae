"""Go: programs that end by themselves."""

from __future__ import annotations

from lab.harness import Lab, scenario


def _run(lab: Lab, text: str) -> None:
    lab.write("main.go", text)
    lab.run("go", "build", "-o", "app", "main.go", env={"GOFLAGS": "-mod=mod", "GO111MODULE": "off"}, timeout=120)
    lab.start("app", lab.root / "app").wait(20)
    lab.keep("app.log", lab.output("app"))


@scenario("go-nil-map")
def nil_map(lab: Lab) -> None:
    """A write to a map that was never made."""
    _run(
        lab,
        'package main\n\nimport "log"\n\nvar prices map[string]int\n\nfunc set(name string) {\n\tprices[name] = 1\n}\n\nfunc main() {\n\tlog.Println("loading prices")\n\tset("a")\n}\n',
    )


@scenario("go-deadlock")
def deadlock(lab: Lab) -> None:
    """Two goroutines that wait for each other."""
    _run(
        lab,
        'package main\n\nimport "sync"\n\nfunc main() {\n\tresults := make(chan int)\n\tvar group sync.WaitGroup\n\tgroup.Add(1)\n\tgo func() {\n\t\tresults <- 1\n\t\tgroup.Done()\n\t}()\n\tgroup.Wait()\n}\n',
    )
