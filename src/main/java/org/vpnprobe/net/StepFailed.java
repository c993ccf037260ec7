package org.vpnprobe.net;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;

/**
 * The one checked exception that travels from the network to the trial's edge, where it becomes a
 * {@link org.vpnprobe.model.Failure} of the step that was open. Thrown by {@code net}, by the wire
 * reader and by protocols for replies that break a rule; never for programming errors.
 */
public final class StepFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;
  private final @Nullable String argument;
  private final @Nullable Duration after;

  public StepFailed(FailureKind kind, String detail) {
    this(kind, null, detail, null, null);
  }

  public StepFailed(FailureKind kind, @Nullable String argument, String detail) {
    this(kind, argument, detail, null, null);
  }

  /**
   * @param detail one sentence for a person, without addresses or secrets
   * @param after time from our last write to the failure, null when unknown
   */
  public StepFailed(
      FailureKind kind,
      @Nullable String argument,
      String detail,
      @Nullable Duration after,
      @Nullable Throwable cause) {
    // No stack trace: thousands of these are ordinary results.
    super(detail, cause, false, false);
    this.kind = kind;
    this.argument = argument;
    this.after = after;
  }

  public FailureKind kind() {
    return kind;
  }

  public @Nullable String argument() {
    return argument;
  }

  public @Nullable Duration after() {
    return after;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }
}
