package org.vpnprobe.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What analysis and reports may know of an endpoint: no settings and no secrets.
 *
 * @param name unique in the run
 * @param protocol as in the registry
 * @param address as the user wrote it, {@code host:port}
 * @param asked the depth the user asked for
 * @param ceiling the deepest depth that protocol and settings can prove
 * @param silent the protocol does not answer those without its keys
 * @param obfuscated no foreign-protocol or random bytes may be sent to it
 * @param keysMissing silent, and the settings lack what would make it answer: nothing can be judged
 * @param residual needs a second success at least 2 s later (QUIC, HTTP/3; design §4a.2)
 * @param trialDeadline what one trial may take: at least three sends of the real client
 * @param userDeadline the user's own deadline in place of it, null when none; a shorter one caps
 *     the verdict at {@code insufficient}
 * @param exclusive fingerprints (not the keys) of what only one client may use at a time
 * @param where the entry in the file, null for command-line targets
 * @param sni the server name that a middlebox may read, null when the handshake shows none
 * @param carriesData an open session can send data and get an answer, for experiments
 */
public record EndpointFacts(
    String name,
    String protocol,
    Transport transport,
    String address,
    Depth asked,
    Depth ceiling,
    boolean silent,
    boolean obfuscated,
    boolean keysMissing,
    boolean residual,
    Duration trialDeadline,
    @Nullable Duration userDeadline,
    List<String> exclusive,
    List<String> tags,
    @Nullable SourceMark where,
    @Nullable String sni,
    boolean carriesData) {

  /** An endpoint that says no server name and carries no data. */
  public EndpointFacts(
      String name,
      String protocol,
      Transport transport,
      String address,
      Depth asked,
      Depth ceiling,
      boolean silent,
      boolean obfuscated,
      boolean keysMissing,
      boolean residual,
      Duration trialDeadline,
      @Nullable Duration userDeadline,
      List<String> exclusive,
      List<String> tags,
      @Nullable SourceMark where) {
    this(
        name,
        protocol,
        transport,
        address,
        asked,
        ceiling,
        silent,
        obfuscated,
        keysMissing,
        residual,
        trialDeadline,
        userDeadline,
        exclusive,
        tags,
        where,
        null,
        false);
  }

  public EndpointFacts {
    exclusive = List.copyOf(exclusive);
    tags = List.copyOf(tags);
  }

  /** The depth whose proof counts as success. */
  public Depth goal() {
    return asked.min(ceiling);
  }

  /** How long one trial may take. */
  public Duration deadline() {
    return userDeadline == null ? trialDeadline : userDeadline;
  }

  /** True when the user's deadline is too short to blame anybody. */
  public boolean deadlineTooShort() {
    return userDeadline != null && userDeadline.compareTo(trialDeadline) < 0;
  }
}
