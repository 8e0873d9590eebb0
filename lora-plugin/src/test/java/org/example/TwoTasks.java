package org.example;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokenizer;
import dev.graft.model.Answer;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.saved.Saved;
import dev.graft.tasks.Tasks;
import java.nio.file.Path;
import java.util.List;

/** Answers for two tasks with one model. */
public final class TwoTasks {
  /** The model (a folder or hf:org/name), and what graft train saved for each task. */
  public static void main(String[] args) {
    try (Device device = Device.named("auto");
        Model model = Model.load(ModelDirectory.of(args[0]), device);
        Tokenizer tokenizer = Tokenizer.open(model.directory().path(), 128);
        Tasks tasks = new Tasks(model)) {
      tasks.add("reviews", Saved.open(model, Path.of(args[1])));
      tasks.add("topics", Saved.open(model, Path.of(args[2])));
      List<String> texts = List.of("A lovely soup.", "The bill came late.");
      TokenBatch batch = model.batch(tokenizer.encodeAll(texts));

      for (String task : tasks.names()) {
        tasks.use(task); // half a microsecond: one reference is replaced
        print(task, tasks.call(attachment -> attachment.answers(batch)));
      }
      float[][] mixed = tasks.logits(batch, List.of("reviews", "topics")); // a task for each row
      System.out.println("mixed: " + mixed[0].length + " and " + mixed[1].length + " logits");

      tasks.use("reviews");
      try (Attachment merged = tasks.call(Attachment::merged)) { // the same at the base's speed
        print("reviews, merged", merged.answers(batch));
      }
    }
  }

  private static void print(String task, List<Answer> answers) {
    answers.forEach(answer -> System.out.println(task + ": " + answer.probabilities()));
  }
}
