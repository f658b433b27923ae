"""Commands of answers: what is none, what they do, and that nothing hides what it does."""

from __future__ import annotations

import pytest
from command_lists import CHANGES, DESTROYS, SAFE, UNKNOWN, kind

from assistant.grounding.shell.commands import Kind, commands, is_command

NO_COMMANDS = """
/var/log/nginx/error.log
upstream prematurely closed connection while reading response header from upstream
proxy_read_timeout
worker_connections 1024
MemoryMax=2G
Restart=always
nginx
docker
uvicorn
kill
connect() failed (111: Connection refused)
GET /api/v1/x HTTP/1.1
Killed process 4711 (python)
nginx: [emerg] bind() to 0.0.0.0:80 failed
exit code 137
oom-kill
kernel/oom-kill
127.0.0.1:8000
nginx worker
nginx master process
docker daemon
redis-server process
502 Bad Gateway
anon-rss:1350892kB
open() "/x" failed
Out of memory
vm.overcommit_memory = 1
[error] 811#811
[1:2]
proxy_read_timeout 120s;
mem_limit: 2g
http://127.0.0.1:8000/
systemd: unit failed
java.lang.OutOfMemoryError: Java heap space
FATAL: sorry, too many clients already
redis maxmemory
code=killed, status=9/KILL
内存不足
服务 nginx
a -> b
x > y
free memory
kill the process
find the cause
last line
request timeout
open files
no live upstreams
docker container
git conflict
test failed
make error
mount failed
host unreachable
read timeout
python3.11
--max-old-space-size
-Xmx2g
ERROR: relation "x" does not exist
""".strip().split("\n")


@pytest.mark.parametrize("text", NO_COMMANDS)
def test_what_is_no_command(text):
    assert not is_command(text)
    assert commands(text) == ()
    assert commands(text, "log") == ()


@pytest.mark.parametrize(
    "text",
    """
free -h
dmesg
ps aux
ps aux --sort=-rss | head
systemctl restart <service>
kill -9 <pid>
service nginx restart
nginx -t
docker ps
kubectl get pods
top -o %MEM
sudo reboot
DROP TABLE users
FLUSHALL
echo 3 > /proc/sys/vm/drop_caches
which python3.11
pkill nginx
uvicorn app:app
df -h
cat /etc/hosts
rm file
redis-cli ping
ALTER SYSTEM SET work_mem = '4MB'
SELECT pg_reload_conf()
git pull
./run.sh
> /var/log/x
lsblk
ping 192.0.2.7
export A=b
ip a
r''m -rf /
$(echo cm0= | base64 -d) -rf /
X=rm; $X -rf /
{rm,-rf,/}
rm$IFS-rf$IFS/
""".strip().split("\n"),
)
def test_what_is_a_command(text):
    assert is_command(text)
    assert commands(text)


@pytest.mark.parametrize("text", SAFE)
def test_reading(text):
    assert kind(text) is Kind.SAFE


@pytest.mark.parametrize("text", CHANGES)
def test_changing(text):
    assert kind(text) is Kind.CHANGES


@pytest.mark.parametrize("text", DESTROYS)
def test_destroying(text):
    assert kind(text) is Kind.DESTROYS


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_cannot_be_known(text):
    assert kind(text.replace("\0", "\n")) is Kind.UNKNOWN


@pytest.mark.parametrize("mark", ["\u200b", "\u200d", "\u2060", "\u202e", "\U000e0041", "\ufeff", "\u00ad"])
@pytest.mark.parametrize("text", ["ls -la", "free -h", "systemctl status nginx"])
def test_what_cannot_be_seen_is_never_harmless(mark, text):
    for at in range(1, len(text)):
        assert kind(text[:at] + mark + text[at:]) is not Kind.SAFE


@pytest.mark.parametrize(
    "text", ["systеmctl status nginx", "lѕ -la", "ls －la", "ｌs", "ls\u00a0-la", "ls –la", "ls ／tmp", "ls；id"]
)
def test_what_looks_like_something_else_is_never_harmless(text):
    (first, *_) = commands(text, "bash")
    assert first.kind is not Kind.SAFE
    assert "U+" in first.why.en or first.kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    "text", ["grep '错误' app.log", 'echo "内存不足，请检查"', "ls /data/日志", "grep 'naïve café' x"]
)
def test_other_languages_are_no_disguise(text):
    assert kind(text) is Kind.SAFE


def test_wrappers_are_seen_through():
    (one,) = commands("sudo -u root timeout -k 1 5 docker exec -it <c> nice -n 5 systemctl restart app", "bash")
    assert (one.program, one.words) == ("systemctl", ("systemctl", "restart", "app"))
    assert one.placeholders == ("<c>",)


def test_each_command_of_a_line():
    text = "ls -l | grep 'a b' && (cd /x; rm -rf y) || echo $(id) # rm z"
    found = commands(text, "bash")
    assert [each.program for each in found] == ["ls", "grep", "cd", "rm", "echo", "id"]
    assert [each.text for each in found][1:4] == ["grep 'a b'", "cd /x", "rm -rf y"]
    assert found[1].words == ("grep", "a b")


def test_here_documents_comments_and_continuations():
    text = "# rm x\ncat <<'EOF' > /etc/app.conf\nrm y\nEOF\nsystemctl restart \\\n  app\n"
    cat, restart = commands(text, "bash")
    assert (cat.program, cat.kind, cat.text) == ("cat", Kind.CHANGES, "cat <<'EOF' > /etc/app.conf")
    assert restart.words == ("systemctl", "restart", "app")


