#!/usr/bin/env python3
"""Writes models' folders without tokenizer.json, and what transformers makes of hard texts with them, for TokenizerCheck.

    tokenizer_cases.py CASES

CASES is a folder to be made, of folders, each with config.json, a vocabulary trained here, the files of settings that
go with it, and

    texts.json       [[text] or [text, pair], ...]
    expected.json    the ids and the token types of each, by AutoTokenizer; where there is none, transformers or this
                     script refuses the folder, and so must Graft

Needs transformers, tokenizers and sentencepiece.
"""

import argparse
import decimal
import difflib
import doctest
import inspect
import io
import json
import pathlib
import sys
import typing
import warnings

import sentencepiece
import tokenizers
import transformers
from sentencepiece import sentencepiece_model_pb2

WORDS = (
    "the film was good and bad it is not what one would call a masterpiece but there are moments of great beauty in "
    "café naïve façade über Straße El Niño jalapeño ΑΒΓ αβγ привет мир שלום עולם مرحبا بالعالم 日本語 の テキスト 中文 字符 한국어 "
    "hello world 123 4567 3.14 1,000 don't it's we'll I'm they've foo_bar x=y+z <tag> [SEP] http://a.b/c?d=e ﬁne ½ Ⅷ "
)
CORPUS = [WORDS, WORDS.lower(), WORDS.title(), " ".join(reversed(WORDS.split()))] + [
    f"{a} {b}." for a in WORDS.split() for b in WORDS.split()[::7]
]
CORPUS += [line.strip() for module in (argparse, decimal, difflib, typing, doctest) for line in inspect.getsource(module).splitlines()[:1500] if line.strip()]

TEXTS = [
    "", " ", "   ", "\n", "\t", "a", "the film was good", "The FILM, was good!", " leading", "trailing ", "  two  spaces  inside  ",
    "tabs\tand\nlines\r\nand\rreturns", "a\u00a0no-break\u2003em\u3000ideographic space", "café naïve façade", "cafe\u0301 nai\u0308ve",
    "\u0301 lone mark", "e\u0301\u0302\u0303 stacked", "Straße STRASSE ẞ", "İstanbul ıI iİ", "ΑΒΓΣ ΟΔΟΣ ς", "привет МИР Ёё Йй", "שָׁלוֹם עולם",
    "مَرْحَبًا بالعالم ١٢٣", "日本語のテキスト", "中文字符 mixed 中文", "한국어 한국어", "𠀀𪜀 beyond the plane", "👍 ok 👍🏽", "👨\u200d👩\u200d👧 family",
    "🇩🇪🇫🇷", "❤\ufe0f ❤", "ﬁne ﬂat ½ Ⅷ ㎏ ℃", "ｆｕｌｌ ｗｉｄｔｈ １２３", "x²+y₂=z", "zero\u200bwidth\u200cjoin\u200der\ufeffbom", "soft\u00adhyphen",
    "control\x01\x02\x7f\x85chars", "null\x00char", "\ufffd replacement", "\ue000 private", "a" * 120, "word" * 60 + " end", "don't it's we'll I'M THEY'VE 'tis",
    "``quoted'' \"text\" ‘curly’ “quotes”", "1234567890 12,345.67 3.14 1e-5", "http://a.b/c?d=e&f=g#h", "foo_bar-baz x=y+z", "if (a<b) { return; }",
    "[CLS] the [SEP] film [MASK] [PAD] [UNK]", "the[SEP]film", "<s> the </s> film <mask> <pad> <unk>", "<|endoftext|> the<|endoftext|>film",
    "<|im_start|>user\nhi<|im_end|>", "[NEW] token <new> here", "a[NEW]b", "[new] [cls]", "...!!!??? -- — –", "$€£¥ ©®™", "▁ underline ▁▁", "Ġ Ċ Ģ", "## ##ing ##",
    "ab\u2028line\u2029paragraph", "a\u0085b", "\u202eright to left", "mixed \u05d0\u05d1 \u0661\u0662 abc", "ǅ ǆ Ǆ", "ﷺ", "각 각", "Å Å Å", "x\u0338=", "\ud7ff\uffff",
    "<0x41> <0x0A>", "the  film", "the   film", "the\n\nfilm", "the \nfilm", "the\n film", "  \n  ", "a \u00a0 b", "end\n",
]  # fmt: skip
PAIRS = [
    ["the film was good", "it was bad"], ["", ""], ["a", ""], ["", "a"], [" leading", " leading"], ["café\n", "\tnaïve"],
    ["日本語", "中文 字符"], ["[SEP]", "</s>"], ["👍", "don't"], ["the film " * 20, "x"],
]  # fmt: skip


