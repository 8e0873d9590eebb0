package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.conformance.TinyHosts;
import dev.graft.model.Model;
import dev.graft.program.Device;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processor for one test, or for one block of it. At the end what it loaded is closed, and then
 * no tensor may be left.
 */
public final class TestDevice implements AfterEachCallback, AutoCloseable {
  private static final Model.Options WITHOUT_DROPOUT = Model.Options.DEFAULT.withDropout(0);

  private final Device device = Device.cpu();
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  public Device device() {
    return device;
  }

  public int liveTensors() {
    return device.liveTensors();
  }

  public Model load(ModelDirectory directory, Model.Options options) {
    return own(Model.load(directory, device, options));
  }

  public Model load(ModelDirectory directory) {
    return load(directory, Model.Options.DEFAULT);
  }

  /** One of {@link TinyHosts}. */
  public Model load(String name) {
    return load(TinyHosts.named(name));
  }

  /** A host without dropout of its own. */
  public TinyHost host(ModelDirectory directory) {
    return new TinyHost(load(directory, WITHOUT_DROPOUT));
  }

  /** One of {@link TinyHosts}, without dropout of its own. */
  public TinyHost host(String name) {
    return host(TinyHosts.named(name));
  }

  /** A {@link TinyModel} without dropout of its own. */
  public TinyHost host() {
    return host(TinyModel.of("bert"));
  }

  /** Closes something at the end, before what was loaded or owned earlier. */
  public <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    try (device) {
      while (!owned.isEmpty()) {
        owned.pop().close();
      }
      assertThat(liveTensors()).as("tensors that are left").isZero();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
