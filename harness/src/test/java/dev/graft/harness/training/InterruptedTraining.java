package dev.graft.harness.training;

import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.Splits;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.testing.ErrorTexts;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A tiny training that rests after a few steps, and goes on for one from its snapshot. */
public final class InterruptedTraining implements AutoCloseable {
  /** Of three steps an epoch, so that something has been validated and kept. */
  private static final Recipe RECIPE =
      new Recipe(
          4,
          Optional.empty(),
          32,
          0.1,
          0.01,
          1,
          Rates.of(0.02),
          32,
          Optional.of(0.1),
          Optional.empty(),
          true,
          Optional.empty());

  private static final int RESTS = 4;

  private final Device device;
  private final Objective objective;
  private final Tokenizer tokenizer;
  private final Model model;
  private final Stack stack;

  /**
   * Trains, and leaves the snapshot.
   *
   * @param folder of the model and the task
   * @param method that is trained
   * @param snapshot the file
   */
  public InterruptedTraining(Path folder, String method, Device device, Path snapshot) {
    TinyStudy study = new TinyStudy(folder);
    this.device = device;
    this.objective = TaskFinder.objective(study.task().toString());
    this.tokenizer = Tokenizer.open(study.model(), 32);
    this.model =
        Model.load(ModelDirectory.open(study.model()), device, RECIPE.options(Precision.FLOAT32));
    this.stack =
        Stack.of(
            model.host(),
            StackSpec.parse(method, Methods.installed()),
            objective.head(model.host()));
    train(snapshot, RESTS);
  }

  /**
   * {@return the losses of all steps}
   *
   * @param snapshot from which it goes on if it can, and which is written anew
   */
  public List<Double> goOn(Path snapshot) {
    return train(snapshot, RESTS + 1);
  }

  private List<Double> train(Path snapshot, int until) {
    Trail trail =
        new Trail(Optional.of(snapshot), Duration.ofDays(1), Optional.empty(), line -> {});
    try (Attachment attachment = model.attach(stack, 1)) {
      Splits splits = objective.read(attachment, tokenizer);
      return new Trainer(
              RECIPE,
              Peaks.of(RECIPE.rates(), stack, 12),
              1,
              Steering.of(RECIPE, objective),
              Optional.of(until))
          .train(
              attachment,
              RECIPE.batches(splits.train(), stack.head(), attachment.room()),
              splits,
              trail,
              new Snapshots(trail, Map.of("seed", "1")),
              new PhaseMeter(device, Precision.FLOAT32),
              progress -> {})
          .losses();
    }
  }

  /** Seals a snapshot as it is, as somebody would who wants it to be believed. */
  public static void seal(Path snapshot) throws IOException {
    seal(snapshot, name -> true);
  }

  /** Seals a part of it. */
  private static void seal(Path snapshot, Predicate<String> kept) throws IOException {
    Safetensors file = Safetensors.open(snapshot);
    Map<String, String> metadata = new TreeMap<>(file.metadata());
    List<LazyTensor> tensors =
        file.names().stream()
            .filter(name -> !name.equals("seal") && kept.test(name))
            .map(name -> new LazyTensor(file.info(name), () -> file.pieces(name).stream()))
            .toList();
    Path sealed = snapshot.resolveSibling("sealed");
    SafetensorsWriter.writeEach(sealed, Seal.on(tensors, metadata), metadata);
    Files.copy(sealed, snapshot, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(sealed);
  }

  /** Adds the case of an optimiser that another program has written. */
  public static void addTo(ErrorTexts errors, Path folder) {
    errors.add(
        "A snapshot whose optimiser is of another training",
        () -> {
          Path snapshot = folder.resolve("snapshot.safetensors");
          Path study = Files.createDirectories(folder.resolve("interrupted"));
          try (Device device = Device.cpu();
              InterruptedTraining training =
                  new InterruptedTraining(study, "lora:rank=2", device, snapshot)) {
            seal(snapshot, name -> !name.startsWith("optimizer/steps of "));
            training.goOn(snapshot);
          }
        });
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