def wordpiece(lower):
    trained = tokenizers.BertWordPieceTokenizer(lowercase=lower)
    trained.train_from_iterator(CORPUS, vocab_size=600, show_progress=False)
    return {"vocab.txt": "\n".join(sorted(trained.get_vocab(), key=trained.get_vocab().get)) + "\n"}


def byte_pairs(*special):
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(CORPUS, vocab_size=600, special_tokens=list(special), show_progress=False)
    model = json.loads(trained.to_str())["model"]
    merges = [each if isinstance(each, str) else " ".join(each) for each in model["merges"]]
    return {"vocab.json": json.dumps(model["vocab"], ensure_ascii=False), "merges.txt": "#version: 0.2\n" + "\n".join(merges) + "\n"}


def pieces(kind, name, change=None, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_writer=model, model_type=kind, vocab_size=options.pop("vocab_size", 400),
        character_coverage=0.99, minloglevel=2, **options,
    )  # fmt: skip
    content = model.getvalue()
    if change:
        proto = sentencepiece_model_pb2.ModelProto()
        proto.ParseFromString(content)
        change(proto)
        content = proto.SerializeToString()
    return {name: content}


def deberta(**options):
    return pieces(
        "unigram", "spm.model", pad_id=0, unk_id=3, bos_id=1, eos_id=2,
        pad_piece="[PAD]", unk_piece="[UNK]", bos_piece="[CLS]", eos_piece="[SEP]", **options,
    )  # fmt: skip


def llama(kind="bpe", **options):
    options.setdefault("byte_fallback", True)
    return pieces(kind, "tokenizer.model", normalization_rule_name="identity", split_digits=True,
                  allow_whitespace_only_pieces=True, remove_extra_whitespaces=False, vocab_size=700, **options)  # fmt: skip


def added(content, special=True, **options):
    return {"content": content, "lstrip": False, "rstrip": False, "normalized": not special, "single_word": False, "special": special} | options


LLAMA_CLASS = {"tokenizer_class": "LlamaTokenizer"}


