package dev.graft.harness.report.origin;

import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.training.TrainingSteps;
import dev.graft.harness.trial.TrialResult;
import java.util.LinkedHashMap;
import java.util.Map;

/** What each column of the table means. */
public final class ColumnNotes {
  private ColumnNotes() {}

  public static Map<String, String> of(Comparison comparison) {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("method", "a stack of methods; settings that are not named have their defaults");
    notes.put(
        "trained parameters",
        "numbers that training changes: those of the method, which papers count, and those of the"
            + " task head, which every method trains");
    notes.put("share", "the method's parameters as a share of the model's, heads apart");
    notes.put(
        comparison.scale().heading(),
        "on the test split, which each trial reads once, when it has been trained, and which nothing is"
            + " chosen by; with its 95% interval over examples"
            + (comparison.seeds() > 1 ? "; mean of the seeds, +- their standard deviation" : ""));
    if (comparison.isOfForgetting()) {
      notes.put(
          "general text",
          "by how much training changes the model's loss on a text that is not of the task, in nats a"
              + " token, in what it was pretrained to predict; with its 95% interval over passages"
              + " and seeds. Above 0 it has forgotten: +0.1 is a perplexity that is 10.5% higher");
    }
    notes.put(
        "training",
        "time of "
            + TrainingSteps.TIMED
            + comparison.sharing().map(words -> "; " + words).orElse(""));
    notes.put("memory", memory(comparison));
    notes.put(
        "forward pass / base",
        "time of a forward pass relative to the model without any method, with its 95% interval:"
            + " 1.05 is 5% slower; merged is after the method was computed into the weights, which"
            + " not all methods can be");
    notes.put("on disk", "all files of the saved method and head");
    return notes;
  }

  private static String memory(Comparison comparison) {
    TrialResult trial = comparison.contenders().get(0).trials().get(0);
    return trial.memory().measures();
  }
}
