package dev.graft.harness.bench;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.model.AnyTokens;
import dev.graft.harness.model.AnyValues;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.saved.Saved;
import dev.graft.sharing.Opened;
import dev.graft.tasks.Tasks;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Graft, in this process. It also decides the numbers that all sides compute with. */
public final class GraftSide implements Side {
  /** Steps whose losses are compared: the second and third show what the optimiser did. */
  private static final int STEPS = 3;

  private static final String UNTOLD =
      "DJL passes on nothing of what PyTorch's allocator counts, and PyTorch has no function of C"
          + " that tells it";
  private static final int CLASSES = 2;
  private static final long SEED = 1;
  private static final double RATE = 1e-4;
  private static final double DECAY = 0.01;

  private final Device device;
  private final Precision precision;
  private final Methods methods;
  private final Path folder;
  private final Opened opened = new Opened();
  private Optional<Model> model = Optional.empty();
  private Pass pass;

  /** What is timed, and what it gives. */
  private interface Pass {
    float[] run();
  }

  /**
   * Nothing is loaded yet.
   *
   * @param folder for adapters that other sides read
   */
  public GraftSide(Device device, Precision precision, Methods methods, Path folder) {
    this.device = device;
    this.precision = precision;
    this.methods = methods;
    this.folder = folder;
  }

  /** What is to be computed; the adapters are written. */
  public Request request(Figure figure) {
    Model host = model(figure.model());
    List<String> adapters = new ArrayList<>();
    for (int i = 0; i < figure.adapters(); i++) {
      Path adapter = folder.resolve("adapter-" + i);
      OutputFolder.remove(adapter);
      try (Attachment drawn =
          AnyValues.attached(host, figure.stack(host.host(), methods), SEED + i)) {
        Saved.saveForeign(drawn, adapter, Map.of());
      }
      adapters.add(adapter.toAbsolutePath().toString());
    }
    return new Request(
        figure.model(),
        adapters,
        figure.work(),
        figure.head(),
        figure.arm(),
        precision.toString(),
        device.isGpu() ? device.name().replace("gpu", "cuda") : device.name(),
        AnyTokens.tokens(host.host(), figure.size().rows(), figure.size().length()).stream()
            .map(Tokens::ids)
            .toList(),
        RATE);
  }

  private Model model(String name) {
    if (model.isPresent() && !model.get().directory().path().toString().equals(name)) {
      model.get().close();
      model = Optional.empty();
      device.releaseUnused();
    }
    if (model.isEmpty()) {
      model =
          Optional.of(
              Model.load(
                  ModelDirectory.of(name),
                  device,
                  Model.Options.DEFAULT.withPrecision(precision).withDropout(0)));
    }
    return model.get();
  }

  @Override
  public Opening open(Request request) {
    return new Opening(values(request), Optional.empty());
  }

  private List<Double> values(Request request) {
    Model host = model(request.model());
    TokenBatch batch =
        host.batch(
            request.ids().stream().map(ids -> new Tokens(ids, new long[ids.length])).toList());
    if (request.work() == Figure.Work.STEP) {
      pass = steps(read(host, request.adapters().get(0)), batch, request);
      return Stream.generate(pass::run)
          .limit(STEPS)
          .flatMap(loss -> numbers(loss).stream())
          .toList();
    }
    Attachment adapted = read(host, request.adapters().get(0));
    Supplier<float[][]> logits =
        switch (request.arm()) {
          case BASE -> logits(base(host, adapted), batch);
          case ADAPTED -> logits(adapted, batch);
          case MERGED -> logits(opened.kept(adapted.merged()), batch);
          case MIXED -> mixed(host, request.adapters(), batch);
        };
    pass = () -> logits.get()[0];
    return Arrays.stream(logits.get()).flatMap(row -> numbers(row).stream()).toList();
  }

  private Attachment read(Model host, String adapter) {
    return opened.kept(Saved.open(host, Path.of(adapter), methods, Saved.Base.SAME));
  }

  private static Supplier<float[][]> logits(Attachment attachment, TokenBatch batch) {
    return () -> attachment.logits(batch);
  }

  /** With the head of the adapter. */
  private Attachment base(Model host, Attachment adapted) {
    Stack alone = Stack.of(host.host(), new StackSpec(List.of()), adapted.stack().head());
    Map<String, float[]> tensors = adapted.tensors();
    tensors.keySet().retainAll(alone.names());
    try (Attachment drawn = host.attach(alone, SEED)) {
      return opened.kept(drawn.with(tensors));
    }
  }

  private Supplier<float[][]> mixed(Model host, List<String> adapters, TokenBatch batch) {
    Tasks tasks = opened.kept(new Tasks(host));
    adapters.forEach(
        adapter ->
            tasks.add(adapter, Saved.open(host, Path.of(adapter), methods, Saved.Base.SAME)));
    List<String> rows =
        IntStream.range(0, batch.rows())
            .mapToObj(row -> adapters.get(row % adapters.size()))
            .toList();
    return () -> tasks.logits(batch, rows);
  }

  private Pass steps(Attachment attachment, TokenBatch batch, Request request) {
    Training training =
        opened.kept(attachment.training(new Training.Options(AdamW.DEFAULT, DECAY)));
    double[] labels =
        request.head() == Figure.Head.LANGUAGE_MODEL
            ? request.ids().stream().flatMapToLong(Arrays::stream).asDoubleStream().toArray()
            : IntStream.range(0, batch.rows()).mapToDouble(row -> row % CLASSES).toArray();
    return () -> new float[] {training.step(batch, labels, request.learningRate(), SEED)};
  }

  private static List<Double> numbers(float[] row) {
    return IntStream.range(0, row.length).mapToObj(i -> (double) row[i]).toList();
  }

  @Override
  public List<Double> passes(int count) {
    pass.run();
    return DoubleStream.generate(this::milliseconds).limit(count).boxed().toList();
  }

  /** What a pass gives lies in Java's memory when it ends: the device has finished. */
  private double milliseconds() {
    long start = System.nanoTime();
    pass.run();
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public Reading letGo() {
    opened.close();
    device.releaseUnused();
    return Reading.none(UNTOLD);
  }

  @Override
  public long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public void close() {
    letGo();
    model.ifPresent(Model::close);
  }
}
