package dev.graft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.GraftException;
import dev.graft.conformance.TinyHosts;
import dev.graft.files.JsonFile;
import dev.graft.host.HostConfig.Rotary;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RotaryTest {
  private static final StackSpec NONE = new StackSpec(List.of());

  @RegisterExtension final TestDevice cpu = new TestDevice();

  /** The numbers are those of {@code rotary_cases.py}, by transformers 5.17. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          {'rope_theta': 500.0}; 1 0.21147424 0.044721361 0.0094574159; 1; -0.8479722 1.370632 -0.7692187 3.08755
          {'rope_parameters': {'rope_type': 'default', 'rope_theta': 300.0}, 'rope_theta': 500.0}; 1 0.24028115 0.057735022 0.013872638; 1; -0.9553249 1.388703 -0.7648218 3.062247
          {'rope_parameters': {'rope_theta': 300.0}, 'rope_scaling': {'type': 'linear', 'factor': 2.0}, 'rope_theta': 500.0}; 0.5 0.10573712 0.022360681 0.004728708; 1; -0.807249 0.4268298 -1.332246 2.807476
          {'rope_scaling': {'rope_type': 'llama3', 'factor': 8.0, 'low_freq_factor': 1.0, 'high_freq_factor': 4.0, 'original_max_position_embeddings': 32}}; 1 0.0125 0.00125 0.00012500001; 1; -1.736166 1.665743 0.3443774 2.969008
          {'rope_scaling': {'rope_type': 'dynamic', 'factor': 4.0}}; 1 0.1 0.0099999998 0.001; 1; -1.144553 1.537816 -0.2878576 3.147227
          {'rope_scaling': {'rope_type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings': 32}}; 1 0.025 0.0024999999 0.00025000001; 1.1386294; -1.682625 1.723888 0.4258144 3.01077
          {'rope_scaling': {'type': 'yarn', 'factor': 4.0}, 'max_position_embeddings': 64}; 1 0.0625 0.0024999999 0.00025000001; 1.1386294; -1.500903 1.529117 0.189939 3.09085
          {'rope_scaling': {'rope_type': 'yarn', 'factor': 40.0, 'original_max_position_embeddings': 32, 'beta_fast': 8, 'beta_slow': 0.5, 'mscale': 0.707, 'mscale_all_dim': 1.0}}; 1 0.05125 0.00025000001 2.4999999e-05; 0.92104236; -1.614921 1.619104 0.02199649 3.007701
          {'rope_scaling': {'rope_type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings': 48, 'truncate': false, 'attention_factor': 1.25}, 'rope_theta': 100.0}; 1 0.18193878 0.025 0.0079056947; 1.25; -0.3842028 1.144814 -0.9495709 3.110682
          {'rope_scaling': {'rope_type': 'yarn', 'factor': null, 'original_max_position_embeddings': 16}, 'max_position_embeddings': 128}; 1 0.0125 0.00125 0.00012500001; 1.2079442; -1.684711 1.769788 0.5350822 3.021648
          {'rope_parameters': {'rope_type': 'yarn', 'factor': 2.0, 'rope_theta': 1000.0, 'beta_fast': 1, 'beta_slow': 1}, 'original_max_position_embeddings': 24}; 1 0.08891397 0.015811389 0.0028117066; 1.0693147; -1.221763 1.471966 -0.1117566 3.146157
          {'rope_scaling': {'rope_type': 'longrope', 'short_factor': [1.0, 1.5, 2.0, 3.0], 'long_factor': [1.0, 2.0, 4.0, 8.0], 'original_max_position_embeddings': 32}}; 1 0.06666667 0.0049999999 0.00033333333; 1.1476029; -1.450461 1.490037 0.1637508 3.103827
          {'rope_scaling': {'rope_type': 'longrope', 'short_factor': [1.0, 1.5, 2.0, 3.0], 'long_factor': [1.0, 2.0, 4.0, 8.0], 'factor': 4.0, 'attention_factor': 1.5}, 'original_max_position_embeddings': 24}; 1 0.06666667 0.0049999999 0.00033333333; 1.5; -1.333275 1.36772 0.1640795 3.103415
          """)
  void positionsAreThoseOfTransformers(
      String entries, String frequencies, double scale, String logits) {
    JsonFile config = config(entries.replace('\'', '"'));
    Rotary rotary = HostShape.of(config).config().attention().rotary().orElseThrow();
    NumbersAssert.assertThat(floats(rotary.frequencies().stream().map(String::valueOf)))
        .isCloseTo(floats(frequencies), 1e-6);
    assertThat(rotary.scale()).isCloseTo(scale, within(1e-7));

    Model model = cpu.load(RandomModel.of(config, 7));
    try (Attachment host = model.attach(model.languageModel(NONE), 1)) {
      Tokens tokens = new Tokens(LongStream.range(3, 21).toArray(), new long[18]);
      float[] all = host.logits(TokenBatch.of(List.of(tokens), 0))[0];
      NumbersAssert.assertThat(Arrays.copyOfRange(all, all.length - 60, all.length - 56))
          .isCloseTo(floats(logits), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          {'rope_scaling': {'rope_type': 'dynamic', 'factor': 4}}; 96
          {'rope_scaling': {'rope_type': 'longrope', 'short_factor': [1, 1, 1, 1], 'factor': 2}, 'original_max_position_embeddings': 24}; 24
          """)
  void positionsThatWouldDependOnTheLongestTextAreRefused(String entries, int reach) {
    HostConfig config = HostShape.of(config(entries.replace('\'', '"'))).config();
    assertThat(config.room()).isEqualTo(reach);
    config.refuseLonger(reach, 0);
    assertThatThrownBy(() -> config.refuseLonger(reach, 1))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("at most %s tokens", reach - 1);
  }

  /** The tiny llama with heads of 8. */
  private static JsonFile config(String entries) {
    JsonObject config = TinyHosts.config("llama").json().deepCopy();
    config.remove("rope_theta");
    config.addProperty("num_attention_heads", 2);
    config.addProperty("num_key_value_heads", 1);
    config.addProperty("max_position_embeddings", 96);
    JsonParser.parseString(entries).getAsJsonObject().asMap().forEach(config::add);
    return new JsonFile(Path.of("config.json"), config);
  }

  private static float[] floats(String numbers) {
    return floats(Stream.of(numbers.split(" ", -1)));
  }

  private static float[] floats(Stream<String> numbers) {
    List<Float> floats = numbers.map(Float::valueOf).toList();
    float[] array = new float[floats.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = floats.get(i);
    }
    return array;
  }
}
