"""Other tools as they are run by their users, each from an environment of its own.

    python -m venv ENVS/urlwatch && ENVS/urlwatch/bin/pip install urlwatch
    python -m venv ENVS/webchanges && ENVS/webchanges/bin/pip install webchanges
    python -m venv ENVS/changedetection.io && ENVS/changedetection.io/bin/pip install changedetection.io

A contender is given addresses once; `check` has it look at all of them once and says
what it told of each: same, changed, error. CPU and memory are of its own processes.
Nothing is patched; settings are the defaults but for what loopback needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

__all__ = ["Contender", "Look", "contenders"]

_LONGEST_S = 900.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look at all pages. `told` says by address: same, changed, error."""

    told: Mapping[str, str]
    cpu_s: float
    wall_s: float
    peak_mib: float


class Contender(Protocol):
    name: str

    def begin(self, folder: Path, urls: Sequence[str]) -> None: ...

    def check(self) -> Look: ...

    def end(self) -> None: ...


def contenders(envs: Path) -> list[Contender]:
    """Return those that are installed under `envs`; says which are not."""
    known: list[Contender] = [
        _Urlwatch(envs / "urlwatch"),
        _Webchanges(envs / "webchanges"),
        _ChangeDetection(envs / "changedetection.io"),
    ]
    there = []
    for tool in known:
        if (envs / tool.name / "bin" / tool.name).exists():
            there.append(tool)
        else:
            print(f"  {tool.name} is not installed under {envs}: left out", flush=True)
    return there


class _Command:
    """A tool that looks at everything when it is run, and says so on its standard output."""

    name = ""
    jobs_file = ""

    def __init__(self, env: Path) -> None:
        self._program = env / "bin" / self.name

    def begin(self, folder: Path, urls: Sequence[str]) -> None:
        self._folder = folder
        self._urls = urls
        folder.mkdir(parents=True, exist_ok=True)
        jobs = "---\n".join(f"name: p{number}\nurl: {url}\n" for number, url in enumerate(urls))
        (folder / self.jobs_file).write_text(jobs)
        (folder / "config.yaml").write_text(_REPORTS)
        (folder / "hooks.py").write_text("")
        (folder / "hooks.py").chmod(0o600)

    def check(self) -> Look:
        began = time.perf_counter()
        report = self._folder / "report.txt"
        with report.open("w") as out:
            process = subprocess.Popen(
                [str(self._program), *self.options()],
                cwd=self._folder,
                env=_environment(self._folder),
                stdout=out,
                stderr=subprocess.DEVNULL,
            )
            _, _, usage = os.wait4(process.pid, 0)  # of this one alone
        return Look(
            told=self._read(report.read_text()),
            cpu_s=usage.ru_utime + usage.ru_stime,
            wall_s=time.perf_counter() - began,
            peak_mib=usage.ru_maxrss / 1024,
        )

    def end(self) -> None:
        """Nothing runs."""

    def options(self) -> list[str]:
        raise NotImplementedError

    def _read(self, said: str) -> dict[str, str]:
        """Read the report: one headline for each page of which there is anything to tell."""
        told = dict.fromkeys(self._urls, "same")
        for line in said.splitlines():
            words = {"CHANGED": "changed", "NEW": "new", "ERROR": "error", "UNCHANGED": "same"}
            for word, meaning in words.items():
                for number, url in enumerate(self._urls):
                    if f"{word}: p{number} " in f"{line} ":
                        told[url] = meaning
        return told


class _Urlwatch(_Command):
    name = "urlwatch"
    jobs_file = "urls.yaml"

    def options(self) -> list[str]:
        options = ["--urls", "urls.yaml", "--config", "config.yaml"]
        return [*options, "--hooks", "hooks.py", "--cache", "cache.db"]


class _Webchanges(_Command):
    name = "webchanges"
    jobs_file = "jobs.yaml"

    def options(self) -> list[str]:
        options = ["--jobs", "jobs.yaml", "--config", "config.yaml"]
        return [*options, "--hooks", "hooks.py", "--database", "snapshots.db"]


