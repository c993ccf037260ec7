package org.vpnprobe.config;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.SourceMark;

/**
 * One thing that is wrong with what the user wrote. Never holds a secret.
 *
 * @param at where it stands; null when it was not in a file ({@code --only})
 * @param offending the text at fault, as the user wrote it, or the name of the key when the text
 *     may be secret
 * @param expected what is wrong and what is expected instead
 * @param nearest the valid word nearest to the offending one, null when none is near
 */
public record Problem(
    @Nullable SourceMark at, String offending, String expected, @Nullable String nearest) {

  /** The message without its place. */
  public String message() {
    String question = nearest == null ? "" : "; did you mean “" + nearest + "”?";
    String what = offending.isEmpty() ? "" : "“" + Shown.text(offending) + "” – ";
    return what + expected + question;
  }

  /** {@code file:line:column: message}. */
  @Override
  public String toString() {
    return at == null ? message() : at + ": " + message();
  }

  /** The same with an addition to what is expected. */
  Problem plus(String addition) {
    return new Problem(at, offending, expected + addition, nearest);
  }
}
