package dev.graft.harness.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class HeartbeatTest {
  @Test
  void closingWaitsForTheBeatThatIsUnderWay() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean isDone = new AtomicBoolean();
    Heartbeat heartbeat =
        new Heartbeat(
            Duration.ofMillis(1),
            () -> {
              isDone.set(false);
              begun.countDown();
              // Long enough for a caller that does not wait to be seen.
              sleep();
              isDone.set(true);
            });
    heartbeat.start();
    begun.await();
    heartbeat.close();
    assertThat(isDone).isTrue();
    sleep();
    assertThat(isDone).as("none begins after it").isTrue();
  }

  private static void sleep() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
