#!/usr/bin/env python3
"""Checks that Hugging Face PEFT reads the adapters which Graft writes, and computes what Graft computes.

    peft_check.py [--device cpu|cuda] CASES

CASES is a folder of folders, as PeftCheckCases (the test class of this name) writes them, each with

    base/                   a Hugging Face model: config.json, model.safetensors
    adapter/                the adapter as Graft saved it: adapter_config.json, adapter_model.safetensors
    expected.safetensors    in.input_ids, in.attention_mask (rows, tokens); logits, as Graft computed them:
                            (rows, labels), or (rows, tokens, vocabulary) for a CAUSAL_LM

For each case PEFT loads the adapter onto the base. These things must hold:
  * max|a - b| / max|b| of the logits of real tokens is at most 1e-5, in float32 (b: PEFT's)
  * the adapter changes the base's logits by more than a hundred times that, so that the first says something
  * what a folder merged/ holds, the model with the adapter merged into it, loads whole and has the same logits
  * what PEFT saves again has the same keys in its configuration, and the same tensors, bit for bit
One line is printed for each case, and one for each thing that fails; the exit code is 1 if any does, 2 if there are no cases.
Needs torch, transformers, peft, safetensors. Made with transformers 5.17 and peft 0.21.
"""

import json
import pathlib
import sys
import tempfile
import warnings

from cases import TOLERANCE, distance, run

import peft
import torch
import transformers
from safetensors.torch import load_file

TASKS = {
    "SEQ_CLS": transformers.AutoModelForSequenceClassification,
    "CAUSAL_LM": transformers.AutoModelForCausalLM,
}


def logits(model, expected, real, device):
    """The logits of real tokens, or of rows: (real tokens or rows, width)."""
    ids, mask = (expected[name].to(device) for name in ("in.input_ids", "in.attention_mask"))
    all = model(input_ids=ids, attention_mask=mask).logits.float().cpu()
    return (all[:, -ids.shape[1]:] if all.dim() == 3 else all)[real]  # virtual tokens have logits, too


def without_tables(names):
    """PEFT rewrites the names of tables that are to stay tied."""
    return sorted({name for name in names if str(name).split(".")[-1] not in ("embed_tokens", "wte", "lm_head")})


def differences(case, again):
    """What differs between an adapter and what PEFT saved after loading it."""
    found = []
    ours, theirs = (json.loads((folder / "adapter_config.json").read_text()) for folder in (case, again))
    for what, keys in (("lacks", theirs.keys() - ours.keys()), ("has besides", ours.keys() - theirs.keys())):
        if keys:
            found.append(f"the configuration {what} {', '.join(sorted(keys))}")
    free = {"base_model_name_or_path", "peft_version", "auto_mapping", "inference_mode"}
    if "lm_head" in (ours.get("target_modules") or []):
        free.add("fan_in_fan_out")  # PEFT takes that of the module that it looks at last
    for key in sorted((ours.keys() & theirs.keys()) - free):
        # PEFT adds the names of heads to modules_to_save each time that it loads.
        a, b = (without_tables(value) if isinstance(value, list) else value for value in (ours[key], theirs[key]))
        if a != b:
            found.append(f"the configuration has {key}={a}, PEFT {b}")
    ours, theirs = (load_file(folder / "adapter_model.safetensors") for folder in (case, again))
    # Base tables are saved of PEFT's own accord where one of them is a target.
    lacking = {name for name in theirs.keys() - ours.keys() if not name.endswith(".base_layer.weight")}
    for what, names in (("lacks", lacking), ("has besides", ours.keys() - theirs.keys())):
        if names:
            found.append(f"the tensors' file {what} {', '.join(sorted(names))}")
    for name in sorted(ours.keys() & theirs.keys()):
        a, b = ours[name], theirs[name]
        if (a.dtype, a.shape) != (b.dtype, b.shape):
            found.append(f"{name} is {a.dtype} {list(a.shape)}, PEFT's {b.dtype} {list(b.shape)}")
        elif not torch.equal(a, b):
            found.append(f"{name} changes by {(a - b).abs().max():.1e}")
    return found


def merged(case, task, expected, real, theirs, device):
    """What is wrong with a merged model."""
    whole, loading = TASKS[task].from_pretrained(case / "merged", dtype=torch.float32, output_loading_info=True)
    found = [f"of the merged model, {what}: {', '.join(names)}" for what, names in loading.items() if names]
    difference = distance(logits(whole.to(device).eval(), expected, real, device), theirs)
    if not difference <= TOLERANCE:
        found.append(f"the merged model's logits differ by {difference:.1e}, allowed {TOLERANCE:.0e}")
    return found


def check(case, device):
    """Compares a case: nothing on how, the relative difference, and what fails."""
    task = json.loads((case / "adapter" / "adapter_config.json").read_text()).get("task_type")
    if task not in TASKS:
        return "", float("nan"), [f"the configuration's task_type is {task}, expected one of {', '.join(TASKS)}"]
    base = TASKS[task].from_pretrained(case / "base", dtype=torch.float32).to(device).eval()
    expected = load_file(case / "expected.safetensors")
    real = expected["in.attention_mask"].bool() if task == "CAUSAL_LM" else slice(None)
    ours = expected["logits"][real]
    plain = logits(base, expected, real, device)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*missing adapter keys.*")
        model = peft.PeftModel.from_pretrained(base, case / "adapter").to(device).eval()
    theirs = logits(model, expected, real, device)
    scale = theirs.abs().max()
    difference = distance(ours, theirs)
    found = []
    if not difference <= TOLERANCE:  # so that NaN fails
        found.append(f"the logits differ by {difference:.1e} of {scale:.3g}, allowed {TOLERANCE:.0e}")
    if not ((plain - theirs).abs().max() / scale).item() > 100 * TOLERANCE:
        found.append("the adapter does not change the base's logits")
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        found += differences(case / "adapter", pathlib.Path(folder))
    if (case / "merged").exists():
        found += merged(case, task, expected, real, theirs, device)
    return "", difference, found


if __name__ == "__main__":
    sys.exit(run(__doc__.splitlines()[0], (peft, transformers, torch), check))
