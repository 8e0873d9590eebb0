package dev.graft.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.GraftException;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.methods.Methods;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Shape;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
  /** One bit of so many is flipped; {@code -Dgraft.flips=1} takes every one. */
  private static final int STRIDE = Integer.getInteger("graft.flips", 7);

  private static final PeftMethod GAIN =
      new TestMethod(
          "gain",
          Set.of(),
          (host, graft) -> graft.parameter("gain", Shape.of(2), Initializer.ones()));

  private static final Methods METHODS = Methods.of(List.of(GAIN));

  @RegisterExtension private final TestDevice cpu = new TestDevice();
  @TempDir private Path temporary;
  private Model model;
  private Path stack;
  private Path record;

  @BeforeEach
  void save() {
    stack = temporary.resolve("stack");
    record = stack.resolve("graft.json");
    TinyHost host = cpu.host("bert");
    model = host.model();
    try (Attachment attachment = host.attach(TinyHost.only(GAIN))) {
      Saved.save(attachment, stack, Map.of("seed", "1", "note", "Zürich \u2028 <\"&>"));
    }
  }

  private void open() {
    Saved.open(model, stack, METHODS, Saved.Base.SAME).close();
  }

  @Test
  void noBitOfASavedStackCanBeFlippedUnseen() throws IOException {
    open();
    List<String> accepted = new ArrayList<>();
    for (String name :
        List.of("graft.json", "1-gain/graft.safetensors", "head/graft.safetensors")) {
      Path file = stack.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      for (int bit = 0; bit < Byte.SIZE * bytes.length; bit += STRIDE) {
        bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        Files.write(file, bytes);
        bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        try {
          open();
          accepted.add(name + ": " + bit);
        } catch (GraftException e) {
          assertThat(e).hasMessageContaining(file.toString()).hasMessageContaining("source again");
        }
      }
      Files.write(file, bytes);
    }
    assertThat(accepted).isEmpty();
    open();
  }

  @Test
  void aRecordThatWasOnlyLaidOutAnewStillHolds() throws IOException {
    JsonObject json = json();
    JsonObject reversed = new JsonObject();
    json.keySet().stream()
        .sorted(Comparator.reverseOrder())
        .forEach(key -> reversed.add(key, json.get(key)));
    Files.writeString(record, reversed.toString());

    assertThat(GraftRecord.damaged(stack)).isEmpty();
    open();
  }

  private JsonObject json() throws IOException {
    return JsonParser.parseString(Files.readString(record)).getAsJsonObject();
  }

  @Test
  void whatWasChangedOnPurposeIsUsedWhenItIsSealedAgain() throws IOException {
    JsonObject json = json();
    json.getAsJsonObject("provenance").addProperty("note", "mended");
    Files.writeString(record, new GsonBuilder().create().toJson(json));
    assertThat(GraftRecord.damaged(stack)).containsExactly("graft.json");
    assertThatThrownBy(this::open).hasMessageContaining("graft seal");

    Saved.seal(stack);

    assertThat(GraftRecord.damaged(stack)).isEmpty();
    assertThat(Saved.provenance(stack)).containsEntry("note", "mended").containsKey("sealed-again");
    open();
  }

  @Test
  void whatWasNeverSealedIsRefusedUntilItIs() throws IOException {
    JsonObject json = json();
    json.remove("seal");
    json.remove("files");
    Files.writeString(record, json.toString());
    assertThat(GraftRecord.damaged(stack)).hasSize(3);
    assertThatThrownBy(this::open).hasMessageContaining("no seal");

    Saved.seal(stack);

    open();
  }

  @Test
  void aFileOfAnotherLibraryInTheFolderDoesNotHideTheRecord() throws IOException {
    Files.writeString(stack.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\"}");

    open();
  }

  /** One of an earlier version, and one whose base has the same weights in another form. */
  @Test
  void aBaseThatNoChecksumTellsIsKnownByItsFingerprint() throws IOException {
    assertThat(GraftRecord.read(stack).checksum()).hasSize(16);
    for (String checksum : List.of("", "0123456789abcdef")) {
      change("checksum", checksum);
      open();
    }
    JsonObject json = json();
    json.remove("checksum");
    Files.writeString(record, json.toString());
    Saved.seal(stack);
    open();

    change("base", "0".repeat(64));
    assertThatThrownBy(this::open)
        .hasMessageContaining("made for another base")
        .hasMessageContaining("weights 000000000000 (bert)")
        .hasMessageContaining("weights %.12s (bert)".formatted(model.fingerprint()));
  }

  private void change(String key, String value) throws IOException {
    JsonObject json = json();
    json.addProperty(key, value);
    Files.writeString(record, json.toString());
    Saved.seal(stack);
  }
}
