package dev.graft.harness.study;

import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.environment.ConfigurationHash;
import dev.graft.harness.environment.Environment;
import dev.graft.harness.environment.Identity;
import dev.graft.harness.environment.PluginHashes;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.Trial;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.util.HashMap;
import java.util.Map;

/** Finds what trials depend on. Each model, task and plugin is read once. */
public final class InputsFinder {
  private final Methods methods;
  private final PluginHashes plugins;
  private final StudyFolder folder;
  private final Map<String, Base> bases = new HashMap<>();
  private final Map<String, String> tasks = new HashMap<>();

  private record Base(String weights, String configuration) {
    static Base of(String model) {
      ModelDirectory directory = ModelDirectory.of(model);
      return new Base(Fingerprint.of(directory.tensors()), ConfigurationHash.of(directory));
    }
  }

  public InputsFinder(Methods methods, StudyFolder folder) {
    this.methods = methods;
    this.plugins = new PluginHashes(methods);
    this.folder = folder;
  }

  /** What a trial depends on, as it is now. */
  public synchronized TrialInputs of(TrialSpec spec) {
    Arm arm = spec.arm();
    Base base = bases.computeIfAbsent(Trial.model(spec, folder), Base::of);
    Identity identity =
        new Identity(
            base.weights(),
            base.configuration(),
            tasks.computeIfAbsent(
                arm.task(), name -> new Labelling(TaskFinder.open(name)).contentHash()),
            plugins.of(StackSpec.parse(arm.method(), methods)),
            Environment.version());
    return new TrialInputs(spec, identity);
  }
}
