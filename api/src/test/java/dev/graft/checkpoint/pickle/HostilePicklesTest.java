package dev.graft.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.graft.GraftException;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.PickledTensors;
import dev.graft.checkpoint.TensorData;
import dev.graft.testing.PickleBytes;
import dev.graft.testing.TorchSave;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, tensors are built of it or it is refused; its code never runs. */
@Timeout(120)
final class HostilePicklesTest {
  /** What the pickles below would do, were they run. */
  private static final String CANARY = "canary-of-a-hostile-pickle";

  private static final String TOUCH = "touch " + CANARY;

  /** By what must be said of each. */
  private static final Map<String, byte[]> ATTACKS = new TreeMap<>();

  static final List<String> ATTACK_NAMES;

  static {
    ATTACKS.put(
        "the name 'os.system'",
        new PickleBytes().global("os", "system").text(TOUCH).op(0x85, 'R').stop());
    ATTACKS.put(
        "the name 'posix.system'",
        new PickleBytes().op('(').text("w").global("posix", "system").text(TOUCH).stop());
    ATTACKS.put(
        "the name 'builtins.eval'",
        new PickleBytes().global("builtins", "eval").text("1").op(0x85, 'R').stop());
    ATTACKS.put(
        "the name 'builtins.exec'",
        new PickleBytes().text("builtins").text("exec").op(0x93).stop());
    ATTACKS.put(
        "the name 'java.lang.Runtime'", new PickleBytes().global("java.lang", "Runtime").stop());
    ATTACKS.put("the operation INST", new PickleBytes().op("(X").op(0, 0, 0, 0).op("ios\n").stop());
    ATTACKS.put("the operation OBJ", new PickleBytes().op("(").text(TOUCH).op('o').stop());
    ATTACKS.put(
        "the operation NEWOBJ", new PickleBytes().global("torch", "Size").op(')', 0x81).stop());
    ATTACKS.put(
        "the operation NEWOBJ_EX",
        new PickleBytes().global("torch", "Size").op(')', '}', 0x92).stop());
    ATTACKS.put("the operation EXT1", new PickleBytes().op(0x82, 1).stop());
    ATTACKS.put("the operation PERSID", new PickleBytes().op("P0\n").stop());
    ATTACKS.put(
        "the operation BUILD with '__setstate__'",
        new PickleBytes()
            .global("collections", "OrderedDict")
            .op(")R}")
            .text("__setstate__")
            .global("torch", "Size")
            .op("sb")
            .stop());
    ATTACKS.put("the operation BUILD on a list of 0", new PickleBytes().op("]}b").stop());
    ATTACKS.put(
        "the call of 'torch.Size' with ['%s']".formatted(TOUCH),
        new PickleBytes().global("torch", "Size").text(TOUCH).op(0x85, 'R').stop());
    ATTACKS.put(
        "a persistent id that is no whole storage's",
        new PickleBytes().text("../../etc/passwd").op('Q').stop());
    ATTACK_NAMES = List.copyOf(ATTACKS.keySet());
  }

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("ATTACK_NAMES")
  void whatIsMoreThanTensorsIsRefusedByName(String said) {
    byte[] bare = ATTACKS.get(said);
    byte[] whole = TorchSave.zip(bare, List.of());
    for (byte[] file : List.of(bare, whole, TorchSave.legacy(bare, List.of(), List.of()))) {
      assertThatThrownBy(() -> open(file))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("it holds more than tensors")
          .hasMessageContaining("found: " + said);
    }
    assertThat(Path.of(CANARY)).doesNotExist();
  }

  @ParameterizedTest
  @FieldSource("ATTACK_NAMES")
  void deepInADictItIsRefusedAsWell(String said) {
    byte[] inner = ATTACKS.get(said);
    PickleBytes outer = new PickleBytes().op("}(").text("w");
    for (int i = 0; i < 1000; i++) {
      outer.op("](");
    }
    for (byte each : Arrays.copyOfRange(inner, 2, inner.length)) {
      outer.op(each & 0xff);
    }

    assertThatThrownBy(() -> open(TorchSave.zip(outer.bytes(), List.of())))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("found: " + said);
    assertThat(Path.of(CANARY)).doesNotExist();
  }

