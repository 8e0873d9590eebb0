package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.HostShape;
import dev.graft.host.HostShapes;
import dev.graft.methods.StackSpec;
import dev.graft.program.Precision;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static Plan plan(String shape) {
    HostShape host = HostShapes.named(shape);
    Stack stack =
        Stack.of(host, new StackSpec(List.of()), TaskHead.forHost(host, List.of("a", "b")));
    return new Plan(stack, Precision.FLOAT16, 1, 128);
  }

  /** As transformers counts them, without a task head; GPT-3's follows from the paper's shape. */
  @ParameterizedTest
  @CsvSource({
    "bert-base, 109482240",
    "bert-large, 335141888",
    "distilbert-base, 66362880",
    "roberta-base, 124055040",
    "roberta-large, 354310144",
    "gpt2, 124439808",
    "gpt2-medium, 354823168",
    "gpt2-large, 774030080",
    "gpt2-xl, 1557611200",
    "gpt3-175b, 174604259328",
    "llama-2-7b, 6738415616",
    "llama-3-8b, 8030261248",
    "mistral-7b, 7241732096",
    "qwen2-0.5b, 494032768",
    "qwen2-7b, 7615616512"
  })
  void countsTheWeightsOfAShape(String shape, long count) {
    assertThat(plan(shape).hostParameters()).isEqualTo(count);
  }

  @Test
  void theWeightsOfGpt3TakeThePapersMemory() {
    assertThat(plan("gpt3-175b").weightBytes()).isEqualTo(2 * 174_604_259_328L);
  }

  @Test
  void aForwardPassTakesTwoOperationsAWeightAndToken() {
    Plan plan = plan("gpt2-medium");
    long inBlocks = 24L * 12 * 1024 * 1024;
    assertThat((double) plan.forwardFlops()).isBetween(2.0 * inBlocks * 128, 2.1 * inBlocks * 128);
  }

  @Test
  void whereOnlyTheHeadIsTrainedThereAreNoGradientsButIts() {
    Plan plan = plan("gpt2-medium");
    long ofTheHead = 2 * 2 * 1024;
    assertThat(plan.trainingFlops()).isEqualTo(plan.forwardFlops() + ofTheHead);
  }
}
