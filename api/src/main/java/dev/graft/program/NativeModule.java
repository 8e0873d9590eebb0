package dev.graft.program;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.graft.GraftException;
import dev.graft.sharing.Shared;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A TorchScript module made of text: lists of tensors that are bound once, and methods. */
final class NativeModule implements AutoCloseable {
  private static final Pattern LINE = Pattern.compile("__torch__\\.py\", line (\\d+)");
  private static final Pattern NO_KERNEL =
      Pattern.compile(
          "(?:not implemented for '|not supported. Got |Unsupported dtype )(BFloat16|Half)");

  /** How PyTorch refuses what {@link SourceCode} declares to be one tensor. */
  private static final Pattern NO_TENSOR =
      Pattern.compile("annotated with type Tensor but is being assigned to a value of type (.+)");

  /** A method: the lists it takes, its statements, and the list that it returns. */
  record Method(
      String name, List<String> takes, List<String> lines, List<Call> calls, String result) {}

  private final String code;
  private final List<Call> callOfLine = new ArrayList<>();
  private final Device device;
  private final int lists;
  private final Shared<PtSymbolBlock> block;

  NativeModule(Device device, List<String> lists, List<Method> methods) {
    Device.enter();
    this.device = device;
    this.code = write(lists, methods);
    this.lists = lists.size();
    PtSymbolBlock module = device.idle().take(code).orElseGet(() -> loaded(lists));
    this.block = new Shared<>(module, () -> letGo(module));
  }