  private PickledTensors open(byte[] bytes) {
    return PickledTensors.open(TorchSave.written(folder.resolve("x.bin"), bytes));
  }

  @Test
  void theNamesThatAreKnownAreThese() {
    List<String> known =
        Stream.concat(
                Stream.of(KnownName.values()).map(KnownName::toString),
                Stream.of(StorageType.values()).map(StorageType::pythonName))
            .toList();

    assertThat(known)
        .containsExactlyInAnyOrder(
            "torch._utils._rebuild_tensor_v2",
            "torch._utils._rebuild_tensor",
            "torch._utils._rebuild_parameter",
            "torch.Size",
            "collections.OrderedDict",
            "torch.DoubleStorage",
            "torch.FloatStorage",
            "torch.HalfStorage",
            "torch.BFloat16Storage",
            "torch.LongStorage",
            "torch.IntStorage",
            "torch.ShortStorage",
            "torch.CharStorage",
            "torch.ByteStorage",
            "torch.BoolStorage");
    assertThat(known).allSatisfy(name -> assertThat(KnownName.of(name)).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch._utils._rebuild_tensor_v3",
        "torch._utils._rebuild_tensor_v2 ",
        "torch._utils._rebuild_tensor_v2.__globals__",
        "torch.FloatStorage.__class__",
        "collections.OrderedDict.__init__",
        "torch.hub.load",
        "torch.load",
        "torch.nn.modules.linear.Linear",
        "numpy.core.multiarray._reconstruct",
        "subprocess.Popen",
        "__builtin__.eval",
        "TENSOR",
        "FLOAT",
        "."
      })
  void everyOtherNameIsUnknown(String name) {
    assertThat(KnownName.of(name)).isEmpty();
  }

  /** All 256 codes: those of plain tensors are performed, the others of pickle refused by name. */
  @Test
  void theOperationsThatArePerformedAreThese() {
    StringBuilder performed = new StringBuilder();
    for (int code = 0; code < 256; code++) {
      byte[] pickle =
          new PickleBytes().op('(', '(', '}', code).op("\0\0\0\0\0\0\0\0\0\0\n\n").bytes();
      Refusals refusals = new Refusals(Path.of("x"));
      PickleInput in = new PickleInput(ByteBuffer.wrap(pickle), refusals);
      String failure = catchThrowable(() -> new Unpickler(in, refusals).read()).getMessage();
      String refused =
          Operation.of(code).map(each -> "the operation " + each + ",").orElse(" is none");
      if (!failure.contains(refused)) {
        performed.append(performed.isEmpty() ? "" : " ").append(Operation.of(code).orElseThrow());
      }
    }

    assertThat(performed.toString())
        .isEqualTo(
            "MARK EMPTY_TUPLE STOP BINFLOAT BININT BININT1 BININT2 NONE BINPERSID REDUCE BINSTRING"
                + " SHORT_BINSTRING BINUNICODE EMPTY_LIST APPEND BUILD GLOBAL APPENDS BINGET"
                + " LONG_BINGET BINPUT LONG_BINPUT SETITEM TUPLE SETITEMS EMPTY_DICT PROTO TUPLE1"
                + " TUPLE2 TUPLE3 NEWTRUE NEWFALSE LONG1 SHORT_BINUNICODE BINUNICODE8 STACK_GLOBAL"
                + " MEMOIZE FRAME");
  }

  @Test
  void valuesThatContainThemselvesAreNotFollowed() {
    byte[] itself = new PickleBytes().op("}q\0").text("w").op("h\0s").stop();
    byte[] list = new PickleBytes().op("]q\0h\0a").stop();
    byte[] tuple = new PickleBytes().op("]q\0(h\0te").stop();

    for (byte[] each : List.of(itself, list, tuple)) {
      assertThatThrownBy(() -> open(TorchSave.zip(each, List.of())))
          .isInstanceOf(GraftException.class);
      assertThatThrownBy(() -> open(TorchSave.legacy(each, List.of(), List.of())))
          .isInstanceOf(GraftException.class);
    }
  }

