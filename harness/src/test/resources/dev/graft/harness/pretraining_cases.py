#!/usr/bin/env python3
"""Prints the losses of PretrainingTest as transformers finds them, by the weights of its folders.

    pretraining_cases.py FOLDER...     folders that PretrainingTest writes with -Dgraft.keep=FOLDER

Needs torch and transformers.
"""

import pathlib
import sys

import torch
import transformers

IDS = [[2, 17, 42, 5, 33, 58, 3], [2, 9, 26, 3, 0, 0, 0]]
NEXT = [[17, 42, 5, 33, 58, 3], [9, 26, 3]]
MASKED = {(0, 2): 11, (0, 4): 33, (1, 1): 50}


def loss(folder):
    config = transformers.AutoConfig.from_pretrained(folder)
    if not getattr(config, "legacy", True):
        config.tie_word_embeddings = False  # transformers 5.17 fails to tie this head, which reads the table anyway
    masked = config.model_type in ("bert", "roberta", "electra", "distilbert", "deberta-v2")
    kind = transformers.AutoModelForMaskedLM if masked else transformers.AutoModelForCausalLM
    model, report = kind.from_pretrained(folder, config=config, output_loading_info=True)
    assert not report["missing_keys"], report
    ids = torch.tensor(IDS)
    mask = torch.tensor([[1] * 7, [1] * 4 + [0] * 3])
    if config.model_type == "roberta":
        ids = ids.masked_fill(mask == 0, config.pad_token_id)
    labels = torch.full(ids.shape, -100)
    if masked:
        for (row, column), token in MASKED.items():
            labels[row, column] = token
    else:
        for row, tokens in enumerate(NEXT):
            labels[row, 1 : 1 + len(tokens)] = torch.tensor(tokens)
    with torch.no_grad():
        return model.eval()(input_ids=ids, attention_mask=mask, labels=labels).loss.item()


def main():
    for folder in sys.argv[1:]:
        print(f"{pathlib.Path(folder).name}; {loss(folder)!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
