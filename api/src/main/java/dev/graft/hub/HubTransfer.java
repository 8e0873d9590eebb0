package dev.graft.hub;

import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Receives one file, goes on where an earlier try ended, and compares its checksum. What the disk
 * refuses is an {@link UncheckedIOException}, to be told from what the network does.
 *
 * @param arrived is told how many bytes there are
 */
record HubTransfer(
    HubClient client,
    HubErrors errors,
    HubModel pinned,
    HubFile file,
    Retry retry,
    LongConsumer arrived) {
  private static final int CHUNK = 1 << 16;

  /**
   * How a broken transfer is taken up again.
   *
   * @param attempts that may fail in a row without a new byte
   * @param pause before the second of them; doubled each time
   * @param stall how long nothing may come before a transfer counts as broken
   */
  record Retry(int attempts, Duration pause, Duration stall) {
    static final Retry DEFAULT = new Retry(5, Duration.ofSeconds(1), Duration.ofSeconds(60));

    void sleep(int failures) {
      try {
        Thread.sleep(pause.toMillis() << (failures - 1));
      } catch (InterruptedException e) {
        throw HubErrors.interrupted(e);
      }
    }
  }

  /** Fills a file that is missing, begun or full. */
  void into(Path partial) {
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      boolean resumed = channel.size() > 0;
      if (channel.size() > file.size()) {
        channel.truncate(0);
      }
      String checksum = receive(channel);
      if (resumed && !checksum.equals(file.etag())) {
        // What was there before may be the damaged part.
        channel.truncate(0);
        checksum = receive(channel);
      }
      if (!checksum.equals(file.etag())) {
        Files.delete(partial);
        throw errors.wrongChecksum(pinned, file, checksum);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Receives what the channel lacks, and returns the checksum of all. */
  private String receive(FileChannel channel) throws IOException {
    MessageDigest digest = file.digest();
    channel.position(0);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    while (channel.read(chunk.clear()) >= 0) {
      digest.update(chunk.flip());
    }
    int failures = 0;
    long most = channel.size();
    while (channel.size() < file.size()) {
      arrived.accept(channel.size());
      try {
        more(channel, digest);
      } catch (IOException e) {
        failures = channel.size() > most ? 1 : failures + 1;
        most = Math.max(most, channel.size());
        if (failures >= retry.attempts) {
          throw errors.brokenOff(pinned, file, channel.size(), e);
        }
        retry.sleep(failures);
      }
    }
    arrived.accept(channel.size());
    return HubFile.hex(digest);
  }

  private void more(FileChannel channel, MessageDigest digest) throws IOException {
    long from = channel.size();
    HttpResponse<InputStream> response = client.contents(pinned, file.name(), from);
    try (InputStream body = response.body();
        StallGuard guard = new StallGuard(body, retry.stall)) {
      if (from > 0 && !continues(response, from)) {
        restart(channel, digest);
        if (response.statusCode() != 200) {
          throw new IOException("HTTP status %s at byte %s".formatted(response.statusCode(), from));
        }
      }
      byte[] chunk = new byte[CHUNK];
      int count;
      while ((count = read(body, chunk, guard)) >= 0) {
        guard.beat();
        if (channel.position() + count > file.size()) {
          restart(channel, digest);
          throw new IOException("more bytes than were announced, which were discarded");
        }
        write(channel, ByteBuffer.wrap(chunk, 0, count));
        digest.update(chunk, 0, count);
        arrived.accept(channel.position());
      }
    }
    if (channel.size() < file.size()) {
      throw new IOException("the connection was closed");
    }
  }

  private static boolean continues(HttpResponse<?> response, long from) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    return response.statusCode() == 206 && range.startsWith("bytes " + from + "-");
  }

  private static int read(InputStream body, byte[] chunk, StallGuard guard) throws IOException {
    try {
      return body.read(chunk);
    } catch (IOException e) {
      throw guard.hasStalled() ? new IOException("nothing came any more", e) : e;
    }
  }

  private void restart(FileChannel channel, MessageDigest digest) {
    try {
      channel.truncate(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    file.restart(digest);
  }

  private static void write(FileChannel channel, ByteBuffer bytes) {
    try {
      AtomicFile.writeFully(channel, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
