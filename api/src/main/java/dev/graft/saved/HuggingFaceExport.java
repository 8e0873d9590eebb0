package dev.graft.saved;

import dev.graft.GraftException;
import dev.graft.api.HostParameter;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.ShardedWriter;
import dev.graft.files.AtomicFile;
import dev.graft.files.NewFolder;
import dev.graft.files.TokenizerFiles;
import dev.graft.host.HostShape;
import dev.graft.host.HostWeights;
import dev.graft.merging.MergePlan;
import dev.graft.merging.Unmerged;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Writes a host with a stack merged into it as Hugging Face's transformers would. */
final class HuggingFaceExport {
  private static final String GENERATION = "generation_config.json";
  private static final String HEAD_WEIGHT = HostShape.LM_HEAD + ".weight";

  private final Attachment attachment;
  private final Model model;
  private final HostShape host;
  private final Stack stack;
  private final Optional<DType> type;

  /** By the names of the host's parameters; of a tied head as well. */
  private final Map<String, Tensor> merged = new LinkedHashMap<>();

  private HuggingFaceExport(Attachment attachment, Optional<DType> type) {
    this.attachment = attachment;
    this.model = attachment.model();
    this.host = model.host();
    this.stack = attachment.stack();
    this.type = type;
    MergePlan plan = new MergePlan(stack.placed());
    if (!plan.unmerged().isEmpty()) {
      throw stays(plan.unmerged());
    }
    for (int i = 0; i < plan.results().size(); i++) {
      merged.put(plan.leaves().get(i).name(), plan.results().get(i));
    }
    merged.keySet().forEach(this::refuseWhatHasNoPlace);
  }

  static void write(Attachment attachment, Path folder, Optional<Precision> precision) {
    HuggingFaceConfig.className(attachment.model().host(), attachment.stack().head());
    HuggingFaceExport export =
        new HuggingFaceExport(attachment, precision.map(HuggingFaceExport::type));
    NewFolder.write(folder, export::writeInto);
  }

  private static DType type(Precision precision) {
    return switch (precision) {
      case FLOAT64 -> DType.F64;
      case FLOAT32 -> DType.F32;
      case BFLOAT16 -> DType.BF16;
      case FLOAT16 -> DType.F16;
    };
  }

  private GraftException stays(List<Unmerged> unmerged) {
    Unmerged first = unmerged.get(0);
    return GraftException.input(
            "The stack '%s' can't be exported for transformers, whose classes have no place for what is not merged.",
            stack)
        .line(
            "not merged",
            "%s at %s, since %s%s"
                .formatted(
                    first.graft(),
                    first.site(),
                    first.reason(),
                    unmerged.size() > 1 ? "; and %s more".formatted(unmerged.size() - 1) : ""))
        .remedy(
            "TorchScript takes any stack: exportTorchScript, or graft export --format=torchscript");
  }

  private void refuseWhatHasNoPlace(String name) {
    if (host.parameter(name) == null && !name.equals(HEAD_WEIGHT)) {
      throw GraftException.input(
              "The stack '%s' can't be exported for transformers: merging makes '%s', which a %s host does not have.",
              stack, name, host.architecture())
          .remedy(
              "TorchScript takes any stack: exportTorchScript, or graft export --format=torchscript");
    }
  }

  private void writeInto(Path folder) throws IOException {
    boolean untied = host.config().tiedHead() && isExported(HEAD_WEIGHT) && !isStillTied();
    ShardedWriter.write(folder, tensors(untied));
    AtomicFile.write(folder.resolve("config.json"), HuggingFaceConfig.of(attachment, untied, type));
    for (String file : TokenizerFiles.NAMES) {
      copy(file, folder);
    }
    if (stack.head().isLanguageModel()) {
      copy(GENERATION, folder);
    }
  }

  private void copy(String file, Path folder) throws IOException {
    Path source = model.directory().path().resolve(file);
    if (Files.isRegularFile(source)) {
      Files.copy(source, folder.resolve(file));
    }
  }

