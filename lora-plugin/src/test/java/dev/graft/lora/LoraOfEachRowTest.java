package dev.graft.lora;

import static dev.graft.testing.MixedRows.BATCH;
import static dev.graft.testing.MixedRows.ROWS;
import static dev.graft.testing.MixedRows.assertEachRowIsItsOwn;
import static dev.graft.testing.MixedRows.moved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.conformance.TinyHosts;
import dev.graft.model.Model;
import dev.graft.program.Precision;
import dev.graft.tasks.Tasks;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches whose rows belong to different tasks. */
class LoraOfEachRowTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "qwen2", "mistral"})
  void eachRowOfALanguageModelIsAsOnItsOwnAttachment(String host) {
    assertEachRowIsItsOwn(
        cpu.load(host),
        Map.of(
            "a", "lora:rank=2,alpha=4",
            "b", "lora:rank=5,alpha=1,targets=all-linear,rank-stabilized=true",
            "c", "lora:rank=3,targets=[mlp.down,lm_head,key],dropout=0.5,layers=[1]"));
  }

  @Test
  void aFusedProjectionAndItsPartsMayBeTargetsOfDifferentTasks() {
    assertEachRowIsItsOwn(
        cpu.load("gpt2"),
        Map.of(
            "a", "lora:rank=2,targets=qkv",
            "b", "lora:rank=4,targets=[query,key,value]",
            "c", "lora:rank=3,targets=key,rank-pattern=[layers.0.attention.key=1]"));
  }

  @Test
  void variantsAndStacksOfSeveralMayBeMixed() {
    assertEachRowIsItsOwn(
        cpu.load("llama"),
        Map.of(
            "a", "lora:rank=2,dora=true,targets=[query,mlp.up]",
            "b", "lora:rank=3,initializer=pissa,targets=query+lora:rank=1,dora=true",
            "c", "vera:rank=6+lora:rank=4,targets=query"));
  }

  @Test
  void doraMayHaveDifferentRanks() {
    assertEachRowIsItsOwn(
        cpu.load("llama"),
        Map.of(
            "a", "lora:rank=2,dora=true",
            "b", "lora:rank=3,dora=true,targets=[query,mlp.down]",
            "c", "vera:rank=4"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert",
        "roberta",
        "electra",
        "distilbert",
        "deberta-v2",
        "deberta-v2 with a convolution and keys of its own",
        "gpt2",
        "llama"
      })
  void eachRowHasTheHeadAndTheLabelsOfItsTask(String host) {
    Map<String, List<String>> labels = new LinkedHashMap<>();
    labels.put("a", List.of("no", "yes"));
    labels.put("b", List.of("1", "2", "3", "4"));
    labels.put("c", List.of("x", "y", "z"));
    List<String> rows = List.of("b", "c", "a", "c", "a", "b");
    Model model = cpu.load(host);
    try (Tasks tasks = new Tasks(model)) {
      tasks.add("a", moved(model, "lora:rank=2", labels.get("a"), 1));
      tasks.add("b", moved(model, "lora:rank=7,alpha=3,targets=all-linear", labels.get("b"), 2));
      tasks.add("c", moved(model, "", labels.get("c"), 3));
      float[][] found = tasks.logits(BATCH, rows);
      for (int row = 0; row < rows.size(); row++) {
        tasks.use(rows.get(row));
        assertThat(found[row]).hasSameSizeAs(labels.get(rows.get(row)));
        NumbersAssert.assertThat(found[row]).isCloseTo(tasks.logits(BATCH.row(row))[0], 1e-5);
      }
      assertThatThrownBy(() -> tasks.logits(BATCH, ROWS))
          .isInstanceOf(GraftException.class)
          .hasMessageStartingWith(
              "The base can't answer rows of its own: its checkpoint has no head for them.");
    }
  }

  @Test
  void tasksThatComputeAlikeShareOneComputationAndTables() {
    Model model = cpu.load("llama");
    try (Tasks tasks = new Tasks(model)) {
      tasks.add("a", moved(model, "lora:rank=2,dora=true,dropout=0.1", List.of(), 1));
      tasks.add("b", moved(model, "lora:rank=6,alpha=3,dora=true", List.of(), 2));
      int alive = cpu.liveTensors();
      tasks.logits(BATCH, List.of("a", "b", "a", "a", "b", "base"));
      // A, B and the lengths at each of four projections, the scale, and who has a graft there.
      assertThat(cpu.liveTensors() - alive).isEqualTo(14);
      tasks.remove("a");
      assertThat(cpu.liveTensors() - alive).isEqualTo(-13);
    }
  }

  @Test
  void in16BitsEachRowIsAsOnItsOwnAttachmentWithinTheirRounding() {
    Model.Options options = Model.Options.DEFAULT.withPrecision(Precision.BFLOAT16);
    Model model = cpu.load(TinyHosts.named("llama"), options);
    try (Tasks tasks = new Tasks(model)) {
      tasks.add("a", moved(model, "lora:rank=2", List.of("no", "yes"), 1));
      tasks.add("b", moved(model, "lora:rank=5,dora=true", List.of("x", "y", "z"), 2));
      List<String> rows = List.of("b", "a", "a", "b", "a", "b");
      float[][] found = tasks.logits(BATCH, rows);
      for (int row = 0; row < rows.size(); row++) {
        tasks.use(rows.get(row));
        NumbersAssert.assertThat(found[row]).isCloseTo(tasks.logits(BATCH)[row], 3e-2);
      }
    }
  }
}
