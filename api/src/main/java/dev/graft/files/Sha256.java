package dev.graft.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 hashes, in hexadecimal. */
public final class Sha256 {
  private static final int AT_ONCE = 1 << 18;

  private Sha256() {}

  /** {@return a digest of nothing yet} */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * {@return the hash of a text in UTF-8}
   *
   * @param text any
   */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * {@return the hash of some bytes}
   *
   * @param bytes any
   */
  public static String of(byte[] bytes) {
    return hex(digest().digest(bytes));
  }

  /**
   * {@return the hash of a file, as {@code sha256sum} prints it}
   *
   * @param file which is read once, from its start to its end
   * @throws dev.graft.GraftException if it can't be read
   */
  public static String of(Path file) {
    MessageDigest digest = digest();
    try {
      update(digest, file);
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    }
    return hex(digest.digest());
  }

  /**
   * Adds what a file holds to a digest.
   *
   * @param digest that goes on
   * @param file which is read once, from its start to its end
   * @throws IOException if it can't be read
   */
  public static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[AT_ONCE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }

  /**
   * {@return what a digest gave, as text}
   *
   * @param hash of any length
   */
  public static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
