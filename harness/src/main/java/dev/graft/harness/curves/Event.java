package dev.graft.harness.curves;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers of one step, as {@code tensorflow/core/util/event.proto} has them.
 *
 * @param wallTime when, in seconds since 1970
 * @param scalars by tag
 * @param version of the format of the file, in its first event only
 */
public record Event(
    double wallTime, long step, Map<String, Float> scalars, Optional<String> version) {
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1; // of a summary
  private static final int TAG = 1; // of a value
  private static final int SIMPLE_VALUE = 2;

  public Event {
    scalars = Collections.unmodifiableMap(new LinkedHashMap<>(scalars));
  }

  /** The event that a file begins with. */
  static Event first(double wallTime) {
    return new Event(wallTime, 0, Map.of(), Optional.of("brain.Event:2"));
  }

  byte[] bytes() {
    return message(
        event -> {
          event.writeDouble(WALL_TIME, wallTime);
          event.writeInt64(STEP, step);
          if (version.isPresent()) {
            event.writeString(VERSION, version.get());
          }
          if (!scalars.isEmpty()) {
            event.writeByteArray(SUMMARY, message(this::writeSummary));
          }
        });
  }

  private void writeSummary(CodedOutputStream summary) throws IOException {
    for (Map.Entry<String, Float> scalar : scalars.entrySet()) {
      summary.writeByteArray(
          VALUE,
          message(
              value -> {
                value.writeString(TAG, scalar.getKey());
                value.writeFloat(SIMPLE_VALUE, scalar.getValue());
              }));
    }
  }

  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream message) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream message = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(message);
      message.flush();
    } catch (IOException e) {
      throw new AssertionError("memory can be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads an event; what else is in it is left out.
   *
   * @throws IOException if the bytes are none
   */
  static Event of(byte[] bytes) throws IOException {
    CodedInputStream event = CodedInputStream.newInstance(bytes);
    double wallTime = 0;
    long step = 0;
    Map<String, Float> scalars = new LinkedHashMap<>();
    Optional<String> version = Optional.empty();
    for (int tag = event.readTag(); tag != 0; tag = event.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case WALL_TIME -> wallTime = event.readDouble();
        case STEP -> step = event.readInt64();
        case VERSION -> version = Optional.of(event.readString());
        case SUMMARY -> readSummary(event.readByteArray(), scalars);
        default -> event.skipField(tag);
      }
    }
    return new Event(wallTime, step, scalars, version);
  }

  private static void readSummary(byte[] bytes, Map<String, Float> into) throws IOException {
    CodedInputStream summary = CodedInputStream.newInstance(bytes);
    for (int tag = summary.readTag(); tag != 0; tag = summary.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == VALUE) {
        readValue(summary.readByteArray(), into);
      } else {
        summary.skipField(tag);
      }
    }
  }

  private static void readValue(byte[] bytes, Map<String, Float> into) throws IOException {
    CodedInputStream value = CodedInputStream.newInstance(bytes);
    String name = "";
    for (int tag = value.readTag(); tag != 0; tag = value.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TAG -> name = value.readString();
        case SIMPLE_VALUE -> into.put(name, value.readFloat());
        default -> value.skipField(tag);
      }
    }
  }
}
