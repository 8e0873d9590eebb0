#!/usr/bin/env python3
"""Prints what transformers makes of rotary positions, for the tables of RotaryTest.

    rotary_cases.py           the frequencies, the scale and how many tokens they hold for, of a head of 8
    rotary_cases.py LLAMA     besides, logits of the last token, by the weights of the folder LLAMA

Needs torch and transformers.
"""

import json
import sys

import torch
import transformers

CASES = [
    {"rope_theta": 500.0},
    {"rope_parameters": {"rope_type": "default", "rope_theta": 300.0}, "rope_theta": 500.0},
    {"rope_parameters": {"rope_theta": 300.0}, "rope_scaling": {"type": "linear", "factor": 2.0}, "rope_theta": 500.0},
    {"rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}},
    {"rope_scaling": {"rope_type": "dynamic", "factor": 4.0}},
    {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}},
    {"rope_scaling": {"type": "yarn", "factor": 4.0}, "max_position_embeddings": 64},
    {"rope_scaling": {"rope_type": "yarn", "factor": 40.0, "original_max_position_embeddings": 32, "beta_fast": 8, "beta_slow": 0.5, "mscale": 0.707, "mscale_all_dim": 1.0}},
    {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 48, "truncate": False, "attention_factor": 1.25}, "rope_theta": 100.0},
    {"rope_scaling": {"rope_type": "yarn", "factor": None, "original_max_position_embeddings": 16}, "max_position_embeddings": 128},
    {"rope_parameters": {"rope_type": "yarn", "factor": 2.0, "rope_theta": 1000.0, "beta_fast": 1, "beta_slow": 1}, "original_max_position_embeddings": 24},
    {"rope_scaling": {"rope_type": "longrope", "short_factor": [1.0, 1.5, 2.0, 3.0], "long_factor": [1.0, 2.0, 4.0, 8.0], "original_max_position_embeddings": 32}},
    {"rope_scaling": {"rope_type": "longrope", "short_factor": [1.0, 1.5, 2.0, 3.0], "long_factor": [1.0, 2.0, 4.0, 8.0], "factor": 4.0, "attention_factor": 1.5}, "original_max_position_embeddings": 24},
]  # fmt: skip


def config(case):
    sizes = {"vocab_size": 60, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 96}
    return transformers.LlamaConfig(**sizes | json.loads(json.dumps(case)))


def main():
    for case in CASES:
        rotary = transformers.models.llama.modeling_llama.LlamaRotaryEmbedding(config(case))
        numbers = " ".join(repr(float(each)) for each in rotary.inv_freq)
        line = f"{json.dumps(case)}; {numbers}; {float(rotary.attention_scaling)!r}"
        if len(sys.argv) > 1:
            saved = transformers.LlamaConfig.from_pretrained(sys.argv[1]).to_dict()
            saved.pop("rope_parameters")
            model = transformers.LlamaForCausalLM.from_pretrained(sys.argv[1], config=transformers.LlamaConfig(**saved | case)).eval()
            with torch.no_grad():
                logits = model(torch.arange(3, 21)[None]).logits[0, -1, :4]
            line += "; " + " ".join(f"{float(each):.7g}" for each in logits)
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
