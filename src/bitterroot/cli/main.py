"""The `bitterroot` command. Each sub-command is imported only when it is called."""

import importlib

import click

#: Sub-command -> the module here that has it, under the name `command`, and its one-line help.
COMMANDS = {
    "demo": ("demo", "Prepare and serve the demo university."),
    "setup": ("setup", "Make a university of your own, or bring it up to date."),
    "people": ("people", "Add people, grant roles, give out sign-in links."),
    "serve": ("serve", "Serve the screens and the public pages."),
    "worker": ("worker", "Do the background work: issuing, mails, reminders."),
    "mail": ("mail", "Take in reports of mails that came back."),
    "list": ("lists", "Check tracking lists."),
    "students": ("students", "Import the extract of the student system."),
    "verify": ("verify", "Check anyone's Open Badges 3.0 credential."),
    "vc-api": ("vc_api", "Serve a VC-API on loopback, for conformance suites."),
    "policy": ("policy", "Check, draw, compare and apply the rules of an institution."),
    "keys": ("keys", "List, rotate, retire and withdraw the signing keys; rehearse the worst."),
    "sign-with": ("sign_with", "Sign with a key in a hardware module or a cloud's key service."),
    "canaries": ("canaries", "Check whether verifiers say of our badges what they must."),
    "export": ("archive", "Write an archive that verifies without Bitterroot."),
    "import": ("restore", "Restore an archive into an empty installation."),
    "audit": ("audit", "Check that the record was not tampered with."),
    "scripts": ("scripts", "Tell in which scripts names are drawn on certificates here."),
    "bench": ("bench", "Measure against what the machine could do at best."),
}  # fmt: skip


class Lazy(click.Group):
    """A group that knows its commands by name and loads the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bitterroot.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table itself, so that `--help` loads nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bitterroot")
def main() -> None:
    """Bitterroot: a university's micro-credentials, from proposal to verifiable badge."""
