"""What can be checked whether or not anything runs: files, secrets, settings."""

import os
import stat
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rollcall.operation.checks import check_production, is_loopback
from rollcall.operation.doctor.findings import Deployment, Finding, failed, ok, warning
from rollcall.operation.home import Home, OperationError

FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
SHORTEST_SECRET = 16
NEVER_STARTED = "start Rollcall once with `rollcall up`: it makes what is missing"


def files(deployment: Deployment) -> Iterator[Finding]:
    """The folder of the instance and what is in it belong to us, and nobody else reads them."""
    home = deployment.home
    if not home.path.is_dir():
        yield failed("files", f"{home.path} does not exist", NEVER_STARTED)
        return
    wrong = [finding for path in _private(home) if (finding := _look_at(path))]
    yield from wrong
    if not wrong:
        yield ok("files", f"only their owner reads {home.path}")


def _private(home: Home) -> list[Path]:
    """Everything that only its owner may read. What the folders hold is behind them."""
    named = [home.path, home.db, home.logs, home.secrets_file, home.demo_accounts_file]
    return [path for path in named if path.exists() or path.is_symlink()]


def _look_at(path: Path) -> Finding | None:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return failed("files", f"{path} is a link", f"put the real file or folder at {path}")
    if found.st_uid != os.geteuid():
        who = f"user {os.geteuid()}"
        return failed("files", f"{path} belongs to somebody else", f"give it to {who} with chown")
    if found.st_mode & FOR_OTHERS:
        mode = "700" if path.is_dir() else "600"
        seen = f"others can open {path} (mode {stat.S_IMODE(found.st_mode):o})"
        advice = f"chmod {mode} {path}"
        if path.name == "secrets.json":
            advice += " and then `rollcall keys rotate`: somebody may have read it"
        return failed("files", seen, advice)
    return None


def secrets(deployment: Deployment) -> Iterator[Finding]:
    """The keys are there, random, and each a different one; so is what others share with us."""
    home = deployment.home
    if not home.secrets_file.exists():
        yield failed("secrets", f"{home.secrets_file} is missing", NEVER_STARTED)
        return
    try:
        found = home.secrets
    except OperationError as error:
        seen, _, todo = str(error).partition(": ")
        yield failed("secrets", seen, todo)
        return
    keys = asdict(found)
    old = keys.pop("access_keys_before")
    if len({*keys.values(), *old}) < len(keys) + len(old):
        yield failed(
            "secrets",
            f"one key serves two purposes in {home.secrets_file}",
            "delete the file and start again: everyone signs in anew",
        )
        return
    zoom = deployment.settings.zoom_secret
    if zoom is not None and len(zoom.get_secret_value()) < SHORTEST_SECRET:
        yield failed(
            "secrets",
            f"ROLLCALL_ZOOM_SECRET has fewer than {SHORTEST_SECRET} characters",
            "copy the whole secret token of the Zoom app: who guesses it can fake attendance",
        )
        return
    yield ok("secrets", f"{len(keys)} keys of 32 random bytes")


def transport(deployment: Deployment) -> Iterator[Finding]:
    """Nobody on the way can read passphrases and cookies."""
    settings = deployment.settings
    local = is_loopback(settings.host)
    if settings.behind_tls:
        yield ok("TLS", "a proxy ends TLS; cookies are Secure, __Host- and sent over https only")
        if not local:
            yield warning(
                "TLS",
                f"the web server listens on {settings.host}, so it can be reached past the proxy",
                "leave ROLLCALL_HOST alone if the proxy is on this machine, else let a firewall "
                "admit only the proxy",
            )
    elif not local:
        yield failed(
            "TLS",
            f"the web server listens on {settings.host} without TLS",
            "put a proxy that ends TLS in front and set ROLLCALL_BEHIND_TLS=1, or unset "
            "ROLLCALL_HOST",
        )
    elif deployment.in_production:
        yield failed(
            "TLS",
            "cookies are not Secure",
            "put a proxy that ends TLS in front and set ROLLCALL_BEHIND_TLS=1",
        )
    else:
        yield ok("TLS", "none, and none needed: only this machine reaches the web server")


def environment(deployment: Deployment) -> Iterator[Finding]:
    """Settings that suit what the instance is for."""
    settings = deployment.settings
    if not deployment.in_production:
        if not is_loopback(settings.host) or settings.behind_tls:
            yield failed(
                "settings",
                "others can reach an instance that is set up for development",
                "set ROLLCALL_ENV=production: it refuses demo accounts",
            )
            return
        yield ok("settings", "development, for this machine only")
        return
    try:
        check_production(settings, deployment.home)
    except OperationError as error:
        seen, _, todo = str(error).partition(": ")
        yield failed("settings", seen, todo or "change that setting")
        return
    open_sites = [one for one in settings.embed_origins if not one.startswith("https://")]
    if open_sites:
        yield failed(
            "settings",
            f"a page without TLS may embed the chat: {', '.join(open_sites)}",
            "name only https:// sites in ROLLCALL_EMBED_ORIGINS",
        )
        return
    limits = ("api_per_minute", "address_per_minute", "chat_per_minute", "guest_chat_per_minute",
              "guests_per_minute")  # fmt: skip
    unlimited = [f"ROLLCALL_{name.upper()}" for name in limits if not getattr(settings, name)]
    if unlimited:
        yield failed(
            "settings",
            f"there is no limit to calls: {', '.join(unlimited)}",
            "unset what is 0, and the default holds",
        )
        return
    yield ok("settings", "production")
