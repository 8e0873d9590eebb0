#!/usr/bin/env python3
"""Checks that AdapterHub's adapters reads the adapters which Graft writes, and computes what Graft computes.

    adapterhub_check.py [--device cpu|cuda] CASES

CASES is a folder of folders, as AdapterHubCheckCases and ForeignReadCheck (the test classes of these names) write them,
each with

    base/                   a Hugging Face model: config.json, model.safetensors
    adapter/                the adapter as Graft saved it, with its head if it has one
    expected.safetensors    in.input_ids, in.attention_mask (rows, tokens); logits: (rows, labels), or (rows, tokens,
                            vocabulary)

For each case the library loads the adapter onto the base. Two things must hold:
  * max|a - b| / max|b| of the logits of real tokens is at most 1e-5, in float32 (b: the library's)
  * what the library saves again has the same configuration and the same tensors, bit for bit
One line is printed for each case, and one for each thing that fails; the exit code is 1 if any does, 2 if there are no cases.
Needs torch, transformers 4.57, adapters, safetensors. Made with adapters 1.3.
"""

import json
import pathlib
import sys
import tempfile

from cases import TOLERANCE, distance, run

import adapters
import torch
import transformers
from safetensors.torch import load_file


def differences(ours, theirs):
    """What differs between two folders."""
    found = []
    for file in ("adapter_config.json", "head_config.json"):
        if (ours / file).exists() != (theirs / file).exists():
            found.append(f"{file} is there {'only for Graft' if (ours / file).exists() else 'only for the library'}")
        elif (ours / file).exists():
            a, b = (json.loads((folder / file).read_text()) for folder in (ours, theirs))
            for each in (a, b):
                each.pop("model_name")
                each.pop("version")
            found += [f"{file} has {key}={a.get(key)}, the library {b.get(key)}"
                      for key in sorted(a.keys() | b.keys()) if a.get(key) != b.get(key)]
    for file in ("adapter.safetensors", "model_head.safetensors"):
        if (ours / file).exists() and (theirs / file).exists():
            a, b = load_file(ours / file), load_file(theirs / file)
            if not a.keys() <= b.keys():  # the library saves a pooler of the base, too
                found.append(f"{file} has besides {', '.join(sorted(a.keys() - b.keys()))}")
            found += [f"{name} changes" for name in sorted(a.keys() & b.keys()) if not torch.equal(a[name], b[name])]
    return found


def check(case, device):
    """Compares a case: nothing on how, the relative difference, and what fails."""
    adapter = case / "adapter"
    configuration = json.loads((adapter / "adapter_config.json").read_text())
    model_class = getattr(transformers, configuration["model_class"])
    base = json.loads((case / "base" / "config.json").read_text())
    labels = {}
    if (adapter / "head_config.json").exists():
        labels = {"num_labels": json.loads((adapter / "head_config.json").read_text())["num_labels"]}
    model = model_class.from_pretrained(case / "base", dtype=torch.float32, **labels)
    adapters.init(model)
    name = model.load_adapter(str(adapter), use_safetensors=True, set_active=True)
    model.to(device).eval()
    expected = load_file(case / "expected.safetensors")
    ids, mask = (expected[each].to(device) for each in ("in.input_ids", "in.attention_mask"))
    theirs = model(input_ids=ids, attention_mask=mask).logits.float().cpu()
    real = mask.bool().cpu() if theirs.dim() == 3 else slice(None)
    difference = distance(expected["logits"][real], theirs[real])
    found = []
    if not difference <= TOLERANCE:  # so that NaN fails
        found.append(f"the logits differ by {difference:.1e}, allowed {TOLERANCE:.0e}")
    with tempfile.TemporaryDirectory() as folder:
        model.save_adapter(folder, name, with_head=bool(labels), use_safetensors=True)
        found += differences(adapter, pathlib.Path(folder))
    return f"{base['model_type']} ", difference, found


if __name__ == "__main__":
    sys.exit(run(__doc__.splitlines()[0], (adapters, transformers, torch), check))
