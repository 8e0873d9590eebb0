package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.conformance.TinyHosts;
import dev.graft.host.TokenBatch;
import dev.graft.program.Precision;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.VectorMethods;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts of every architecture in 16 bits a number. */
class HalfPrecisionTest {
  private static final TokenBatch BATCH = TinyModel.batch(7, 4);

  @RegisterExtension final TestDevice cpu = new TestDevice();

  static List<String> hosts() {
    return TinyHosts.names();
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void bfloat16StaysCloseToFloat32AndTrains(String host) {
    check(host, Precision.BFLOAT16, 0.1);
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void float16StaysCloseToFloat32AndTrains(String host) {
    check(host, Precision.FLOAT16, 0.02);
  }

  private void check(String host, Precision precision, double tolerance) {
    Model.Options options = Model.Options.DEFAULT.withPrecision(precision);
    try (Attachment exact = attach(cpu.load(host));
        Attachment gain = attach(cpu.load(TinyHosts.named(host), options))) {
      NumbersAssert.assertThat(NumbersAssert.flat(gain.logits(BATCH)))
          .isCloseTo(NumbersAssert.flat(exact.logits(BATCH)), tolerance);
      try (Training training = gain.training(new Training.Options(AdamW.DEFAULT, 0))) {
        training
            .gradients(BATCH, new double[] {0, 0}, 0)
            .forEach((name, gradient) -> assertThat(squares(gradient)).as(name).isPositive());
      }
    }
  }

  private static Attachment attach(Model model) {
    return model.attach(model.stack(TinyHost.only(VectorMethods.GAIN), List.of("a", "b")), 0);
  }

  private static double squares(float[] numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += (double) number * number;
    }
    return Double.isFinite(sum) ? sum : -1;
  }
}
