package dev.graft.harness.store.jdbc;

import dev.graft.files.Sha256;
import dev.graft.harness.json.DetachedNumbers;
import dev.graft.harness.measure.Numbers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jdbi.v3.core.Handle;

/**
 * Lists of numbers, each once: a list that many trials have, such as the targets of a split, takes
 * its room once on the disk and in memory.
 */
final class NumberTable {
  private final Map<String, WeakReference<List<Double>>> found = new HashMap<>();
  private final DetachedNumbers json =
      new DetachedNumbers(
          new DetachedNumbers.Place() {
            @Override
            public String put(List<Double> numbers) {
              return add(handle, numbers);
            }

            @Override
            public List<Double> get(String hash) {
              return numbers(hash);
            }
          });

  /** Of the work that is being done: the database is used by one thread at a time. */
  private Handle handle;

  /** A record as JSON, its long lists put into the table. */
  String write(Handle current, Object record) {
    handle = current;
    return json.write(record);
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if it is none; the message says why
   */
  <T> T read(Handle current, String text, Class<T> type) {
    handle = current;
    return json.read(text, type);
  }

  private List<Double> numbers(String hash) {
    WeakReference<List<Double>> known = found.get(hash);
    List<Double> numbers = known == null ? null : known.get();
    if (numbers == null) {
      numbers = find(handle, hash);
      found.put(hash, new WeakReference<>(numbers));
    }
    return numbers;
  }

  private static String add(Handle handle, List<Double> numbers) {
    byte[] bytes = bytes(numbers);
    String hash = Sha256.of(bytes);
    handle.execute(
        "insert into numbers (hash, length, deflated) values (?, ?, ?) on conflict do nothing",
        hash,
        numbers.size(),
        deflated(bytes));
    return hash;
  }

  private static List<Double> find(Handle handle, String hash) {
    byte[] deflated =
        handle
            .createQuery("select deflated from numbers where hash = ?")
            .bind(0, hash)
            .mapTo(byte[].class)
            .findOne()
            .orElseThrow(() -> new IllegalArgumentException("no numbers " + hash));
    byte[] inflated = inflated(deflated);
    if (!Sha256.of(inflated).equals(hash)) {
      throw new IllegalArgumentException("other numbers than " + hash);
    }
    ByteBuffer bytes = ByteBuffer.wrap(inflated).order(ByteOrder.LITTLE_ENDIAN);
    double[] numbers = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(numbers);
    return Numbers.of(numbers);
  }

  private static byte[] bytes(List<Double> numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Double.BYTES * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(bytes::putDouble);
    return bytes.array();
  }

  private static byte[] deflated(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] inflated(byte[] bytes) {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalArgumentException("damaged numbers: " + e.getMessage(), e);
    }
  }
}