@pytest.mark.parametrize("prompt", ["$ ", "root@web-1:~# ", "[root@web-1 ~]# ", "(venv) me@web:/srv$ ", "% ", "❯ "])
@pytest.mark.parametrize("tag", ["console", "", "bash", "text"])
def test_prompts(prompt, tag):
    text = f"{prompt}systemctl restart app\nok, done\n{prompt}df -h\nFilesystem      Size  Used Avail Use% Mounted on\n"
    restart, df = commands(text, tag)
    assert (restart.text, df.text) == ("systemctl restart app", "df -h")


def test_lines_of_windows():
    assert [each.words for each in commands("ls -l\r\ndf -h\r\n", "bash")] == [("ls", "-l"), ("df", "-h")]


def test_a_root_prompt_and_a_comment():
    assert [each.program for each in commands("# systemctl restart app\n", "console")] == ["systemctl"]
    assert commands("# restart the service then\nls -l\n", "bash")[0].program == "ls"
    assert [each.program for each in commands("# kill the old process\nkill 1\n")] == ["kill"]


def test_prompts_of_databases():
    assert [each.kind for each in commands("postgres=# DROP TABLE x;\n", "console")] == [Kind.DESTROYS]
    assert [each.kind for each in commands("mysql> SELECT 1 FROM t;\n")] == [Kind.SAFE]
    assert [each.kind for each in commands("127.0.0.1:6379> FLUSHALL\n")] == [Kind.DESTROYS]


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("yaml", "steps:\n  - run: rm -rf /\n"),
        ("yaml", 'command: ["sh", "-c", "rm -rf /data"]\n'),
        ("ini", "[Service]\nExecStart=/bin/rm -rf /srv\n"),
        ("text", "Then do this:\nrm -rf /srv\n"),
        ("log", "kubectl delete ns prod\n"),
        ("", "*/5 * * * * root rm -rf /srv/cache\n"),
        ("dockerfile", "RUN rm -rf /srv\n"),
        ("python", "import os\nos.system('rm -rf /')\n"),
    ],
)
def test_the_tag_does_not_hide_a_command(tag, text):
    assert kind(text, tag) in {Kind.DESTROYS, Kind.UNKNOWN}


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("log", "2026-03-02 10:11:12 ERROR worker killed by signal 9\n"),
        ("nginx", "proxy_read_timeout 60s;\nlocation / { return 502; }\n"),
        ("ini", "[Service]\nMemoryMax=2G\nRestart=always\n"),
        ("yaml", "services:\n  app:\n    mem_limit: 2g\n    image: app:1\n"),
        ("", "upstream app { server 127.0.0.1:8000; }\n"),
        ("text", "the kernel killed the process because memory was short\n"),
        ("json", '{"level": "error", "message": "connection refused"}\n'),
    ],
)
def test_what_stands_in_other_blocks_is_no_command(tag, text):
    assert commands(text, tag) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT count(*) FROM t WHERE a = 'DROP TABLE x; --'", Kind.SAFE),
        ("select 1 -- drop table x", Kind.SAFE),
        ("SHOW max_connections;", Kind.SAFE),
        ("EXPLAIN SELECT * FROM t", Kind.SAFE),
        ("EXPLAIN ANALYZE DELETE FROM t WHERE a = 1", Kind.CHANGES),
        ("ALTER SYSTEM SET work_mem = '4MB';", Kind.CHANGES),
        ("UPDATE t SET a = 1 WHERE b = 2", Kind.CHANGES),
        ("UPDATE t SET a = 1", Kind.DESTROYS),
        ("DELETE FROM t", Kind.DESTROYS),
        ("TRUNCATE t", Kind.DESTROYS),
        ("ALTER TABLE t DROP COLUMN a", Kind.DESTROYS),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", Kind.DESTROYS),
        ("SELECT * INTO OUTFILE '/tmp/x' FROM t", Kind.CHANGES),
        ("SELECT pg_read_file('/etc/passwd')", Kind.UNKNOWN),
        ("COPY t TO PROGRAM 'sh'", Kind.UNKNOWN),
        ("\\! rm -rf /", Kind.UNKNOWN),
        ("\\dt+", Kind.SAFE),
        ("SELECT $$ ; DROP TABLE x; $$", Kind.SAFE),
        ("FROB x", Kind.UNKNOWN),
    ],
)
def test_statements(text, expected):
    assert kind(text, "sql") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kill <pid>", ("<pid>",)),
        ("systemctl restart <your service>", ("<your service>",)),
        ("systemctl restart YOUR_SERVICE", ("YOUR_SERVICE",)),
        ("systemctl restart your-service", ("your-service",)),
        ("systemctl restart xxx", ("xxx",)),
        ("ping x.x.x.x", ("x.x.x.x",)),
        ("kill {pid}", ("{pid}",)),
        ("kill [pid]", ("[pid]",)),
        ("kill $PID", ("$PID",)),
        ("PID=1; kill $PID", ()),
        ("systemctl restart 你的服务名", ("你的服务名",)),
        ("systemctl restart <服务名>", ("<服务名>",)),
        ("kubectl logs POD_NAME -n NAMESPACE", ("POD_NAME", "NAMESPACE")),
        ("journalctl --since '<time of the failure - 5m>'", ("<time of the failure - 5m>",)),
        ("sort < in > out", ()),
        ("docker ps --format '{{.Names}}'", ()),
        ("curl -w '%{time_total}' http://127.0.0.1/", ()),
        ("ps aux | awk '{print}'", ()),
        ("ps aux | grep '[g]unicorn'", ()),
        ("cp a.{txt,md} $HOME", ()),
        ("ls /proc/[0-9]*", ()),
        ("mktemp /tmp/a.XXXXXX", ()),
        ("for i in 1 2; do echo $i; done", ()),
        ("git log HEAD..@{upstream}", ()),
    ],
)
def test_placeholders(text, expected):
    found = [name for each in commands(text, "bash") for name in each.placeholders]
    assert tuple(found) == expected
