package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that break, stall, are damaged, or are asked for twice. */
final class HubTransferTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final String RESOLVE = "GET /tiny/bert/resolve/COMMIT/" + WEIGHTS;
  private static final String STORE = "store GET /" + WEIGHTS;

  @TempDir Path folder;
  private HubFixture hub;

  @BeforeEach
  void start() throws IOException {
    hub = new HubFixture(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private void assertWhole() {
    assertThat(hub.blob(WEIGHTS)).hasBinaryContent(hub.server.contents(WEIGHTS));
    assertThat(hub.partial()).doesNotExist();
  }

  private void leave(byte[] bytes) throws IOException {
    Files.createDirectories(hub.partial().getParent());
    Files.write(hub.partial(), bytes);
  }

  private byte[] begun(int bytes) {
    return Arrays.copyOf(hub.server.contents(WEIGHTS), bytes);
  }

  @Test
  void aTransferThatBreaksGoesOnWhereItEnded() {
    hub.server.breakAfter(1000, 500);

    hub.download();

    assertThat(hub.asked())
        .endsWith(
            RESOLVE,
            STORE,
            RESOLVE + " bytes=1000-",
            STORE + " bytes=1000-",
            RESOLVE + " bytes=1500-",
            STORE + " bytes=1500-");
    assertWhole();
  }

  @Test
  void whatHasArrivedIsKeptForTheNextTry() {
    hub.server.breakAfter(1000, 0, 0);

    assertThatThrownBy(hub::download).isInstanceOf(GraftException.class);
    assertThat(hub.partial()).hasBinaryContent(begun(1000));
    assertThat(hub.blob(WEIGHTS)).doesNotExist();
    hub.told.clear();
    hub.asked();

    hub.download();

    assertThat(hub.asked()).endsWith(RESOLVE + " bytes=1000-", STORE + " bytes=1000-");
    assertThat(hub.told).startsWith("1000/" + size()).endsWith("%1$s/%1$s".formatted(size()));
    assertWhole();
  }

  private int size() {
    return hub.server.contents(WEIGHTS).length;
  }

  @Test
  void aTransferThatStallsIsTakenUpAgain() {
    hub.stall();
    hub.server.breakAfter(1000);

    hub.download();

    assertThat(hub.asked()).contains(RESOLVE + " bytes=1000-", STORE + " bytes=1000-");
    assertWhole();
  }

  @Test
  void aStoreThatKnowsNoRangesGivesAllAgain() {
    hub.server.giveWhole(true);
    hub.server.breakAfter(1000);

    hub.download();

    assertWhole();
  }

  @Test
  void aWrongChecksumIsAnErrorThatLeavesNothing() {
    hub.server.damage(true);

    assertThatThrownBy(hub::download).isInstanceOf(GraftException.class);
    assertThat(hub.blob(WEIGHTS)).doesNotExist();
    assertThat(hub.partial()).doesNotExist();

    hub.server.damage(false);
    hub.download();
    assertWhole();
  }

  @Test
  void anEarlierTryThatIsDamagedIsDiscarded() throws IOException {
    leave(new byte[1000]);

    hub.download();

    assertThat(hub.asked())
        .endsWith(RESOLVE + " bytes=1000-", STORE + " bytes=1000-", RESOLVE, STORE);
    assertWhole();
  }

  @Test
  void anEarlierTryThatIsTooLongIsDiscarded() throws IOException {
    leave(new byte[size() + 1]);

    hub.download();

    assertWhole();
  }

  @Test
  void anEarlierTryThatIsWholeIsOnlyCompared() throws IOException {
    leave(hub.server.contents(WEIGHTS));

    hub.download();

    assertThat(hub.asked()).doesNotContain(STORE);
    assertWhole();
  }

  @Test
  void aBlobOfAnotherCommitIsLinked() throws IOException {
    Files.createDirectories(hub.blob(WEIGHTS).getParent());
    Files.write(hub.blob(WEIGHTS), hub.server.contents(WEIGHTS));

    HubSnapshot snapshot = hub.download();

    assertThat(hub.asked()).doesNotContain(STORE);
    assertThat(snapshot.folder().resolve(WEIGHTS)).hasBinaryContent(hub.server.contents(WEIGHTS));
  }

  @Test
  void aLinkWhoseBlobIsGoneIsMended() throws IOException {
    HubSnapshot snapshot = hub.download();
    Files.delete(hub.blob(WEIGHTS));

    assertThat(hub.download()).isEqualTo(snapshot);

    assertWhole();
  }

  @Test
  void threadsThatAskAtOnceLoadOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<HubSnapshot>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(threads.submit(() -> hub.silent().download(HubFixture.MODEL)));
      }
      for (Future<HubSnapshot> each : all) {
        assertThat(each.get()).isEqualTo(all.get(0).get());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(hub.asked()).filteredOn(STORE::equals).hasSize(1);
    assertWhole();
  }

  /** Downloads, in a process of its own. */
  static final class Downloading {
    public static void main(String[] arguments) {
      Hub.ofEnvironment(HubListener.NONE).download(HubFixture.MODEL);
    }
  }

  @Test
  void processesThatAskAtOnceLoadOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ProcessBuilder builder = JavaProcess.of(Downloading.class).inheritIO();
      builder.environment().putAll(hub.server.environment(hub.home));
      processes.add(builder.start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }

    assertThat(hub.asked()).filteredOn(STORE::equals).hasSize(1);
    assertWhole();
  }
}