def cases():
    uncased, cased = wordpiece(True), wordpiece(False)
    size = uncased["vocab.txt"].count("\n")
    for kind in ("bert", "distilbert", "electra"):
        yield kind, kind, uncased, None, {}
    yield "bert-cased", "bert", cased, {"do_lower_case": False}, {}
    yield "bert-cased-stripped", "bert", cased, {"do_lower_case": False, "strip_accents": True}, {}
    yield "bert-accents", "bert", uncased, {"strip_accents": False, "tokenize_chinese_chars": False}, {}
    yield "bert-nulls", "bert", uncased, {"strip_accents": None, "do_lower_case": True, "tokenizer_class": "BertTokenizerFast", "model_max_length": 512, "padding_side": "right", "never_split": None, "do_basic_tokenize": True}, {}
    yield "bert-added", "bert", uncased, {"added_tokens_decoder": {str(size): added("[NEW]"), str(size + 1): added("<new>", False)}, "additional_special_tokens": ["[NEW]"]}, {}
    yield "bert-added-strip", "bert", uncased, {"added_tokens_decoder": {"4": added("[MASK]", lstrip=True), str(size): added("[NEW]", rstrip=True, lstrip=True), str(size + 1): added("good", False, single_word=True)}}, {}
    yield "bert-legacy-files", "bert", uncased, {"do_lower_case": True}, {"added_tokens.json": {"[NEW]": size, "<new>": size + 1}, "special_tokens_map.json": {"mask_token": {"content": "[MASK]", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False}, "sep_token": "[SEP]", "additional_special_tokens": ["[NEW]"]}}
    yield "bert-other-names", "bert", {"vocab.txt": uncased["vocab.txt"].replace("[CLS]", "<s>").replace("[SEP]", "</s>").replace("[UNK]", "<unk>").replace("[PAD]", "<pad>").replace("[MASK]", "<mask>")}, {"cls_token": "<s>", "sep_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>"}, {}
    yield "bert-crlf", "bert", {"vocab.txt": uncased["vocab.txt"].replace("\n", "\r\n")}, None, {}
    yield "bert-no-last-line-end", "bert", {"vocab.txt": uncased["vocab.txt"].rstrip("\n")}, None, {}
    yield "bert-no-mask", "bert", {"vocab.txt": uncased["vocab.txt"].replace("[MASK]\n", "")}, None, {}
    yield "bert-extra-list", "bert", uncased, {"extra_special_tokens": ["[NEW]"], "bos_token": "[BOS]"}, {}
    yield "bert-extra-map", "bert", uncased, {"extra_special_tokens": {"new_token": "[NEW]"}}, {}
    yield "bert-electra-class", "electra", uncased, {"tokenizer_class": "ElectraTokenizer"}, {}
    yield "distilbert-class", "distilbert", uncased, {"tokenizer_class": "DistilBertTokenizer", "do_lower_case": False}, {}
    yield "bert-spaces-in-vocabulary", "bert", {"vocab.txt": uncased["vocab.txt"].replace("\nthe\n", "\nthe \t\u3000\n\n")}, None, {}
    yield "bert-twice", "bert", {"vocab.txt": uncased["vocab.txt"] + "the\n"}, None, {}
    yield "bert-in-config", "bert", uncased, None, {"config.json": {"model_type": "bert", "tokenizer_class": "BertTokenizer"}}
    yield "roberta-wordpiece", "roberta", uncased, {"tokenizer_class": "BertTokenizer"}, {}

    rows = byte_pairs("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    yield "roberta", "roberta", rows, None, {}
    yield "roberta-prefix", "roberta", rows, {"add_prefix_space": True, "trim_offsets": True, "mask_token": {"__type": "AddedToken", **added("<mask>", lstrip=True)}}, {}
    yield "roberta-legacy", "roberta", rows, {"tokenizer_class": "RobertaTokenizer", "errors": "replace"}, {"special_tokens_map.json": {"bos_token": "<s>", "mask_token": {"content": "<mask>", "lstrip": True, "rstrip": False, "normalized": True, "single_word": False}}}
    yield "roberta-added", "roberta", rows, None, {"added_tokens.json": {"[NEW]": json.loads(rows["vocab.json"]).__len__()}}

    rows = byte_pairs("<|endoftext|>")
    size = len(json.loads(rows["vocab.json"]))
    yield "gpt2", "gpt2", rows, None, {}
    yield "gpt2-prefix", "gpt2", rows, {"add_prefix_space": True}, {}
    yield "gpt2-bos", "gpt2", rows, {"add_bos_token": True, "add_eos_token": True}, {}
    yield "gpt2-pad", "gpt2", rows, {"pad_token": "[PAD]"}, {}
    yield "gpt2-added", "gpt2", rows, {"added_tokens_decoder": {str(size): added("[NEW]"), str(size + 1): added("<new>", False)}, "add_bos_token": False, "pad_token": "<|endoftext|>"}, {}
    merges = rows["merges.txt"].split("\n", 1)[1]
    yield "gpt2-no-version", "gpt2", {"vocab.json": rows["vocab.json"], "merges.txt": merges}, None, {}
    yield "llama-as-gpt2", "llama", rows, {"tokenizer_class": "GPT2Tokenizer"}, {}

    rows = byte_pairs()
    size = len(json.loads(rows["vocab.json"]))
    chat = {str(size): added("<|endoftext|>"), str(size + 1): added("<|im_start|>"), str(size + 2): added("<|im_end|>")}
    yield "qwen2", "qwen2", rows, {"added_tokens_decoder": chat, "additional_special_tokens": ["<|im_start|>", "<|im_end|>"], "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "bos_token": None, "unk_token": None, "tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": False}, {}
    yield "qwen2-plain", "qwen2", rows, None, {}
    yield "qwen2-bos", "qwen2", rows, {"added_tokens_decoder": chat, "bos_token": "<|im_start|>", "add_bos_token": True}, {}
    yield "qwen2-other-class", "qwen2", rows, {"added_tokens_decoder": chat, "tokenizer_class": "LlamaTokenizer"}, {}

    rows = deberta()
    yield "deberta", "deberta-v2", rows, {"do_lower_case": False, "vocab_type": "spm"}, {}
    yield "deberta-plain", "deberta-v2", rows, None, {}
    yield "deberta-lower", "deberta-v2", rows, {"do_lower_case": True}, {}
    yield "deberta-punctuation", "deberta-v2", rows, {"split_by_punct": True, "add_prefix_space": False}, {}
    yield "deberta-mask", "deberta-v2", rows, {"do_lower_case": False}, {"added_tokens.json": {"[MASK]": 400}, "special_tokens_map.json": {"mask_token": "[MASK]"}}
    yield "deberta-decoder", "deberta-v2", rows, {"added_tokens_decoder": {"0": added("[PAD]"), "1": added("[CLS]"), "2": added("[SEP]"), "3": added("[UNK]", normalized=True), "400": added("[MASK]")}}, {}
    yield "deberta-user-defined", "deberta-v2", deberta(user_defined_symbols=["[NEW]", "<new>"]), None, {}

    rows = llama()
    yield "llama", "llama", rows, LLAMA_CLASS, {}
    yield "llama-plain", "llama", rows, None, {}
    yield "llama-bos", "llama", rows, LLAMA_CLASS | {"add_bos_token": True, "add_eos_token": False}, {}
    yield "llama-bos-eos", "llama", rows, LLAMA_CLASS | {"add_bos_token": True, "add_eos_token": True, "legacy": False}, {}
    yield "llama-legacy", "llama", rows, LLAMA_CLASS | {"add_bos_token": True, "legacy": True}, {}
    yield "llama-legacy-null", "llama", rows, LLAMA_CLASS | {"add_bos_token": True, "legacy": None}, {}
    yield "llama-no-prefix", "llama", rows, LLAMA_CLASS | {"add_prefix_space": False}, {}
    yield "llama-2", "llama", rows, LLAMA_CLASS | {"add_bos_token": True, "add_eos_token": False, "legacy": False, "bos_token": {"__type": "AddedToken", **added("<s>", normalized=True)}, "eos_token": {"__type": "AddedToken", **added("</s>", normalized=True)}, "unk_token": {"__type": "AddedToken", **added("<unk>", normalized=True)}, "pad_token": None}, {}
    yield "llama-decoder", "llama", rows, LLAMA_CLASS | {"add_bos_token": True, "added_tokens_decoder": {"0": added("<unk>"), "1": added("<s>"), "2": added("</s>"), "700": added("[NEW]"), "701": added("<new>", False)}, "pad_token": "</s>"}, {}
    yield "llama-files", "llama", rows, LLAMA_CLASS, {"added_tokens.json": {"[PAD]": 700}, "special_tokens_map.json": {"pad_token": "[PAD]", "bos_token": {"content": "<s>", "lstrip": False, "rstrip": False, "normalized": False, "single_word": False}}}
    yield "llama-user-defined", "llama", llama(user_defined_symbols=["[NEW]", "<new>"]), LLAMA_CLASS | {"add_bos_token": True}, {}
    yield "llama-no-bytes", "llama", llama(byte_fallback=False), LLAMA_CLASS, {}
    yield "llama-unigram", "llama", llama("unigram"), LLAMA_CLASS, {}
    yield "llama-unigram-plain", "llama", llama("unigram"), None, {}
    yield "llama-nfkc-plain", "llama", pieces("bpe", "tokenizer.model", byte_fallback=True, vocab_size=700), None, {}
    yield "llama-in-config", "llama", rows, None, {"config.json": {"model_type": "llama", "tokenizer_class": "LlamaTokenizerFast"}}
    yield "llama-extra", "llama", rows, LLAMA_CLASS | {"additional_special_tokens": ["<e1>", "<s>"], "add_bos_token": True, "bos_token": {"__type": "AddedToken", **added("<s>", normalized=True, lstrip=True)}}, {}
    yield "llama-extra-in-map", "llama", rows, LLAMA_CLASS, {"special_tokens_map.json": {"additional_special_tokens": ["<e1>"], "extra_special_tokens": ["<e2>"]}}
    yield "llama-image", "llama", rows, LLAMA_CLASS | {"image_token": "<image>", "extra_special_tokens": {"video_token": "<video>"}}, {}
    yield "llama-no-first", "llama", llama(bos_id=-1), LLAMA_CLASS | {"add_bos_token": True, "bos_token": None}, {}
    yield "llama-no-first-plain", "llama", llama(bos_id=-1), {"add_bos_token": True}, {}
    yield "mistral", "mistral", rows, LLAMA_CLASS | {"add_bos_token": True, "add_eos_token": False, "legacy": True}, {}
    yield "mistral-plain", "mistral", rows, None, {}
    yield "mistral-decoder", "mistral", rows, LLAMA_CLASS | {"add_bos_token": True, "added_tokens_decoder": {"0": added("<unk>"), "1": added("<s>"), "2": added("</s>"), "3": added("[INST]")}}, {}

    rows = pieces("unigram", "sentencepiece.bpe.model", vocab_size=400)
    multilingual = {"tokenizer_class": "XLMRobertaTokenizer"}
    yield "bert-multilingual", "bert", rows, multilingual, {}
    yield "bert-multilingual-config", "bert", rows, None, {"config.json": {"model_type": "bert", "tokenizer_class": "XLMRobertaTokenizer"}}
    yield "roberta-multilingual", "roberta", rows, multilingual | {"mask_token": {"__type": "AddedToken", **added("<mask>", lstrip=True, special=True)}, "add_prefix_space": False}, {}

    yield "refused-nothing", "bert", {}, None, {}
    yield "refused-other-family", "bert", byte_pairs(), None, {}
    yield "refused-half", "gpt2", {"vocab.json": "{}"}, None, {}
    yield "refused-pieces-for-pairs", "qwen2", llama(), None, {}
    yield "refused-other-id", "bert", uncased, {"added_tokens_decoder": {"2000": added("[NEW]")}}, {}
    yield "refused-no-separator", "bert", {"vocab.txt": uncased["vocab.txt"].replace("[SEP]\n", "")}, None, {}
    yield "refused-no-unknown", "bert", {"vocab.txt": uncased["vocab.txt"].replace("[UNK]\n", "")}, None, {}
    yield "refused-merges", "gpt2", byte_pairs() | {"merges.txt": "a bb\n"}, None, {}
    yield "refused-cut", "llama", {"tokenizer.model": llama()["tokenizer.model"][:-20]}, LLAMA_CLASS, {}
    yield "refused-tiktoken", "llama", {"tokenizer.model": "IQ== 0\nIg== 1\n"}, LLAMA_CLASS, {}
    yield "refused-class", "bert", uncased, {"tokenizer_class": "BertJapaneseTokenizer"}, {}


def write(folder, files):
    folder.mkdir(parents=True)
    for name, content in files.items():
        content = content if isinstance(content, (str, bytes)) else json.dumps(content)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def expected(folder):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rows = [tokenizer(*[[text] for text in each], return_token_type_ids=True) for each in [[each] for each in TEXTS] + PAIRS]
    return [[row["input_ids"][0], row["token_type_ids"][0]] for row in rows]


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    warnings.simplefilter("ignore")
    transformers.utils.logging.set_verbosity_error()
    print(f"transformers {transformers.__version__}, tokenizers {tokenizers.__version__}")
    for name, kind, vocabulary, settings, more in cases():
        folder = pathlib.Path(sys.argv[1]) / name
        files = {"config.json": {"model_type": kind}} | vocabulary | more
        write(folder, files | ({} if settings is None else {"tokenizer_config.json": settings}))
        (folder / "texts.json").write_text(json.dumps([[each] for each in TEXTS] + PAIRS))
        try:
            if not name.startswith("refused"):
                (folder / "expected.json").write_text(json.dumps(expected(folder)))
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {str(error)[:150]!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
