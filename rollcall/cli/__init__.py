"""The command `rollcall`."""

import sys

import click
from pydantic import ValidationError

from rollcall import RollcallError, Settings, __version__
from rollcall.cli.audit import audit
from rollcall.cli.doctor import doctor
from rollcall.cli.keys import keys
from rollcall.cli.people import people
from rollcall.cli.permissions import permissions
from rollcall.cli.statistics import statistics
from rollcall.cli.students import students
from rollcall.cli.types import types
from rollcall.cli.verify import verify
from rollcall.operation.home import OperationError
from rollcall.operation.instance import Instance
from rollcall.operation.ports import NoFreePort
from rollcall.operation.worker import run_worker
from rollcall.storage.mongod import MongodFailed, MongodMissing


@click.group()
@click.version_option(__version__, package_name="rollcall")
@click.pass_context
def cli(context: click.Context) -> None:
    """Rollcall: an employee-operations assistant that keeps the record.

    What can be set is read from the environment (ROLLCALL_HOME, ROLLCALL_PORT, MONGODB_URI …).
    """
    context.obj = Settings()


@cli.command()
@click.pass_obj
def up(settings: Settings) -> None:
    """Start everything and keep it running until Ctrl-C."""
    Instance(settings).run()


@cli.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """Do what happens from time to time: expire sessions, end idle meetings, seal the audit
    chain."""
    run_worker(settings)


cli.add_command(people)
cli.add_command(students)
cli.add_command(audit)
cli.add_command(statistics)
cli.add_command(keys)
cli.add_command(doctor)
cli.add_command(permissions)
cli.add_command(types)
cli.add_command(verify)


def main() -> None:
    """Run the command; a problem is one line on stderr and an exit code of 1 (2 for usage)."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as ending:
        sys.exit(ending.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ValidationError as error:
        _fail("; ".join(_setting(each["loc"], each["msg"]) for each in error.errors()))
    except (OperationError, RollcallError, MongodFailed, MongodMissing, NoFreePort) as error:
        _fail(str(error))
    else:
        # What a command ends its context with comes back as a value.
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> None:
    click.secho("rollcall: " + " ".join(message.split()), fg="red", err=True)
    sys.exit(1)


def _setting(location: tuple[int | str, ...], problem: str) -> str:
    name = str(location[0]).upper() if location else "?"
    name = name if name == "MONGODB_URI" else f"ROLLCALL_{name.removeprefix('ROLLCALL_')}"
    return f"{name}: {problem[:1].lower()}{problem[1:]}"
