package dev.graft.host;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.NativeResource;
import dev.graft.GraftException;
import dev.graft.host.definition.Definition;
import java.util.concurrent.Semaphore;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * Hugging Face's tokenizers, which end the process where they can't go on: kept from texts that
 * would bring them there, and from a heap that can't hold what they answer.
 */
final class NativeTokenizer extends NativeResource<Long> {
  static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  /** Characters that are encoded at the same time: each takes some hundred bytes meanwhile. */
  private static final int MOST_AT_ONCE = 1 << 20;

  /** Tokens of all that is cut off a pair of texts: each part of the one with each of the other. */
  private static final double MOST_CUT_OFF = 1 << 24;

  /** A character is a few bytes, and so at most a few tokens. */
  private static final long TOKENS_PER_CHARACTER = 64;

  /** Those around texts, whatever length these are cut to. */
  private static final int SPECIAL_TOKENS = 1024;

  /** Of the heap: with so much of it free nothing has to be proven. */
  private static final long AMPLE = 64L << 20;

  /**
   * Of the heap, beside an answer: what other threads may take of it before the answer is there.
   */
  private static final long SLACK = Math.min(AMPLE, Runtime.getRuntime().maxMemory()) / 8;

  private final Definition definition;
  private final int maxLength;
  private final Semaphore characters = new Semaphore(MOST_AT_ONCE);
  private final Object answering = new Object();

  /** Written, so that what proves the room is really made. */
  @SuppressWarnings("UnusedVariable")
  private volatile Object room;

  private NativeTokenizer(long handle, Definition definition, int maxLength) {
    super(handle);
    this.definition = definition;
    this.maxLength = maxLength;
  }

  /**
   * A tokenizer that cuts what is too long at its end, and pads nothing.
   *
   * @throws ai.djl.engine.EngineException if the library can't be loaded
   * @throws IllegalArgumentException if it can't use the definition
   */
  static NativeTokenizer of(Definition definition, int maxLength) {
    LibUtils.checkStatus();
    long handle = answer(() -> LIBRARY.createTokenizerFromString(definition.json()));
    LIBRARY.setTruncation(handle, maxLength, "LONGEST_FIRST", 0);
    return new NativeTokenizer(handle, definition, maxLength);
  }

  /** What the library finds wrong is an exception of the most general type. */
  private static long answer(LongSupplier call) {
    try {
      return call.getAsLong();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Encodes a text.
   *
   * @param read the encoding, by its handle
   */
  <T> T encode(String text, boolean isSurrounded, LongFunction<T> read) {
    long tokenizer = getHandle();
    return encode(text.length(), () -> LIBRARY.encode(tokenizer, text, isSurrounded), read);
  }

  /** Encodes a pair of texts, with special tokens. */
  <T> T encode(String text, String pair, LongFunction<T> read) {
    long tokenizer = getHandle();
    double cutOff = 4.0 * text.length() * pair.length() / Math.max(maxLength, 1);
    if (Math.min(text.length(), pair.length()) > maxLength && cutOff > MOST_CUT_OFF) {
      throw tooLong("%s and %s".formatted(text.length(), pair.length()), "a pair of shorter ones");
    }
    return encode(
        text.length() + pair.length(), () -> LIBRARY.encodeDual(tokenizer, text, pair, true), read);
  }

  private <T> T encode(int length, LongSupplier call, LongFunction<T> read) {
    if (length > definition.longestText()) {
      throw tooLong(length, "at most " + definition.longestText());
    }
    characters.acquireUninterruptibly(length);
    try {
      long encoding = answer(call);
      try {
        int tokens = (int) Math.min(maxLength, TOKENS_PER_CHARACTER * (1 + length));
        synchronized (answering) {
          prove(3L * Long.BYTES * (tokens + SPECIAL_TOKENS));
          return read.apply(encoding);
        }
      } finally {
        LIBRARY.deleteEncoding(encoding);
      }
    } catch (IllegalArgumentException e) {
      throw GraftException.input("A text can't be encoded.")
          .expected("a text that this model's tokenizer knows what to do with")
          .found(e.getMessage())
          .remedy("take the tokenizer's files from the model's source again")
          .causedBy(e);
    } finally {
      characters.release(length);
    }
  }

  private static GraftException tooLong(Object found, String expected) {
    return GraftException.input("A text is too long to be encoded.")
        .expected("%s characters", expected)
        .found(found)
        .remedy("cut it before: no more than the model's length of tokens is read in any case");
  }

  /** The text of tokens, without special ones. */
  String decode(long[] ids) {
    long tokenizer = getHandle();
    synchronized (answering) {
      prove((long) Character.BYTES * ids.length * definition.longestToken());
      return LIBRARY.decode(tokenizer, ids, true);
    }
  }

  /**
   * Unless much is free, has the heap hold for a moment what the library is about to put there, so
   * that it is Java, and not the library, that runs out of memory.
   */
  private void prove(long bytes) {
    Runtime heap = Runtime.getRuntime();
    if (heap.maxMemory() - heap.totalMemory() + heap.freeMemory() > AMPLE + bytes) {
      return;
    }
    long left = bytes + SLACK;
    byte[][] parts = new byte[(int) (left / Integer.MAX_VALUE + 1)][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new byte[(int) Math.min(left, Integer.MAX_VALUE - Long.BYTES)];
      left -= parts[i].length;
    }
    room = parts;
    room = null;
  }

  @Override
  public void close() {
    Long pointer = handle.getAndSet(null);
    if (pointer != null) {
      LIBRARY.deleteTokenizer(pointer);
    }
  }
}
