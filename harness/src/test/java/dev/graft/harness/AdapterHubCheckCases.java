package dev.graft.harness;

import dev.graft.harness.CheckCases.Case;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes the cases that {@code adapterhub_check.py} compares with AdapterHub's library: adapters
 * that Graft trained on the bases of the reference folder, with the logits that it computes. To be
 * run as {@link PeftCheckCases} is.
 */
final class AdapterHubCheckCases {
  private static final List<Case> CASES =
      Stream.of("bert", "roberta", "deberta-v2", "gpt2", "llama")
          .flatMap(
              base ->
                  Stream.of(
                          "houlsby:bottleneck=3",
                          "pfeiffer:reduction-factor=2.5,activation=gelu",
                          "pfeiffer:drop-layers=1",
                          "parallel:bottleneck=5,learn-scale=true",
                          "parallel:scale=0.5")
                      .filter(stack -> !base.matches("gpt2|llama") || !stack.startsWith("parallel"))
                      .map(
                          stack ->
                              new Case(base + "-" + stack.replaceAll("[:=,]", "-"), base, stack)))
          .toList();

  private AdapterHubCheckCases() {}

  /** Takes the reference folder and a folder to be made. */
  public static void main(String... arguments) {
    CheckCases.write(arguments, CASES, PeftCheckCases::export);
  }
}
