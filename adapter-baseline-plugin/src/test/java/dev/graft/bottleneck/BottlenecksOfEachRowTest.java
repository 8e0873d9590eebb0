package dev.graft.bottleneck;

import dev.graft.testing.MixedRows;
import dev.graft.testing.TestDevice;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BottlenecksOfEachRowTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();

  @ParameterizedTest
  @CsvSource({
    "houlsby, gpt2",
    "houlsby, llama",
    "lin, gpt2",
    "lin, llama",
    "pfeiffer, gpt2",
    "pfeiffer, llama",
    "parallel, gpt2",
    "parallel, llama"
  })
  void widthsActivationsAndLayersMayDiffer(String method, String host) {
    MixedRows.assertEachRowIsItsOwn(
        cpu.load(host),
        Map.of(
            "a", method + ":bottleneck=3",
            "b", method + ":bottleneck=7,drop-layers=1",
            "c", method + ":bottleneck=5,activation=tanh",
            "d", method + ":bottleneck=2,drop-up-to=1,drop-layers=1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama"})
  void methodsMayDiffer(String host) {
    MixedRows.assertEachRowIsItsOwn(
        cpu.load(host),
        Map.of(
            "a", "houlsby:bottleneck=3+parallel:bottleneck=2,learn-scale=true",
            "b", "pfeiffer",
            "c", "parallel:scale=0.5+houlsby:bottleneck=6"));
  }
}
