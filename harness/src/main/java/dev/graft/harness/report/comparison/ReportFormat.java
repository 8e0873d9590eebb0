package dev.graft.harness.report.comparison;

import java.util.Optional;

/** A file that a report is written to. */
public interface ReportFormat {
  /** The name of the file, in the study's folder. */
  String file();

  /** What the file holds; absent if it has nothing to say of such a report. */
  Optional<String> text(Report report);
}
