package dev.graft.harness.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code graft --version} says. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String graft = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "graft " + (graft == null ? "(not packaged)" : graft),
      "Java %s on %s %s"
          .formatted(
              Runtime.version(), System.getProperty("os.name"), System.getProperty("os.arch"))
    };
  }
}
