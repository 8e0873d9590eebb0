package dev.graft.harness.forgetting;

import dev.graft.checkpoint.TensorData;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.testing.PretrainedModel;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/** The model of {@link TinyStudy} with its head for masked tokens, and general text for it. */
public final class TinyGeneral {
  public static final int MASK = 59;
  public static final int PASSAGES = 24;

  private final TinyStudy study;
  private final Path text;

  /** Writes all of it. */
  public TinyGeneral(Path folder) {
    study = new TinyStudy(folder);
    text = folder.resolve("general.txt");
    String head = "cls.predictions.";
    Map<String, TensorData> weights = TinyModel.weights(true);
    PretrainedModel.add(weights, head + "transform.dense.weight", 16, 16);
    PretrainedModel.add(weights, head + "transform.dense.bias", 16);
    PretrainedModel.add(weights, head + "transform.LayerNorm.weight", 16);
    PretrainedModel.add(weights, head + "transform.LayerNorm.bias", 16);
    PretrainedModel.add(weights, head + "bias", TinyModel.VOCABULARY);
    TinyModel.write(study.model(), weights);
    try {
      Files.writeString(study.model().resolve("tokenizer.json"), tokenizer());
      Files.writeString(text, lines(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With a mask in the place of the last word. */
  public static String tokenizer() {
    return TinyModel.tokenizer().replace("\"w59\"", "\"[MASK]\"");
  }

  /** Passages of 6 to 20 words, with an empty line in between. */
  public static String lines(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < PASSAGES; i++) {
      int words = 6 + random.nextInt(15);
      for (int j = 0; j < words; j++) {
        lines.append(j == 0 ? "" : " ").append("w").append(4 + random.nextInt(55));
      }
      lines.append(i == 10 ? "\n\n" : "\n");
    }
    return lines.toString();
  }

  public TinyStudy study() {
    return study;
  }

  public Path text() {
    return text;
  }

  /** The text as it is measured on by default. */
  public GeneralText general() {
    return GeneralText.of(ForgettingSpec.of(text.toString()));
  }
}