  private List<LazyTensor> tensors(boolean untied) {
    List<LazyTensor> tensors = new ArrayList<>();
    for (HostParameter parameter : host.parameters()) {
      if (isExported(parameter.name()) && !isOfHead(host.checkpointName(parameter))) {
        tensors.add(tensor(parameter));
      }
    }
    DType words = type.orElse(model.stored().info(table()).type());
    if (untied) {
      tensors.add(
          LazyTensor.of(
              HEAD_WEIGHT, words, () -> computed(head()), host.storedShape(table()).fixed()));
    }
    for (Owned owned : stack.headGraft().owned()) {
      tensors.add(
          LazyTensor.of(
              owned.name(),
              words,
              () -> attachment.stored(owned).elements(),
              owned.spec().shape().fixed()));
    }
    return tensors;
  }

  /** Whether the head is what the token table is, whatever became of both. */
  private boolean isStillTied() {
    Tensor words = merged.getOrDefault(table().name(), stack.placed().weight(table().tensor()));
    return words.computesLike(head());
  }

  /** The weight of the language-model head. */
  private Tensor head() {
    return merged.getOrDefault(
        HEAD_WEIGHT, stack.placed().map(host.projection(HostShape.LM_HEAD)).weight());
  }

  private HostParameter table() {
    return host.parameter("embeddings.word.weight");
  }

  /** Whether the head has a pooler in the place of the host's. */
  private boolean isOfHead(String name) {
    return stack.headGraft().owned().stream().anyMatch(owned -> owned.name().equals(name));
  }

  /** Classes for sequences have no language-model head. */
  private boolean isExported(String parameter) {
    return stack.head().isLanguageModel() || !parameter.startsWith(HostShape.LM_HEAD + ".");
  }

  private boolean isMerged(String parameter) {
    return merged.containsKey(parameter);
  }

  private LazyTensor tensor(HostParameter parameter) {
    String name = host.checkpointName(parameter);
    DType own = type.orElse(model.stored().info(parameter).type());
    Tensor read = stack.placed().weight(parameter.tensor());
    if (!isMerged(parameter.name()) && read.equals(parameter.tensor())) {
      return model.stored().stored(parameter, name, own);
    }
    Supplier<float[]> numbers =
        isMerged(parameter.name())
            ? () -> computed(merged.get(parameter.name()))
            : () -> attachment.values().get(stack.leaves().indexOf(read)).floats();
    long[] shape = host.storedShape(parameter).fixed();
    return LazyTensor.of(
        name,
        own,
        host.isTransposed(parameter)
            ? () -> HostWeights.transposed(numbers.get(), (int) shape[1])
            : numbers,
        shape);
  }

  /** A merged weight, computed from those of the checkpoint that it depends on and no others. */
  private float[] computed(Tensor expression) {
    Set<Tensor> reached =
        Program.builder(Precision.FLOAT64).outputs(List.of(expression)).build().reached();
    List<HostParameter> read =
        host.parameters().stream().filter(each -> reached.contains(each.tensor())).toList();
    Program program =
        Program.builder(Precision.FLOAT64)
            .stored(Precision.FLOAT32)
            .returned(Precision.FLOAT32)
            .weights(read.stream().map(HostParameter::tensor).toList())
            .values(stack.leaves())
            .outputs(List.of(expression))
            .build();
    List<Value> weights = new ArrayList<>();
    try {
      read.forEach(
          each -> weights.add(model.stored().created(model.device(), each, Precision.FLOAT32)));
      try (Values bound = Values.borrowing(weights);
          CompiledProgram compiled = program.compile(model.device(), bound);
          Values none = Values.borrowing(List.of());
          Values results = compiled.run(attachment.values(), none)) {
        return results.get(0).floats();
      }
    } finally {
      weights.forEach(Value::close);
    }
  }
}
