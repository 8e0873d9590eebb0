package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.graft.conformance.TinyHosts;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import java.util.List;

/** Something that fails on a tiny host, and leaves nothing on the device. */
@FunctionalInterface
public interface OnHost {
  StackSpec NONE = new StackSpec(List.of());
  List<String> LABELS = List.of("no", "yes");

  void run(Model model) throws Exception;

  /** Something that fails with a stack attached. */
  @FunctionalInterface
  interface Attached {
    void run(Attachment attachment) throws Exception;
  }

  /** A case on a host of {@link TinyHosts}. */
  static ErrorTexts.Failing on(String host, OnHost failing) {
    return () -> {
      Throwable failure;
      try (TestDevice cpu = new TestDevice()) {
        failure = catchThrowable(() -> failing.run(cpu.load(host)));
      }
      if (failure instanceof Exception e) {
        throw e;
      }
      assertThat(failure).isNull();
    };
  }

  /** The same on the host with a stack, under a head for two labels. */
  static ErrorTexts.Failing on(String host, StackSpec stack, Attached failing) {
    return on(
        host,
        model -> {
          try (Attachment attachment = new TinyHost(model).attach(stack)) {
            failing.run(attachment);
          }
        });
  }

  /** The same with a stack of installed methods. */
  static ErrorTexts.Failing on(String host, String stack, Attached failing) {
    return () -> on(host, TinyHost.installed(stack), failing).run();
  }

  /** A stack of installed methods that can't be put on the host. */
  static ErrorTexts.Failing on(String host, String stack) {
    return on(host, model -> model.stack(TinyHost.installed(stack), LABELS));
  }
}
