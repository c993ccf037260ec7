package org.vpnprobe.analysis.compare;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One cell that is not as it was.
 *
 * @param before null for a new cell
 * @param after null for a cell that is gone
 */
public record Change(Kind kind, String cell, @Nullable Seen before, @Nullable Seen after) {

  /** Kinds of change, the most urgent first. */
  public enum Kind {
    /** {@code blocked} or {@code likely_blocked}, and was not. */
    NEWLY_BLOCKED("newly blocked"),
    /** It answers less than asked. */
    DEGRADED("degraded"),
    /** It was not known to fail, and does; the reason is open. */
    FAILING("not answering, reason open"),
    /** Nobody gets an answer anywhere. */
    DOWN("down everywhere"),
    /** The server refuses us, or shows a wrong proof. */
    CONFIG_ERROR("configuration error"),
    /** Stopped or degraded as before, but by another mechanism. */
    CHANGED_CAUSE("other cause"),
    /** It answers again. */
    RECOVERED("recovered"),
    /** The other report does not know the cell. */
    NEW("new"),
    /** This report does not know the cell any more. */
    GONE("gone");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** The word in JSON. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    public String title() {
      return title;
    }
  }

  /**
   * Compares two sights of one cell; one of them may be missing. Empty when nothing changed: also
   * when the later one could not be judged, when less is known of a failure than before, and when a
   * cell of which nothing was known answers.
   */
  public static Optional<Change> between(@Nullable Seen before, @Nullable Seen after) {
    if (after == null) {
      return before == null
          ? Optional.empty()
          : Optional.of(new Change(Kind.GONE, before.id(), before, null));
    }
    if (before == null) {
      return Optional.of(new Change(Kind.NEW, after.id(), null, after));
    }
    Kind kind = kind(before, after);
    return kind == null
        ? Optional.empty()
        : Optional.of(new Change(kind, after.id(), before, after));
  }

  private static @Nullable Kind kind(Seen before, Seen after) {
    Standing was = before.standing();
    Standing is = after.standing();
    if (was == is) {
      boolean stopped = is == Standing.BLOCKED || is == Standing.DEGRADED;
      return stopped && !Causes.agree(before.cause(), after.cause()) ? Kind.CHANGED_CAUSE : null;
    }
    return switch (is) {
      case UNDECIDED -> null;
      case ANSWERS -> was == Standing.UNDECIDED ? null : Kind.RECOVERED;
      case DEGRADED -> Kind.DEGRADED;
      case FAILS -> was.silent() ? null : Kind.FAILING;
      case BLOCKED -> Kind.NEWLY_BLOCKED;
      case DOWN -> Kind.DOWN;
      case REFUSED -> Kind.CONFIG_ERROR;
    };
  }
}
