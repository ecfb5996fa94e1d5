"""The graph of components, run in its order without asking dask for it each time.

At every message and every prediction Rasa walks its schema for the nodes that are needed, builds a
dask graph of them and has it scheduled, on one thread. The nodes that a target needs, and their
order, never change while a model is loaded.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.exceptions import InvalidConfigException, RasaException

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """A node in its turn: where its inputs come from, and under which names it gets them."""

    name: str
    node: GraphNode
    needs: tuple[str, ...]
    inputs: dict[str, str] | None
    """None when there is more to running it than calling its component."""

    def run(self, results: dict[str, Any]) -> Any:
        """What the node answers to the results so far, with its name."""
        if self.inputs is None or not all(type(results.get(one)) is tuple for one in self.needs):
            # What nobody provides reaches the node as its name, and the node says so.
            return self.node(*[results.get(one, one) for one in self.needs])
        given = {name: results[source][1] for name, source in self.inputs.items()}
        try:
            return self.name, self.node._fn(self.node._component, **given)
        except InvalidConfigException:
            raise
        except RasaException:
            logger.error("component %s failed", self.name)
            raise
        except Exception as error:
            raise GraphComponentException(
                f"Error running graph component for node {self.name}."
            ) from error


Order = list[Step]


def apply() -> None:
    """Let graphs run this way."""
    DaskGraphRunner.run = run


def run(
    self: DaskGraphRunner,
    inputs: dict[str, Any] | None = None,
    targets: list[str] | None = None,
) -> dict[str, Any]:
    """What the `targets` (by default those of the schema) answer to `inputs`.

    Raises GraphRunError, and what a node raises.
    """
    wanted = tuple(targets if targets else self._graph_schema.target_names)
    order = _order(self, wanted)
    # With the names of the nodes, so that an input that clashes with one is noticed.
    results: dict[str, Any] = {step.name: None for step in order}
    self._add_inputs_to_graph(inputs, results)
    try:
        for step in order:
            results[step.name] = step.run(results)
        return dict(results[one] for one in wanted)
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error


def _order(runner: DaskGraphRunner, wanted: tuple[str, ...]) -> Order:
    """The nodes that are needed for `wanted`, each after those that it needs."""
    orders: dict[tuple[str, ...], Order] = runner.__dict__.setdefault("_orders", {})
    if wanted not in orders:
        nodes = runner._graph_schema.minimal_graph_schema(list(wanted)).nodes
        order: Order = []
        placed: set[str] = set()

        def is_rules(name: str) -> bool:
            return name in nodes and issubclass(nodes[name].uses, RulePolicy)

        def place(name: str) -> None:
            if name in placed or name not in nodes:
                return
            placed.add(name)
            needs = tuple(nodes[name].needs.values())
            # Rules before the other policies, which may be spared (`rules`).
            for one in sorted(needs, key=lambda one: not is_rules(one)):
                place(one)
            node = runner._instantiated_nodes[name]
            plain = node._eager and not node._hooks
            order.append(Step(name, node, needs, dict(node._inputs) if plain else None))

        for name in wanted:
            place(name)
        orders[wanted] = order
    return orders[wanted]
