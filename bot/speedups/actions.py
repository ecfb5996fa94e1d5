"""The one action that is wanted, without making all of Rasa's own.

For every action that runs, and once more for each message, Rasa makes its twelve default actions to
see whether the name is one of theirs, and looks through the lists of the domain.
"""

from __future__ import annotations

from collections.abc import Callable

from rasa.core.actions import action as stock
from rasa.core.actions.action import Action, ActionExtractSlots, RemoteAction, default_actions
from rasa.core.actions.two_stage_fallback import TwoStageFallbackAction
from rasa.shared.constants import UTTER_PREFIX
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

_stock = stock.action_for_name_or_text
_CALLING = (ActionExtractSlots, TwoStageFallbackAction)
_defaults: dict[str, Callable[..., Action]] = {one.name(): type(one) for one in default_actions()}


def apply() -> None:
    """Let actions be made this way."""
    stock.action_for_name_or_text = action_for_name_or_text


def action_for_name_or_text(
    action_name_or_text: str, domain: Domain, action_endpoint: EndpointConfig | None
) -> Action:
    """The action of this name; raises `ActionNotFoundException` when the domain has none."""
    known = domain.__dict__.get("_plainly_made")
    if known is None:
        known = domain.__dict__["_plainly_made"] = _plainly_made(domain)
    kind = known.get(action_name_or_text)
    if kind is None:
        made: Action = _stock(action_name_or_text, domain, action_endpoint)
        return made
    if kind is RemoteAction:
        return RemoteAction(action_name_or_text, action_endpoint)
    return kind(action_endpoint) if kind in _CALLING else kind()


def _plainly_made(domain: Domain) -> dict[str, Callable[..., Action]]:
    """What is made for a name, for default actions that nobody overrode and those of the action
    server; forms, utterances and retrieval are left to Rasa."""
    own, texts = set(domain.user_actions_and_forms), set(domain.action_texts)
    found: dict[str, Callable[..., Action]] = {}
    for name in domain.action_names_or_texts:
        if name in _defaults and name not in own:
            found[name] = _defaults[name]
        elif not (name in texts or name in domain.form_names or name.startswith(UTTER_PREFIX)):
            found[name] = RemoteAction
    return found
