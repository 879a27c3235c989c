"""The group of all commands, each loaded when it is asked for."""

from importlib import import_module
from typing import Any

import click
from typing_extensions import override

from web.cli.failing import told_in_one_sentence
from web.ops.logging import configure

# Command -> module and name of its function. Loading all of them would slow each of them down.
COMMANDS = {
    "access": "web.cli.access:access",
    "check": "web.cli.check:check",
    "demo": "web.cli.demo:demo",
    "export": "web.cli.plan:export_",
    "import": "web.cli.plan:import_",
    "migrate": "web.cli.processes:migrate_",
    "projector": "web.cli.processes:projector",
    "rebuild": "web.cli.rebuild:rebuild_",
    "remind": "web.cli.remind:remind",
    "serve": "web.cli.processes:serve_",
    "template": "web.cli.plan:template",
    "timezone": "web.cli.zone:timezone_",
    "token": "web.cli.token:token",
    "verify": "web.cli.verify:verify",
}


class CommandGroup(click.Group):
    """Lists and loads the commands above, and turns what they raise into one sentence and an exit code."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None

    @override
    def invoke(self, ctx: click.Context) -> Any:
        configure("error")  # commands that run on say otherwise; standard output stays for what was asked
        with told_in_one_sentence():
            return super().invoke(ctx)


@click.group(
    cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="throughline", message="%(prog)s %(version)s")
def main() -> None:
    """Throughline: how the objectives of an organisation hang together, and how that changed.

    \b
    Exit codes: 0 done; 1 refused, or something is wrong; 2 the command or a setting is mistaken.
    DATABASE_URL names the database; without it commands use the embedded server of the data folder
    (--data-dir or THROUGHLINE_DATA_DIR, default .throughline), started for as long as they run.
    """
