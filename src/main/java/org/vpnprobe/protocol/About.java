package org.vpnprobe.protocol;

/**
 * What a person has to know of a protocol before probing it: a row of the table in the
 * documentation, and what {@code vpnprobe protocols NAME} prints.
 *
 * @param open how deep a probe gets without credentials: a depth, or {@code nothing} where the
 *     server is silent to strangers
 * @param keyed how deep it gets with credentials, {@code -} where there are none
 * @param sends what leaves, and how many packets until the server has proved itself
 * @param effects what a probe leaves behind at the server: a log line, a session, a lockout counter
 * @param source where the wire format stands: RFC and section, specification, paper
 * @param example an entry to copy, YAML as it stands in a list of endpoints, with made-up addresses
 *     and secrets by reference
 */
public record About(
    String open, String keyed, String sends, String effects, String source, String example) {

  /**
   * Whether a server is silent to those without its keys: {@code yes} or {@code no}; {@code some}
   * where it depends on how the server is set up.
   */
  public String silent() {
    if (open.startsWith("nothing")) {
      return "yes";
    }
    return open.contains("nothing") ? "some" : "no";
  }
}