  @Test
  void aKeyOfAStorageThatContainsItselfIsNotFollowed() throws IOException {
    byte[] tensor =
        new PickleBytes()
            .op("}(")
            .text("w")
            .tensor("0", 1, 0, new long[] {1}, new long[] {1})
            .op('u')
            .stop();
    byte[] keys = new PickleBytes().op("]q\0h\0a").stop();
    Path file = folder.resolve("x.bin");
    try (var out = Files.newOutputStream(file)) {
      out.write(TorchSave.legacyHeader(true));
      out.write(tensor);
      out.write(keys);
    }

    assertThatThrownBy(() -> PickledTensors.open(file))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("its storages are not those of its tensors");
  }

  /** A list of two lists of two lists ...: as a tree it has 2 to the 200th leaves. */
  @Test
  void valuesThatShareValuesTakeNoMoreThanTheyAre() {
    PickleBytes bomb = new PickleBytes().op("}").text("w").op("](]q\0");
    for (int i = 0; i < 200; i++) {
      bomb.op(']', '(', 'h', i, 'h', i, 'e', 'q', i + 1);
    }

    assertThatThrownBy(() -> open(TorchSave.zip(bomb.op("es").stop(), List.of())))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("found: 'w': a list of 201");
  }

  @Test
  void sizesThatWrapAroundAreRefused() {
    long[][] shapes = {
      {1L << 62, 4},
      {1L << 32, 1L << 32},
      {Long.MAX_VALUE},
      {Long.MAX_VALUE, Long.MAX_VALUE, 2},
      {0, Long.MAX_VALUE, Long.MAX_VALUE},
      {-1},
      {-1, -1},
      {Long.MIN_VALUE}
    };
    long[][] strides = {{0}, {1}, {Long.MAX_VALUE}, {-1}, {Long.MIN_VALUE}, {1L << 62}, {1L << 32}};
    for (long[] shape : shapes) {
      for (long[] stride : strides) {
        for (long offset : new long[] {0, 1, 4, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
          long[] all = new long[shape.length];
          Arrays.fill(all, stride[0]);
          byte[] pickle =
              new PickleBytes()
                  .op("}(")
                  .text("w")
                  .tensor("0", 4, offset, shape, all)
                  .op('u')
                  .stop();
          assertThatThrownBy(() -> open(TorchSave.zip(pickle, List.of(new byte[16]))))
              .isInstanceOf(GraftException.class);
        }
      }
    }
  }

  /** Files with some bytes changed, cut off or doubled: read or refused, never anything else. */
  @Test
  void damagedFilesAreReadOrRefused() {
    List<TensorData> tensors =
        List.of(
            TensorData.of("a", new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
            TensorData.of("b", new long[] {1, 2}, 2));
    Path zip = TorchSave.write(folder.resolve("zip.bin"), tensors);
    Path legacy = TorchSave.writeLegacy(folder.resolve("legacy.bin"), tensors);
    SplittableRandom random = new SplittableRandom(1);
    int read = 0;
    for (Path whole : List.of(zip, legacy)) {
      byte[] bytes = bytes(whole);
      for (int i = 0; i < 3000; i++) {
        read += isRead(changed(bytes, random)) ? 1 : 0;
      }
    }

    assertThat(read).isBetween(300, 5700);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] changed(byte[] bytes, SplittableRandom random) {
    byte[] changed =
        random.nextInt(10) == 0
            ? Arrays.copyOf(bytes, random.nextInt(bytes.length))
            : bytes.clone();
    for (int i = random.nextInt(3); i >= 0 && changed.length > 0; i--) {
      changed[random.nextInt(changed.length)] =
          random.nextBoolean() ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
    }
    return changed;
  }

  private boolean isRead(byte[] bytes) {
    try {
      Fingerprint.of(open(bytes));
      return true;
    } catch (GraftException refused) {
      return false;
    }
  }
}
