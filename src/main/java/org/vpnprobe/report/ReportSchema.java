package org.vpnprobe.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The JSON Schema (2020-12) of {@code report.json}. */
public final class ReportSchema {
  private ReportSchema() {}

  /** The schema as indented JSON, ending in a line break. */
  public static String json() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ReportSchema.class.getResourceAsStream("report.schema.json"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
