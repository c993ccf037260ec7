package org.vpnprobe.engine;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Purpose;

/**
 * One trial to be made.
 *
 * @param id unique in the run
 * @param cell the cell that is tried
 * @param serves the suspect in whose round it stands, null outside rounds
 * @param round 0 outside rounds
 * @param address the address to contact, as the carrier contacted it; null: resolve the name
 * @param goal the depth to reach
 * @param deadline for the whole trial, as it is on the wire (a rehearsal's is shorter)
 * @param experiment what to do otherwise than in a handshake, null for the handshake itself
 * @param pace by how much a rehearsal's time is compressed
 */
public record TrialOrder(
    String id,
    CellFacts cell,
    @Nullable String serves,
    Purpose purpose,
    int round,
    @Nullable InetAddress address,
    Depth goal,
    Duration deadline,
    @Nullable Experiment experiment,
    double pace) {

  /** A trial that belongs to no experiment. */
  public TrialOrder(
      String id,
      CellFacts cell,
      @Nullable String serves,
      Purpose purpose,
      int round,
      @Nullable InetAddress address,
      Depth goal,
      Duration deadline) {
    this(id, cell, serves, purpose, round, address, goal, deadline, null, 1);
  }
}
