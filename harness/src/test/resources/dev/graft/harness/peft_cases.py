#!/usr/bin/env python3
"""Writes adapters by PEFT, for PeftReadCheck (the test class of this name) to open without Python.

    peft_cases.py CASES [--only TEXT]

CASES is a folder to be made, of folders, each with

    base/                   a tiny model of random weights: config.json, model.safetensors; and the same for it alone
    adapter/                the adapter as PEFT saved it, all of its numbers moved away from their beginnings
    expected.safetensors    in.input_ids, in.attention_mask (rows, tokens); logits as PEFT computed them after it loaded
                            the adapter; where there is none, Graft has no such adapter and must refuse it

Needs torch, transformers, peft, safetensors. Made with transformers 5.17 and peft 0.21.
"""

import json
import sys
import warnings

import peft
import torch
import transformers
from peft import LoraConfig, PrefixTuningConfig, PromptTuningConfig
from safetensors.torch import save_file

from bases import BASES, VOCABULARY, write_all

CLASSES = {"SEQ_CLS": transformers.AutoModelForSequenceClassification,
           "CAUSAL_LM": transformers.AutoModelForCausalLM,
           None: transformers.AutoModelForSequenceClassification}
CASES = {}


def case(name, base, task, config=LoraConfig, save=None, change=None, refused=False, **settings):
    CASES[name] = (base, task, config, save or {}, change, refused, settings)


def tables(prefix, base, words):
    # GPT-2's table has a name that PEFT does not tie when it loads: it would leave out the head's update.
    loses_head = base == "gpt2"
    """All ways in which the table and the head can be trained."""
    for name, modules in (("words", [words]), ("head", ["lm_head"]), ("both", [words, "lm_head"])):
        for tied in (False, True):
            case(f"{prefix}-saved-{name}{'-tied' * tied}", base, "CAUSAL_LM", target_modules=ATTENTION[base],
                 modules_to_save=modules, ensure_weight_tying=tied)
            case(f"{prefix}-updated-{name}{'-tied' * tied}", base, "CAUSAL_LM",
                 refused=loses_head and tied and name != "words", target_modules=ATTENTION[base] + modules, ensure_weight_tying=tied)


ATTENTION = {"gpt2": ["c_attn"], "llama": ["q_proj", "v_proj"], "llama-tied": ["q_proj", "v_proj"],
             "qwen2": ["q_proj", "v_proj"], "mistral": ["q_proj", "v_proj"]}
for each, words in (("qwen2", "embed_tokens"), ("llama", "embed_tokens"), ("llama-tied", "embed_tokens"), ("gpt2", "wte")):
    tables(each, each, words)
case("qwen2-saved-words-updated-head", "qwen2", "CAUSAL_LM", target_modules=["q_proj", "lm_head"],
     modules_to_save=["embed_tokens"])
case("qwen2-saved-head-updated-words", "qwen2", "CAUSAL_LM", target_modules=["q_proj", "embed_tokens"],
     modules_to_save=["lm_head"])
case("qwen2-updated-dora", "qwen2", "CAUSAL_LM", target_modules=["q_proj", "embed_tokens"], use_dora=True)
case("qwen2-updated-both-dora", "qwen2", "CAUSAL_LM", target_modules=["embed_tokens", "lm_head"], use_dora=True)
case("llama-updated-patterns", "llama", "CAUSAL_LM", target_modules=["q_proj", "embed_tokens"], use_rslora=True,
     rank_pattern={"embed_tokens": 2}, alpha_pattern={"embed_tokens": 5}, lora_dropout=0.1)
case("llama-updated-expression", "llama", "CAUSAL_LM", target_modules=r".*\.(q_proj|embed_tokens)")
case("llama-updated-layers", "llama", "CAUSAL_LM", target_modules=["q_proj", "model.embed_tokens"], layers_to_transform=[1])
case("llama-updated-biases", "llama", "CAUSAL_LM", target_modules=["q_proj", "embed_tokens"], bias="all")
case("llama-updated-gaussian", "llama", "CAUSAL_LM", target_modules=["q_proj", "embed_tokens"], init_lora_weights="gaussian")
for base in ("llama", "qwen2", "gpt2", "bert"):
    task = "SEQ_CLS" if base == "bert" else "CAUSAL_LM"
    targets = ATTENTION.get(base, ["query", "value"])
    case(f"{base}-with-tables", base, task, save=dict(save_embedding_layers=True), target_modules=targets)
case("llama-with-tables-updated", "llama", "CAUSAL_LM", save=dict(save_embedding_layers=True),
     target_modules=["q_proj", "lm_head"])
case("llama-tables-saved-and-kept", "llama", "CAUSAL_LM", save=dict(save_embedding_layers=True), target_modules=["q_proj"],
     modules_to_save=["embed_tokens"])


def other_tables(model):
    for name, parameter in model.named_parameters():
        if "embed_tokens" in name or "lm_head" in name:
            parameter.data += 0.1 * torch.randn_like(parameter)


for base in ("llama", "qwen2"):
    case(f"{base}-with-other-tables", base, "CAUSAL_LM", save=dict(save_embedding_layers=True), change=other_tables,
         target_modules=["q_proj"])
case("llama-grown", "llama", "CAUSAL_LM", save=dict(save_embedding_layers=True), change="grow", refused=True,
     target_modules=["q_proj"])
