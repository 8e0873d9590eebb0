"""What the checks beside this file have in common: a folder of cases in, a line a case out."""

import argparse
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch

TOLERANCE = 1e-5


def distance(ours, theirs):
    """max|a - b| / max|b|."""
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()


def run(description, libraries, check):
    """Checks every case; the exit code.

    libraries: modules whose versions are printed
    check: takes a case's folder and the device, and returns words on how it was computed, the relative difference of
        the logits, and a text for each thing that fails
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("cases", type=pathlib.Path, help="a folder of case folders")
    parser.add_argument("--device", default="cpu", help="cpu (the default) or cuda")
    arguments = parser.parse_args()
    cases = sorted(path.parent for path in arguments.cases.glob("*/expected.safetensors"))
    if not cases:
        print(f"no cases in {arguments.cases}: expected folders with an expected.safetensors", file=sys.stderr)
        return 2
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    print(*(f"{each.__name__} {each.__version__}," for each in libraries), arguments.device)
    failed = 0
    for case in cases:
        try:
            with torch.no_grad():
                how, difference, found = check(case, arguments.device)
        except Exception as error:  # one bad case must not hide the others
            how, difference, found = "", float("nan"), [f"{type(error).__name__}: {error}"]
        failed += bool(found)
        print(f"{'FAILED' if found else 'ok':6} {case.name}: {how}logits within {difference:.1e}")
        for each in found:
            print(f"         {each}")
    print(f"{len(cases) - failed} of {len(cases)} cases hold")
    return 1 if failed else 0
