#!/usr/bin/env python3
"""Writes files by PyTorch's torch.save, for TorchSaveCheck (the test class of this name) to read without Python.

    torch_save_cases.py CASES

CASES is a folder to be made, of folders, each with

    weights.bin             as torch.save wrote it, in one of its formats and with one of pickle's protocols; or
    pytorch_model.bin, or pytorch_model.bin.index.json with its shards, and config.json: a model's folder
    expected.safetensors    the same tensors, contiguous, by safetensors; where there is none, the file holds more than
                            tensors and must be refused

Needs torch and safetensors; transformers and peft for two of the cases.
"""

import collections
import json
import pathlib
import sys
import zipfile

import torch
from safetensors.torch import save_file

FORMATS = {"zip": True, "legacy": False}
TYPES = ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")


def of_every_type():
    numbers = torch.tensor([[0.0, 1.0, 2.5], [-0.0, 7.0, 100.0]])
    return {name: numbers.to(getattr(torch, name)) for name in TYPES}


def layouts():
    whole = torch.arange(24.0).reshape(2, 3, 4)
    return {
        "whole": whole,
        "transposed": whole.transpose(0, 2),
        "permuted": whole.permute(1, 2, 0),
        "column": whole[:, 1, 2],
        "offset": whole[1],
        "inner": whole[:, 1:, 1:3],
        "strided": whole[..., ::2],
        "overlapping": torch.arange(10.0).as_strided((3, 3), (2, 1), 1),
        "halves": torch.arange(12, dtype=torch.float16).reshape(3, 4).t(),
        "bytes": torch.arange(12, dtype=torch.uint8).reshape(3, 4).t(),
        "longs": torch.arange(12).reshape(3, 4).t(),
    }


def shapes():
    return {
        "scalar": torch.tensor(3.5),
        "empty": torch.empty(0),
        "no rows": torch.empty(0, 7),
        "no columns": torch.empty(7, 0),
        "a row": torch.arange(5.0)[None],
        "repeats one": torch.arange(5.0).expand(1, -1),
        "seven sizes": torch.arange(64.0).reshape(2, 1, 4, 1, 2, 4, 1),
        "naïve ✓": torch.ones(2),
    }


def module():
    torch.manual_seed(1)
    layers = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
    layers[2].weight = layers[0].weight  # tied
    return layers


def parameters():
    return {name: torch.nn.Parameter(each, each.numel() % 2 == 0) for name, each in layouts().items() if each.is_floating_point()}


STATE_DICTS = {
    "types": of_every_type,
    "layouts": layouts,
    "shapes": shapes,
    "module": lambda: module().state_dict(),
    "parameters": parameters,
    "ordered": lambda: collections.OrderedDict(layouts()),
    "many": lambda: {f"layers.{i}.weight": torch.full((3, i % 7 + 1), float(i)) for i in range(2000)},
    "none": dict,
}


def hooked():
    weight = torch.nn.Parameter(torch.ones(2))
    weight.note = "more than a tensor"
    return {"w": weight}


REFUSED = {
    "whole-module": module,
    "optimiser": lambda: {"model": module().state_dict(), "epoch": 3},
    "number": lambda: {"w": torch.ones(2), "epoch": 3},
    "list": lambda: [torch.ones(2)],
    "tensor": lambda: torch.ones(2),
    "sparse": lambda: {"w": torch.eye(3).to_sparse()},
    "complex": lambda: {"w": torch.ones(2, dtype=torch.complex64)},
    "float8": lambda: {"w": torch.ones(2).to(torch.float8_e4m3fn)},
    "negated": lambda: {"w": torch.complex(torch.ones(2), torch.ones(2)).conj().imag},
    "expanded": lambda: {"w": torch.ones(1).expand(1 << 20, 1 << 20)},
    "attributes": hooked,
    "device": lambda: {"w": torch.device("cpu")},
}


def folder(cases, name):
    path = cases / name
    path.mkdir(parents=True)
    return path


def write_expected(path, tensors):
    save_file({name: each.detach().clone().contiguous() for name, each in tensors.items()}, path / "expected.safetensors")


def write_files(cases):
    for kind, is_zip in FORMATS.items():
        for protocol in (2, 3, 4, 5):
            for name, make in STATE_DICTS.items():
                path = folder(cases, f"{name}-{kind}-{protocol}")
                tensors = make()
                torch.save(
                    tensors, path / "weights.bin", pickle_protocol=protocol, _use_new_zipfile_serialization=is_zip
                )
                write_expected(path, tensors)
        for name, make in REFUSED.items():
            path = folder(cases, f"refused-{name}-{kind}")
            try:
                torch.save(make(), path / "weights.bin", _use_new_zipfile_serialization=is_zip)
            except Exception as error:  # the older format can't hold all of them
                print(f"{path.name}: {error}")
                (path / "weights.bin").unlink(missing_ok=True)
                path.rmdir()


def write_changed_archives(cases):
    """Archives that are no longer as torch.save writes them."""
    path = folder(cases, "refused-big-endian")
    torch.save(layouts(), path / "little.bin")
    with zipfile.ZipFile(path / "little.bin") as old, zipfile.ZipFile(path / "weights.bin", "w") as new:
        for name in old.namelist():
            new.writestr(name, b"big" if name.endswith("/byteorder") else old.read(name))
    deflated = folder(cases, "refused-deflated") / "weights.bin"
    with zipfile.ZipFile(path / "little.bin") as old, zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    (path / "little.bin").unlink()


def write_models(cases):
    tensors = layouts()
    path = folder(cases, "model")
    (path / "config.json").write_text("{}")
    torch.save(tensors, path / "pytorch_model.bin")
    write_expected(path, tensors)

    path = folder(cases, "model-sharded")
    (path / "config.json").write_text("{}")
    names = sorted(tensors)
    shards = {"pytorch_model-00001-of-00002.bin": names[::2], "pytorch_model-00002-of-00002.bin": names[1::2]}
    for shard, its in shards.items():
        torch.save({name: tensors[name] for name in its}, path / shard)
    weight_map = {name: shard for shard, its in shards.items() for name in its}
    (path / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    write_expected(path, tensors)


def write_libraries(cases):
    """What transformers and peft hand to torch.save."""
    import peft
    import transformers

    config = transformers.DebertaV2Config(
        vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        relative_attention=True, pos_att_type=["c2p", "p2c"], position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True,
    )
    model = transformers.DebertaV2ForMaskedLM(config).half()
    path = folder(cases, "transformers")
    config.save_pretrained(path)
    torch.save(model.state_dict(), path / "pytorch_model.bin")
    write_expected(path, model.state_dict())

    adapted = peft.get_peft_model(model.float(), peft.LoraConfig(target_modules=["query_proj"], r=2))
    path = folder(cases, "peft")
    try:
        adapted.save_pretrained(path, safe_serialization=False)
        (path / "adapter_model.bin").rename(path / "weights.bin")
    except Exception as error:
        print(f"peft no longer writes pickles itself: {error}")
        torch.save(peft.get_peft_model_state_dict(adapted), path / "weights.bin")
    write_expected(path, torch.load(path / "weights.bin", weights_only=True))


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    cases = pathlib.Path(sys.argv[1])
    print(f"torch {torch.__version__}")
    write_files(cases)
    write_changed_archives(cases)
    write_models(cases)
    write_libraries(cases)
    print(f"{len(list(cases.iterdir()))} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
