package dev.graft.harness.measure.phase;

/** What a training and its judgement are at: one thing at a time. */
public enum Phase {
  /** The model is loaded, the data is read, and what is to be trained is made. */
  SET_UP("set-up"),

  /** Programs are compiled, whenever that is. Its memory is in that of the phase it interrupts. */
  COMPILATION("compilation"),

  /** Texts are tokenised and put together to batches. Its memory is in that of the steps. */
  BATCHES("batches"),

  /** Forward, backward and the optimiser, and the loop around them. */
  STEPS("training steps"),

  /** Data is answered that is not trained on, on the way or at the end. */
  EVALUATION("evaluation"),

  /** What was trained is computed into the weights. */
  MERGING("merging"),

  /** The merged model is asked what the unmerged one was. */
  MERGED_CHECK("merged check"),

  /** The loss on general text is measured, before and after. */
  GENERAL_TEXT("general text"),

  /** Snapshots and checkpoints are written. */
  SAVING("saving");

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  /** What people call it. */
  public String label() {
    return label;
  }
}
