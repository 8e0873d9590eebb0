#!/usr/bin/env python3
"""Checks that Python loads what Graft exports, without Graft, and computes what Graft computes.

    torchscript_check.py [--device cpu|cuda] CASES

CASES is a folder of folders, as ExportCheckCases (the test class of this name) writes them, each with

    module.pt               as Attachment.exportTorchScript wrote it; loaded by torch.jit.load
    huggingface/            as Saved.exportHuggingFace wrote it, where the stack can be merged; loaded by
                            transformers, by the class that its config.json names
    expected.safetensors    in.input_ids, in.attention_mask, perhaps in.token_type_ids (rows, tokens); logits, as
                            Graft computed them: (rows, labels) or (rows, tokens, vocabulary)

For each case max|a - b| / max|b| of the logits of real tokens must be at most 1e-5, in float32 (a: Graft's), for the
module with its inputs by position and by name, moved to the device by map_location and by to(), and for each row alone
without a mask; and for transformers, which must find every weight of its class and no other.
One line is printed for each case, and one for each thing that fails; the exit code is 1 if any does, 2 if there are no cases.
Needs torch, safetensors, and for huggingface/ transformers.
"""

import json
import sys

from cases import TOLERANCE, distance, run

import torch
from safetensors.torch import load_file


def difference(ours, theirs):
    return distance(ours, theirs.float().cpu())


def differences(case, device):
    """Each way to compute a case, and how far Graft's logits are from what it gives."""
    expected = load_file(case / "expected.safetensors")
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if f"in.{name}" in expected]
    inputs = {name: expected[f"in.{name}"].to(device) for name in names}
    mask = expected["in.attention_mask"].bool()
    tokens = expected["logits"].dim() == 3
    real = mask if tokens else slice(None)
    ours = expected["logits"][real]

    module = torch.jit.load(case / "module.pt", map_location=device)
    yield "by position", difference(ours, module(*inputs.values())[real])
    moved = torch.jit.load(case / "module.pt").to(device).eval()
    yield "by name, moved", difference(ours, moved(**inputs)[real])
    rows = []
    for row, length in enumerate(mask.sum(1).tolist()):
        alone = {name: x[row : row + 1, :length] for name, x in inputs.items() if name != "attention_mask"}
        logits = moved(**alone)[0]
        rows += [logits] if tokens else [logits[None]]
    yield "row by row", difference(ours, torch.cat(rows))

    folder = case / "huggingface"
    if folder.is_dir():
        import transformers

        (name,) = json.loads((folder / "config.json").read_text())["architectures"]
        model, loading = getattr(transformers, name).from_pretrained(
            folder, dtype=torch.float32, output_loading_info=True
        )
        wrong = {kind: sorted(map(str, found)) for kind, found in loading.items() if found}
        if wrong:
            raise ValueError(f"{name} does not find its weights: {wrong}")
        yield name, difference(ours, model.to(device).eval()(**inputs).logits[real])


def check(case, device):
    """Compares a case: the ways to compute it, the largest relative difference, and what fails."""
    ways = dict(differences(case, device))
    found = [
        f"{way}: the logits differ by {each:.1e}, allowed {TOLERANCE:.0e}"
        for way, each in ways.items()
        if not each <= TOLERANCE  # so that NaN fails
    ]
    return f"{', '.join(ways)}: ", max(ways.values()), found


if __name__ == "__main__":
    sys.exit(run(__doc__.splitlines()[0], (torch,), check))