case("llama-grown-saved", "llama", "CAUSAL_LM", save=dict(save_embedding_layers=True), change="grow", refused=True,
     target_modules=["q_proj"], modules_to_save=["embed_tokens", "lm_head"])
case("qwen2-token-indices", "qwen2", "CAUSAL_LM", refused=True, target_modules=["q_proj"], trainable_token_indices=[3, 5])

for base in ("llama", "qwen2", "gpt2", "mistral"):
    words = "wte" if base == "gpt2" else "embed_tokens"
    case(f"{base}-classes", base, "SEQ_CLS", target_modules=ATTENTION[base])
    case(f"{base}-classes-linear", base, "SEQ_CLS", target_modules="all-linear")
    case(f"{base}-classes-saved", base, "SEQ_CLS", target_modules=ATTENTION[base], modules_to_save=[words])
    case(f"{base}-classes-updated", base, "SEQ_CLS", target_modules=ATTENTION[base] + [words])
    case(f"{base}-classes-head-listed", base, "SEQ_CLS", target_modules=ATTENTION[base] + ["lm_head"])
    case(f"{base}-linear", base, "CAUSAL_LM", target_modules="all-linear")
QUERY = {"distilbert": ["q_lin", "v_lin"], "deberta-v2": ["query_proj", "value_proj"]}
WORDS = "word_embeddings"
for base in ("bert", "roberta", "electra", "distilbert", "deberta-v2"):
    query = QUERY.get(base, ["query", "value"])
    dense = ["lin1", "lin2"] if base == "distilbert" else ["dense"]
    case(f"{base}-classes", base, "SEQ_CLS", target_modules=query)
    case(f"{base}-dense", base, "SEQ_CLS", target_modules=dense)
    if base != "distilbert":  # PEFT fails at pre_classifier
        case(f"{base}-linear", base, "SEQ_CLS", target_modules="all-linear")
        case(f"{base}-head-listed", base, "SEQ_CLS", target_modules=query + ["out_proj", "classifier"])
    case(f"{base}-expression", base, "SEQ_CLS", target_modules=r".*(query|q_lin|query_proj|dense|lin1|out_proj)")
    case(f"{base}-updated-words", base, "SEQ_CLS", target_modules=query + [WORDS])
    case(f"{base}-saved-words", base, "SEQ_CLS", target_modules=query, modules_to_save=[WORDS])
    case(f"{base}-no-task", base, None, target_modules=query)
    case(f"{base}-no-task-linear", base, None, target_modules="all-linear", refused=True)
case("bert-positions", "bert", "SEQ_CLS", target_modules=["query", "position_embeddings"], refused=True)
case("roberta-no-task-head", "roberta", None, target_modules=["query", "out_proj"], refused=True)
for base in ("bert", "roberta"):
    case(f"{base}-prefix", base, "SEQ_CLS", config=PrefixTuningConfig, num_virtual_tokens=3)
    case(f"{base}-prompt", base, "SEQ_CLS", config=PromptTuningConfig, num_virtual_tokens=3)
for base in ("gpt2", "llama", "qwen2"):
    case(f"{base}-prefix", base, "CAUSAL_LM", config=PrefixTuningConfig, num_virtual_tokens=3)
    case(f"{base}-prompt", base, "CAUSAL_LM", config=PromptTuningConfig, num_virtual_tokens=3)
    case(f"{base}-classes-prompt", base, "SEQ_CLS", config=PromptTuningConfig, num_virtual_tokens=3)


def write(folder, base, task, config, save, change, refused, settings):
    torch.manual_seed(5)
    configuration = BASES[base]()
    if task != "CAUSAL_LM":
        configuration.num_labels = 3
        configuration.pad_token_id = 1
    model = CLASSES[task].from_config(configuration).eval()
    for name, parameter in model.named_parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    model.save_pretrained(folder / "base")
    model = CLASSES[task].from_pretrained(folder / "base").eval()
    if change == "grow":
        model.resize_token_embeddings(VOCABULARY + 3)
    if callable(change):
        change(model)
    if config is LoraConfig:
        settings = dict(r=3, lora_alpha=6) | settings
    model = peft.get_peft_model(model, config(task_type=task, **settings)).eval()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            parameter.data += 0.2 * torch.randn_like(parameter)
    model.save_pretrained(folder / "adapter", **save)
    if refused:
        return
    again = CLASSES[task].from_pretrained(folder / "base").eval()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*missing adapter keys.*")
        again = peft.PeftModel.from_pretrained(again, folder / "adapter").eval()
    bare = CLASSES[task].from_pretrained(folder / "base").eval()
    ids = torch.randint(5, VOCABULARY, (3, 7))
    mask = torch.ones_like(ids)
    if not (config is PromptTuningConfig and task == "SEQ_CLS"):  # there, transformers does not look for padding
        mask[1, 5:] = 0
        mask[2, 3:] = 0
    ids[mask == 0] = 1 if task != "CAUSAL_LM" else 0
    with torch.no_grad():
        for model, file in ((again, folder), (bare, folder / "base")):
            logits = model(input_ids=ids, attention_mask=mask).logits
            if task == "CAUSAL_LM":
                logits = logits[:, -ids.shape[1]:]  # virtual tokens have some, too
            save_file({"in.input_ids": ids, "in.attention_mask": mask, "logits": logits.contiguous()},
                      file / "expected.safetensors")


if __name__ == "__main__":
    sys.exit(write_all(__doc__, CASES, write))