  private PtSymbolBlock loaded(List<String> names) {
    try (ByteArrayInputStream in = new ByteArrayInputStream(Archive.of(code, names))) {
      return JniUtils.loadModule(device.manager(), in, true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (EngineException e) {
      throw explained(e);
    }
  }

  private String write(List<String> lists, List<Method> methods) {
    List<String> text = new ArrayList<>();
    text.add("class Program(Module):");
    text.add("  __parameters__ = []");
    text.add("  __buffers__ = []");
    lists.forEach(list -> text.add("  " + list + " : List[Tensor]"));
    text.add("  def bind(self: __torch__.Program" + arguments(lists) + ") -> NoneType:");
    lists.forEach(list -> text.add("    self." + list + " = " + list));
    text.add("    return None");
    text.forEach(line -> callOfLine.add(null));
    for (Method method : methods) {
      List<String> body = new ArrayList<>();
      body.add(
          "  def %s(self: __torch__.Program%s) -> List[Tensor]:"
              .formatted(method.name(), arguments(method.takes())));
      lists.forEach(list -> body.add("    " + list + " = self." + list));
      body.forEach(line -> callOfLine.add(null));
      method.lines().forEach(line -> body.add("    " + line));
      callOfLine.addAll(method.calls());
      body.add("    return " + method.result());
      callOfLine.add(null);
      text.addAll(body);
    }
    return String.join("\n", text) + "\n";
  }

  private static String arguments(List<String> lists) {
    return lists.stream().map(list -> ", " + list + ": List[Tensor]").collect(Collectors.joining());
  }

  /** The text of the module. */
  String code() {
    return code;
  }

  /**
   * Binds the lists, in the order of their names. Once: later calls would race with running ones.
   */
  void bind(List<Values> values) {
    bind(block.get(), values);
  }

  private static void bind(PtSymbolBlock module, List<Values> values) {
    List<Values> open = values.stream().map(Values::shared).toList();
    try {
      IValue[] handles = open.stream().map(Values::handle).toArray(IValue[]::new);
      IValueUtils.runMethod(module, "bind", handles).close();
    } finally {
      open.forEach(Values::close);
    }
  }

  /** No call runs any more: it keeps nothing that it was bound to, and serves who comes next. */
  private void letGo(PtSymbolBlock module) {
    Device.enter();
    try (Values nothing = Values.borrowing(List.of())) {
      if (lists > 0 && device.idle().isOpen()) {
        bind(module, Collections.nCopies(lists, nothing));
      }
    } catch (EngineException e) {
      module.close();
      return;
    }
    device.idle().add(code, module);
  }

  /** Uses arrays from outside as values; those on other devices are copied for as long. */
  <T> T borrowed(NDList arrays, Function<Values, T> use) {
    try (PtNDManager copies = device.manager().newSubManager(device.manager().getDevice())) {
      List<Value> here = new ArrayList<>();
      for (NDArray each : arrays) {
        NDArray array = each.toDevice(copies.getDevice(), false);
        if (array != each) {
          array.attach(copies);
        }
        here.add(new Value(String.valueOf(each.getName()), (PtNDArray) array));
      }
      try (Values borrowed = Values.borrowing(here)) {
        return use.apply(borrowed);
      }
    }
  }

  /** Runs a method without recording gradients. */
  PtNDArray[] run(String method, Values values, Values inputs) {
    Device.enter();
    Graphs.ENGINE.readLock().lock();
    try {
      return opened()
          .call(
              open -> {
                try (Values read = values.shared();
                    Values given = inputs.shared();
                    IValue result =
                        IValueUtils.runMethod(open, method, read.handle(), given.handle())) {
                  return result.toTensorArray(device.manager());
                } catch (EngineException e) {
                  throw explained(e);
                }
              });
    } finally {
      Graphs.ENGINE.readLock().unlock();
    }
  }

  /** For one use, which has to follow. */
  private Shared<PtSymbolBlock> opened() {
    if (!block.acquire()) {
      throw new IllegalStateException("the program was closed");
    }
    return block;
  }

  /** Runs a method that may take gradients and takes one list, which isn't empty. */
  Values train(String method, Values inputs) {
    return train(method, inputs, () -> {});
  }

  /**
   * The same.
   *
   * @param launching is called when the inputs are on the device, before anything is launched
   */
  Values train(String method, Values inputs, Runnable launching) {
    Device.enter();
    boolean takesGradients = JniUtils.isGradMode();
    Graphs.ENGINE.readLock().lock();
    try (PtNDManager step = device.manager().newSubManager(device.manager().getDevice())) {
      NDList arguments = new NDList();
      // The results belong to the manager of the first array.
      // It is not read, and a captured graph can't hold what it is.
      NDArray selector = step.create(new Shape(1), DataType.FLOAT32);
      selector.setName("module_method:" + method);
      arguments.add(selector);
      for (Value value : inputs) {
        value.array().setName("x[]");
        arguments.add(value.array());
      }
      launching.run();
      NDList results = opened().call(open -> IValueUtils.forward(open, arguments, true));
      results.forEach(result -> result.attach(device.manager()));
      return Values.owning(results.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    } catch (EngineException e) {
      JniUtils.setGradMode(takesGradients); // a checkpointed step had perhaps switched it off
      throw explained(e);
    } finally {
      Graphs.ENGINE.readLock().unlock();
    }
  }

  /** Says which operator failed, who recorded it and where, instead of a native stack. */
  private RuntimeException explained(EngineException e) {
    String message = String.valueOf(e.getMessage());
    String cause = reason(message);
    if (message.contains("out of memory") || message.contains("can't allocate memory")) {
      return GraftException.machine(
              "The memory of %s is not enough.", device == null ? "the device" : device.name())
          .found(cause)
          .line("try", "a smaller batch or shorter sequences")
          .causedBy(e);
    }
    Matcher line = LINE.matcher(message);
    Call call = null;
    while (line.find()) {
      int number = Integer.parseInt(line.group(1));
      if (number <= callOfLine.size() && callOfLine.get(number - 1) != null) {
        call = callOfLine.get(number - 1);
      }
    }
    Matcher noKernel = NO_KERNEL.matcher(cause);
    if (call != null && noKernel.find()) {
      return GraftException.input("The precision of the model is too low for an operator.")
          .line("where", call.described())
          .found("PyTorch can't do it in %s on %s", noKernel.group(1), device.name())
          .line("try", "the precision float32")
          .causedBy(e);
    }
    Matcher noTensor = NO_TENSOR.matcher(cause);
    if (call != null && noTensor.find()) {
      return GraftException.plugin("An operator of a method does not give one tensor.")
          .line("where", call.described())
          .expected("one tensor, as Tensor.call declares")
          .found(noTensor.group(1))
          .remedy("an operator with several results is recorded with Tensor.callAll")
          .causedBy(e);
    }
    if (call != null && !call.scope().isEmpty()) {
      return GraftException.plugin("An operator of a method fails.")
          .line("where", call.described())
          .found(cause)
          .remedy("the method's plugin has to be mended")
          .causedBy(e);
    }
    return new IllegalStateException(
        call == null ? message : "%s failed: %s".formatted(call.described(), cause), e);
  }

  /** What PyTorch gives as the reason: after the traceback of a run, before that of a compiler. */
  private static String reason(String message) {
    List<String> lines = message.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return lines.stream()
        .filter(line -> line.startsWith("RuntimeError:") || line.contains("out of memory"))
        .findFirst()
        .orElse(lines.isEmpty() ? message : lines.get(0))
        .replaceFirst("^RuntimeError: (\\[enforce fail.*?\\. \\w+: )?", "")
        .replaceFirst(":$", "");
  }

  @Override
  public void close() {
    block.close();
  }
}
