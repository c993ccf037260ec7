package org.vpnprobe.report.redact;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.PseudonymKey;
import org.vpnprobe.model.Step;

/** The key of the pseudonyms in what several journals tell. */
final class JournalKeys {
  private JournalKeys() {}

  /**
   * One key for all journals, the smallest: whichever is named first, and whoever merges them, the
   * pseudonyms are the same.
   */
  static PseudonymKey of(List<Recorded> journals) {
    return journals.stream()
        .map(journal -> journal.plan().pseudonyms())
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElseGet(() -> derived(journals));
  }

  /**
   * For journals without a key, of what they record and reports do not show: nanoseconds. The run's
   * id would not do; it stands in every report.
   */
  private static PseudonymKey derived(List<Recorded> journals) {
    List<Recorded> ordered = new ArrayList<>(journals);
    ordered.sort(Comparator.comparing(journal -> journal.plan().runId()));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Recorded journal : ordered) {
        digest.update(journal.plan().runId().getBytes(StandardCharsets.UTF_8));
        for (Measurement m : journal.measurements()) {
          digest.update(m.id().getBytes(StandardCharsets.UTF_8));
          number(digest, m.took().toNanos());
          for (Step step : m.steps()) {
            number(digest, step.start().toNanos());
            number(digest, step.took().toNanos());
          }
        }
      }
      return PseudonymKey.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void number(MessageDigest digest, long value) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }
}
