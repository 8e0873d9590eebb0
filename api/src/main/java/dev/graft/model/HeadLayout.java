package dev.graft.model;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.program.Activation;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/** How a task head is built. Parameters have their Hugging Face names. */
public enum HeadLayout {
  /** BERT: the host's pooler behind the first token, activation, dropout, linear. */
  POOLED {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      linear(graft, "classifier", config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      Tensor first = hidden.slice(1, 0, 1).dropout(forward.config().dropouts().pooler());
      Tensor pooled = forward.config().poolerActivation().of(forward.project("pooler", first));
      return forward.head("classifier", drop(forward, pooled.squeeze(1))); // from (B, D)
    }
  },
  /** RoBERTa: the first token, dropout, linear, tanh, dropout, linear; all of it trained. */
  FIRST_TOKEN_MLP {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      firstTokenMlp(graft, config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      return firstTokenMlp(forward, hidden, Activation.TANH);
    }
  },
  /** ELECTRA: the same with gelu. */
  FIRST_TOKEN_GELU {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      firstTokenMlp(graft, config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      return firstTokenMlp(forward, hidden, Activation.GELU);
    }
  },
  /** DistilBERT: the first token, linear, relu, dropout, linear; all of it trained. */
  FIRST_TOKEN_RELU {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      linear(graft, "pre_classifier", config, config.width());
      linear(graft, "classifier", config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      Tensor inner = Activation.RELU.of(forward.head("pre_classifier", hidden.select(1, 0)));
      return forward.head("classifier", drop(forward, inner));
    }
  },
  /** Decoders: the last real token, linear without a bias. */
  LAST_TOKEN {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {
      weight(graft, "score", config, outputs);
    }

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      return forward.head("score", drop(forward, forward.last(hidden)));
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
  },
  /** The next token, by the host's own language-model head: nothing of it is trained. */
  LANGUAGE_MODEL {
    @Override
    void declare(Graft graft, HostConfig config, int outputs) {}

    @Override
    Tensor logits(Forward forward, Tensor hidden) {
      return forward.project(Transformer.LM_HEAD, forward.tokens(hidden));
    }

    @Override
    Tensor predictions(Forward forward) {
      return forward.project(Transformer.LM_HEAD, forward.beforeTokens());
    }
  };

  abstract void declare(Graft graft, HostConfig config, int outputs);

  /** (B, outputs), or (B, T, vocabulary), from the last hidden states, (B, S, D). */
  abstract Tensor logits(Forward forward, Tensor hidden);

  /** What is compared with labels. */
  Tensor predictions(Forward forward) {
    return forward.logits();
  }

  private static void firstTokenMlp(Graft graft, HostConfig config, int outputs) {
    linear(graft, "classifier.dense", config, config.width());
    linear(graft, "classifier.out_proj", config, outputs);
  }

  private static Tensor firstTokenMlp(Forward forward, Tensor hidden, Activation activation) {
    Tensor first = drop(forward, hidden.select(1, 0)); // (B, D)
    Tensor inner = activation.of(forward.head("classifier.dense", first));
    return forward.head("classifier.out_proj", drop(forward, inner));
  }

  private static void linear(Graft graft, String path, HostConfig config, long out) {
    weight(graft, path, config, out);
    graft.parameter(path + ".bias", Shape.of(out), Initializer.zeros());
  }

  private static void weight(Graft graft, String path, HostConfig config, long out) {
    graft.parameter(
        path + ".weight",
        Shape.of(out, config.width()),
        Initializer.normal(config.initializerRange()));
  }

  private static Tensor drop(Forward forward, Tensor x) {
    return x.dropout(forward.config().dropouts().head());
  }
}
