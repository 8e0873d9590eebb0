"""Tiny configurations of every architecture, for the scripts beside this file that write cases."""

import argparse
import pathlib
import warnings

import transformers

VOCABULARY = 61
ENCODER = dict(vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
               max_position_embeddings=40)
DECODER = dict(vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
               intermediate_size=24, max_position_embeddings=40, initializer_range=0.2)
BASES = {
    "bert": lambda: transformers.BertConfig(**ENCODER),
    "roberta": lambda: transformers.RobertaConfig(**ENCODER, pad_token_id=1),
    "electra": lambda: transformers.ElectraConfig(**ENCODER, embedding_size=16),
    "distilbert": lambda: transformers.DistilBertConfig(vocab_size=VOCABULARY, dim=16, n_layers=2, n_heads=2,
                                                        hidden_dim=24, max_position_embeddings=40),
    "deberta-v2": lambda: transformers.DebertaV2Config(**ENCODER, relative_attention=True, pos_att_type=["c2p", "p2c"],
                                                       position_biased_input=False, type_vocab_size=0),
    "gpt2": lambda: transformers.GPT2Config(vocab_size=VOCABULARY, n_embd=16, n_layer=2, n_head=2, n_positions=40,
                                            initializer_range=0.2, bos_token_id=0, eos_token_id=0),
    "llama": lambda: transformers.LlamaConfig(**DECODER),
    "llama-tied": lambda: transformers.LlamaConfig(**DECODER, tie_word_embeddings=True),
    "qwen2": lambda: transformers.Qwen2Config(**DECODER, tie_word_embeddings=True),
    "mistral": lambda: transformers.MistralConfig(**DECODER),
}


def write_all(description, cases, write):
    """The command of a script: writes its cases into a folder, and says which failed."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("cases", type=pathlib.Path, help="a folder to be made")
    parser.add_argument("--only", default="", help="a part of the names of the cases to write")
    arguments = parser.parse_args()
    arguments.cases.mkdir(parents=True)
    warnings.simplefilter("ignore")
    failed = 0
    for name, parts in cases.items():
        if arguments.only not in name:
            continue
        try:
            write(arguments.cases / name, *parts)
            print(f"{name}: written")
        except Exception as error:  # one bad case must not hide the others
            failed += 1
            print(f"FAILED {name}: {type(error).__name__}: {error}")
    return 1 if failed else 0
