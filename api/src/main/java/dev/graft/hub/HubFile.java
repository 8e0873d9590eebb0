package dev.graft.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of a repository as the hub announces it.
 *
 * @param etag the SHA-256 of a large file's contents; otherwise the SHA-1 that Git names them by
 * @param size in bytes
 */
record HubFile(String name, String etag, long size) {
  private static final int SHA_1_LENGTH = 40;

  /** Whether a server's tag is a checksum of one of the two kinds. */
  static boolean isChecksum(String etag) {
    return etag.matches("[0-9a-f]{40}|[0-9a-f]{64}");
  }

  /** A digest that gives the tag when it has been fed the contents. */
  MessageDigest digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance(isGit() ? "SHA-1" : "SHA-256");
      restart(digest);
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1 and SHA-256", e);
    }
  }

  /** Makes a digest forget what it has been fed. */
  void restart(MessageDigest digest) {
    digest.reset();
    if (isGit()) {
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    }
  }

  private boolean isGit() {
    return etag.length() == SHA_1_LENGTH;
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
