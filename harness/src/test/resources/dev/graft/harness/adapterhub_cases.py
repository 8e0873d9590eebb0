#!/usr/bin/env python3
"""Writes adapters by AdapterHub's adapters, for ForeignReadCheck (the test class of this name) to open without Python.

    adapterhub_cases.py CASES [--only TEXT]

CASES is a folder to be made, of folders, each with

    base/                   a tiny model of random weights: config.json, model.safetensors; and the same for it alone
    adapter/                the adapter, and its head, as the library saved them, all of its numbers moved away from their
                            beginnings
    expected.safetensors    in.input_ids, in.attention_mask (rows, tokens); logits as the library computed them after it
                            loaded the adapter; where there is none, Graft has no such adapter and must refuse it

Needs torch, transformers 4.57, adapters, safetensors. Made with adapters 1.3.
"""

import sys

import adapters
import torch
import transformers
from adapters import (AdapterPlusConfig, BnConfig, CompacterConfig, DoubleSeqBnConfig, DoubleSeqBnInvConfig, IA3Config,
                      LoRAConfig, ParBnConfig, PrefixTuningConfig, SeqBnConfig)
from safetensors.torch import save_file

from bases import BASES, VOCABULARY, write_all

CLASSES = {"classes": transformers.AutoModelForSequenceClassification, "words": transformers.AutoModelForCausalLM}
ENCODERS = ("bert", "roberta", "electra", "distilbert", "deberta-v2")
DECODERS = ("gpt2", "llama", "mistral")
CASES = {}


def case(name, base, task, config, refused=False, head=True, safetensors=True):
    CASES[name] = (base, task, config, refused, head, safetensors)


KNOWN = {
    "houlsby": DoubleSeqBnConfig(reduction_factor=4),
    "pfeiffer": SeqBnConfig(reduction_factor=2),
    "parallel": ParBnConfig(reduction_factor=4),
}
for base in ENCODERS + DECODERS:
    for name, config in KNOWN.items():
        for task in ("classes",) if base in ENCODERS else ("classes", "words"):
            # There, a parallel adapter reads what the stream holds before the norm.
            other = name == "parallel" and base in DECODERS
            case(f"{base}-{name}-{task}", base, task, config, refused=other)
VARIANTS = {
    "pickled": (SeqBnConfig(), dict(safetensors=False)),
    "without-head": (SeqBnConfig(reduction_factor=4), dict(head=False)),
    "gelu": (SeqBnConfig(non_linearity="gelu", reduction_factor=3), {}),
    "gelu-new": (DoubleSeqBnConfig(non_linearity="gelu_new", reduction_factor=2.5), {}),
    "tanh": (DoubleSeqBnConfig(non_linearity="tanh"), {}),
    "wide": (SeqBnConfig(reduction_factor=0.5), {}),
    "upper-blocks": (SeqBnConfig(leave_out=[0]), {}),
    "learned-scale": (ParBnConfig(scaling="learned"), {}),
    "scale": (ParBnConfig(scaling=0.5), {}),
    "dropout": (SeqBnConfig(dropout=0.1), {}),
    "seeded": (SeqBnConfig(init_weights_seed=3), {}),
    "mam-beginning": (SeqBnConfig(init_weights="mam_adapter"), {}),
}
OTHERS = {
    "compacter": CompacterConfig(reduction_factor=4, phm_dim=2),
    "adapter-plus": AdapterPlusConfig(reduction_factor=4, stochastic_depth=0.0),
    "invertible": DoubleSeqBnInvConfig(),
    "lora": LoRAConfig(r=2),
    "ia3": IA3Config(),
    "prefix": PrefixTuningConfig(prefix_length=3),
    "norms": SeqBnConfig(ln_after=True),
    "residual-later": SeqBnConfig(residual_before_ln=False),
    "gated": SeqBnConfig(use_gating=True),
    "attention-alone": BnConfig(mh_adapter=True, output_adapter=False, reduction_factor=4, non_linearity="relu"),
    "upper-block-left-out": SeqBnConfig(leave_out=[1]),
    "widths-by-block": SeqBnConfig(reduction_factor={"0": 2, "default": 4}),
}
for base in ("bert", "gpt2"):
    for name, (config, how) in VARIANTS.items():
        case(f"{base}-{name}", base, "classes", config, refused=base == "gpt2" and isinstance(config, ParBnConfig), **how)
    for name, config in OTHERS.items():
        case(f"{base}-{name}", base, "classes", config, refused=True)


def adapted(folder, task):
    model = CLASSES[task].from_pretrained(folder / "base")
    adapters.init(model)
    return model.eval()


def write(folder, base, task, config, refused, head, safetensors):
    torch.manual_seed(5)
    configuration = BASES[base]()
    configuration.use_cache = False
    if task == "classes":
        configuration.num_labels = 3
        configuration.pad_token_id = 1
    model = CLASSES[task].from_config(configuration).eval()
    for parameter in model.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    model.save_pretrained(folder / "base")
    model = adapted(folder, task)
    model.add_adapter("given", config=config)
    model.train_adapter("given")
    model.eval()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad and ("given" in name or head):
            parameter.data += 0.2 * torch.randn_like(parameter)
    model.save_adapter(str(folder / "adapter"), "given", with_head=head and task == "classes", use_safetensors=safetensors)
    if refused:
        return
    again = adapted(folder, task)
    again.load_adapter(str(folder / "adapter"), with_head=head and task == "classes", use_safetensors=safetensors,
                       set_active=True)
    again.eval()
    bare = CLASSES[task].from_pretrained(folder / "base").eval()
    ids = torch.randint(5, VOCABULARY, (3, 7))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    mask[2, 3:] = 0
    ids[mask == 0] = 1 if task == "classes" else 0
    with torch.no_grad():
        for model, file in ((again, folder), (bare, folder / "base")):
            logits = model(input_ids=ids, attention_mask=mask).logits
            save_file({"in.input_ids": ids, "in.attention_mask": mask, "logits": logits.contiguous()},
                      file / "expected.safetensors")


if __name__ == "__main__":
    sys.exit(write_all(__doc__, CASES, write))
