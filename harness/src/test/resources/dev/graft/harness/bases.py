"""Tiny configurations of every architecture, for the scripts beside this file that write cases."""

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
