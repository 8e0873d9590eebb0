package dev.graft.harness.report.comparison;

import java.util.Optional;

/**
 * A file that a report is written to. A JAR brings one as a service of this type, made by its
 * constructor without parameters; what it throws is told, and leaves the other files.
 */
public interface ReportFormat {
  /**
   * The name of the file, in the study's folder: letters, digits, dots and hyphens, and no other
   * format's.
   */
  String file();

  /** What the file holds, as UTF-8; absent if it has nothing to say of such a report. */
  Optional<String> text(Report report);
}
