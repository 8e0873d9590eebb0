package dev.graft.model;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/** How a head on whole sequences is built. Parameters have their Hugging Face names. */
public enum SequenceHead {
  /** BERT: the host's pooler behind the first token, tanh, dropout, linear. */
  POOLED {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      linear(graft, "classifier", config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      Tensor pooled = forward.project("pooler", hidden.slice(1, 0, 1)).tanh(); // (B, 1, D)
      return forward.head("classifier", drop(forward, pooled.squeeze(1)));
    }
  },
  /** RoBERTa: the first token, dropout, linear, tanh, dropout, linear; all of it trained. */
  FIRST_TOKEN_MLP {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      linear(graft, "classifier.dense", config, config.width());
      linear(graft, "classifier.out_proj", config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      Tensor first = drop(forward, hidden.select(1, 0)); // (B, D)
      Tensor inner = forward.head("classifier.dense", first).tanh();
      return forward.head("classifier.out_proj", drop(forward, inner));
    }
  },
  /** For hosts without a pooler: the mean over real tokens, dropout, linear. */
  MEAN {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      linear(graft, "classifier", config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      return forward.head("classifier", drop(forward, forward.mean(hidden)));
    }
  };

  abstract void declare(Graft graft, HostConfig config, int outputs);

  /** (B, outputs), from the last hidden states, (B, T, D). */
  abstract Tensor logits(Forward forward, Tensor hidden);

  private static void linear(Graft graft, String path, HostConfig config, long out) {
    graft.parameter(
        path + ".weight",
        Shape.of(out, config.width()),
        Initializer.normal(config.initializerRange()));
    graft.parameter(path + ".bias", Shape.of(out), Initializer.zeros());
  }

  private static Tensor drop(Forward forward, Tensor x) {
    return x.dropout(forward.config().headDropout());
  }
}
