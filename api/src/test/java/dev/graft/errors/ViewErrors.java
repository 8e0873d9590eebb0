package dev.graft.errors;

import static dev.graft.testing.OnHost.NONE;
import static dev.graft.testing.OnHost.on;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import dev.graft.djl.AttachmentBlock;
import dev.graft.djl.ClassificationTranslator;
import dev.graft.model.Attachment;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.OnHost;
import dev.graft.testing.TinyModel;
import java.util.List;

/** What attachments are asked that they can't answer, as blocks of DJL above all. */
final class ViewErrors {
  private ViewErrors() {}

  static void addTo(ErrorTexts errors) {
    errors.add(
        "Arrays of unequal shapes",
        on("bert", NONE, host -> forward(host, new long[][] {{5, 4, 3}}, new long[][] {{1, 1}})));
    errors.add(
        "An array with a negative token",
        on("bert", NONE, host -> forward(host, new long[][] {{5, 4, -1}})));
    errors.add(
        "Classes asked of a language model",
        languageModel(host -> new ClassificationTranslator(null, host)));
    errors.add(
        "Answers asked of a language model",
        languageModel(host -> host.answers(TinyModel.batch(3))));
    errors.add(
        "Classes asked of a regression",
        on(
            "bert",
            model -> {
              try (Attachment host = model.attach(model.stack(NONE, List.of()), 1)) {
                new ClassificationTranslator(null, host);
              }
            }));
    errors.exempt(
        "djl/AttachmentBlock.java",
        "throw unsupported(",
        "UnsupportedOperationException, for programs that call DJL's own");
  }

  private static ErrorTexts.Failing languageModel(OnHost.Attached failing) {
    return on(
        "gpt2",
        model -> {
          try (Attachment host = model.attach(model.languageModel(NONE), 1)) {
            failing.run(host);
          }
        });
  }

  private static void forward(Attachment host, long[][]... inputs) {
    try (NDManager manager = NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch")) {
      NDList batch = new NDList();
      for (long[][] input : inputs) {
        NDArray array = manager.create(input[0], new Shape(1, input[0].length));
        batch.add(array);
      }
      new AttachmentBlock(host).forward(new ParameterStore(manager, false), batch, false);
    }
  }
}
