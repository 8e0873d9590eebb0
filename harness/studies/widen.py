"""Makes a BERT of twice the width that computes what a given one computes.

    python widen.py MODEL OUTPUT

Both are Hugging Face folders. Every unit is there twice: hidden states, heads and the units between. A matrix W becomes
[[W/2 + N, W/2 - N], [W/2 + M, W/2 - M]] with noise N, M that cancels while the two halves of its input are equal, and that
gives it the scale that weights of that width have. So the two models differ in their width, and in nothing else that they know:
what a learning rate must follow can be told apart from what a larger model was taught.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy
from safetensors.numpy import load_file, save_file

model, output = Path(sys.argv[1]), Path(sys.argv[2])
random = numpy.random.default_rng(1)
config = json.loads((model / "config.json").read_text())
output.mkdir(parents=True, exist_ok=True)
for name in ("hidden_size", "num_attention_heads", "intermediate_size"):
    config[name] *= 2
(output / "config.json").write_text(json.dumps(config, indent=2))
for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
    if (model / file).exists():
        shutil.copy(model / file, output / file)


def widened(name, tensor):
    if tensor.ndim == 0 or not numpy.issubdtype(tensor.dtype, numpy.floating):
        return tensor
    if tensor.ndim == 1:  # biases, norms
        return numpy.concatenate([tensor, tensor])
    if "embeddings" in name:  # (rows, width)
        return numpy.concatenate([tensor, tensor], axis=1)
    rows = []
    for _ in range(2):
        noise = (random.standard_normal(tensor.shape) * tensor.std() / 2).astype(tensor.dtype)
        rows.append(numpy.concatenate([tensor / 2 + noise, tensor / 2 - noise], axis=1))
    return numpy.concatenate(rows, axis=0)


save_file({name: widened(name, tensor) for name, tensor in load_file(model / "model.safetensors").items()},
          output / "model.safetensors", metadata={"format": "pt"})
