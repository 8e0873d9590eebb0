"""The other side of graft bench: transformers and peft, as they are or under torch.compile.

graft bench starts it once for each way, and lets it and Graft take turns. It reads requests from standard input, a JSON
object a line, and answers each on standard output:

  {"open": figure}  loads what a figure needs, runs it until it is compiled, and answers with what it computes first
  {"passes": n}     runs one pass that does not count and n that are timed, and answers with their milliseconds
  {"close": true}   lets it go, and answers with the bytes that its allocator gave out at most, if it tells

What can't be done is answered with {"error": reason}. Between turns it sleeps.
"""

import gc, json, os, sys, time, traceback, warnings

answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)  # whatever libraries print is no answer
warnings.filterwarnings("ignore")

import peft
import torch
import transformers
from peft import PeftModel

transformers.logging.set_verbosity_error()

COMPILING = 3  # passes after which torch.compile has traced, compiled and captured


class LastToken(torch.nn.Module):
    """GPT-2's classes from the last token alone: transformers' own class computes them for all tokens first."""

    def __init__(self, model):
        super().__init__()
        self.body, self.score = model.transformer, model.score

    def forward(self, input_ids):
        return self.score(self.body(input_ids, use_cache=False)[0][:, -1])


class Figure:
    def __init__(self, asked, compiled):
        self.asked = asked
        self.compiled = compiled
        self.device = torch.device(asked["device"])
        self.ids = torch.tensor(asked["ids"])
        self.cuda = self.device.type == "cuda"
        if self.cuda:
            torch.cuda.init()  # without it there is nothing to reset
            torch.cuda.reset_peak_memory_stats(self.device)
        self.model = self.adapted()
        self.run = self.step() if asked["work"] == "STEP" else self.forward()

    def adapted(self):
        """The model with the adapter, one of both sides' files."""
        asked = self.asked
        config = transformers.AutoConfig.from_pretrained(asked["model"])
        for name in list(config.to_dict()):
            if "drop" in name and isinstance(getattr(config, name), float):
                setattr(config, name, 0.0)
        language = asked["head"] == "LANGUAGE_MODEL"
        if not language:
            config.num_labels = 2
            config.pad_token_id = -1 if config.model_type == "gpt2" else config.pad_token_id
        kind = transformers.AutoModelForCausalLM if language else transformers.AutoModelForSequenceClassification
        model = kind.from_pretrained(
            asked["model"], config=config, dtype=getattr(torch, asked["precision"]), attn_implementation="sdpa")
        model.to(self.device)
        first, *others = asked["adapters"]
        adapted = PeftModel.from_pretrained(model, first, adapter_name="0", is_trainable=asked["work"] == "STEP")
        for number, folder in enumerate(others, 1):
            adapted.load_adapter(folder, adapter_name=str(number))
        adapted.train(asked["work"] == "STEP")
        return adapted.to(self.device)

    def forward(self):
        asked = self.asked
        if asked["arm"] == "MIXED":
            if self.compiled:
                raise ValueError("peft chooses adapters by row in hooks, which are not compiled here")
            rows = [str(row % len(asked["adapters"])) for row in range(len(asked["ids"]))]
            called = lambda ids: self.model(ids, adapter_names=rows).logits
        else:
            if asked["arm"] == "BASE":
                self.model = self.model.unload()
            elif asked["arm"] == "MERGED":
                self.model = self.model.merge_and_unload()
            else:
                self.model = self.model.get_base_model()
            if self.model.config.model_type == "gpt2":
                called = self.maybe(LastToken(self.model))
            else:
                whole = self.maybe(self.model)
                called = lambda ids: whole(input_ids=ids, attention_mask=torch.ones_like(ids)).logits

        def work():
            with torch.no_grad():
                return called(self.ids.to(self.device)).float().cpu()

        return work

    def maybe(self, module):
        return torch.compile(module, mode="reduce-overhead", dynamic=False) if self.compiled else module

    def step(self):
        module = torch.compile(self.model) if self.compiled else self.model
        trained = [p for p in self.model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=self.asked["learningRate"], weight_decay=0.01, fused=True)
        language = self.asked["head"] == "LANGUAGE_MODEL"
        classes = torch.arange(len(self.ids)) % 2

        def work():
            ids = self.ids.to(self.device)
            if language:
                loss = module(input_ids=ids, labels=ids, use_cache=False).loss
            else:
                loss = module(input_ids=ids, attention_mask=torch.ones_like(ids), labels=classes.to(self.device)).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            return loss.detach().float().cpu()

        return work

    def timed(self):
        if self.cuda:
            torch.cuda.synchronize(self.device)
        start = time.perf_counter()
        self.run()  # its result is on the processor when it ends
        return 1e3 * (time.perf_counter() - start)


class Peer:
    def __init__(self, compiled):
        self.compiled = compiled
        self.figure = None

    def open(self, asked):
        self.figure = Figure(asked, self.compiled)
        results = [self.figure.run() for _ in range(COMPILING)]
        values = torch.stack(results) if asked["work"] == "STEP" else results[0].flatten()
        return {"values": values.tolist()}

    def passes(self, count):
        self.figure.run()
        return {"milliseconds": [self.figure.timed() for _ in range(count)]}

    def close(self, _):
        if self.figure is None:
            return {"allocated": None}  # it was not opened
        device, cuda = self.figure.device, self.figure.cuda
        allocated = torch.cuda.max_memory_allocated(device) if cuda else None
        self.figure = None
        torch._dynamo.reset()
        gc.collect()
        if cuda:
            torch.cuda.empty_cache()
        return {"allocated": allocated}


def main():
    print("torch", torch.__version__, "transformers", transformers.__version__, "peft", peft.__version__, flush=True)
    peer = Peer(compiled={"eager": False, "compiled": True}[sys.argv[1]])
    for line in sys.stdin:
        (name, argument), = json.loads(line).items()
        try:
            answer = {"open": peer.open, "passes": peer.passes, "close": peer.close}[name](argument)
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


main()