class _ChangeDetection:
    """A server with an API; one process for as long as it is asked."""

    name = "changedetection.io"
    port = 15998

    def __init__(self, env: Path) -> None:
        self._program = env / "bin" / self.name
        self._process: subprocess.Popen[bytes] | None = None
        self._ids: dict[str, str] = {}

    def begin(self, folder: Path, urls: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "data"
        data.mkdir(exist_ok=True)
        command = [str(self._program), "-h", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(
            [*command, "-d", str(data), "-C"],
            cwd=folder,
            env=_environment(folder)
            | {
                "ALLOW_IANA_RESTRICTED_ADDRESSES": "true",  # it may watch loopback
                "MINIMUM_SECONDS_RECHECK_TIME": "0",
                "DISABLE_VERSION_CHECK": "true",
                # What it watches by itself at first is on the Internet: that stays here.
                "HTTPS_PROXY": "http://127.0.0.1:9",
                "NO_PROXY": "127.0.0.0/8,127.0.0.1,localhost,"
                + ",".join(f"127.0.0.{n}" for n in range(1, 60)),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._key = self._wait_for_key(data / "changedetection.json")
        for uuid in self._call("GET", "watch"):
            self._call("DELETE", f"watch/{uuid}")
        self._ids = {url: self._call("POST", "watch", {"url": url})["uuid"] for url in urls}
        self._seen = dict.fromkeys(urls, (0, 0))
        self._settle(dict.fromkeys(self._ids.values(), 0))  # the first look is by itself
        self._changes()

    def check(self) -> Look:
        before = {uuid: int(view["last_checked"]) for uuid, view in self._views().items()}
        time.sleep(1.1)  # its instants are whole seconds
        cpu, began = self._cpu_s(), time.perf_counter()
        self._call("GET", "watch?recheck_all=1")
        self._settle(before)
        return Look(
            told=self._changes(),
            cpu_s=self._cpu_s() - cpu,
            wall_s=time.perf_counter() - began,
            peak_mib=self._status_kib("VmHWM") / 1024,
        )

    def end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    def _changes(self) -> dict[str, str]:
        told = {}
        for url, uuid in self._ids.items():
            view = self._call("GET", f"watch/{uuid}")
            history = int(view["history_n"])
            known = self._seen[url][0]
            changed = history > known > 0
            told[url] = "error" if view["last_error"] else "changed" if changed else "same"
            self._seen[url] = (history, 0)
        return told

    def _views(self) -> dict[str, Any]:
        found: dict[str, Any] = self._call("GET", "watch")
        return found

    def _settle(self, before: Mapping[str, int]) -> None:
        """Wait until every watch was looked at since `before`."""
        until = time.monotonic() + _LONGEST_S
        while time.monotonic() < until:
            views = self._views()
            late = [u for u, at in before.items() if int(views[u]["last_checked"]) <= at]
            if not late and self._call("GET", "systeminfo")["queue_size"] == 0:
                time.sleep(1.0)  # the last one writes
                return
            time.sleep(0.5)
        raise TimeoutError(f"{self.name} did not come to an end")

    def _wait_for_key(self, file: Path) -> str:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                settings = json.loads(file.read_text())["settings"]
                self._key = str(settings["application"]["api_access_token"])
                self._call("GET", "systeminfo")
            except (OSError, ValueError, KeyError):
                time.sleep(0.5)
            else:
                return self._key
        raise TimeoutError(f"{self.name} did not start")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"x-api-key": self._key, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            said = answer.read()
        return json.loads(said) if said.strip() else None

    def _cpu_s(self) -> float:
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = sum(int(fields[n]) for n in (11, 12, 13, 14))  # own and of ended children
        return ticks / os.sysconf("SC_CLK_TCK")

    def _status_kib(self, name: str) -> int:
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split(f"{name}:")[1].split()[0])


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}


_REPORTS = """\
display: {new: true, error: true, unchanged: false}
report:
  text: {details: false, footer: false, line_length: 200}
  stdout: {enabled: true, color: false}
"""

if __name__ == "__main__":
    sys.exit("run bench/crawl.py or bench/faults.py")
