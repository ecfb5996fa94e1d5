"""Where Rasa and the action server are: this instance's own, or those that the settings list."""

from rollcall.operation.home import Home


def rasa_servers(home: Home) -> tuple[str, ...]:
    """The addresses that turns are sent to, without a slash at the end."""
    return home.settings.rasa_urls or (f"http://127.0.0.1:{home.ports.rasa}",)


def action_servers(home: Home) -> tuple[str, ...]:
    """The addresses that actions are called at, without a slash at the end."""
    return home.settings.actions_urls or (f"http://127.0.0.1:{home.ports.actions}",)
