package org.vpnprobe.lab;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.net.Vantage;

/**
 * A rehearsal of the world on loopback: a server for each endpoint of a plan, reached by the plan's
 * made-up addresses through carriers that interfere as told. Nothing leaves this host. Servers
 * start when they are first reached; closing the lab ends all of them.
 */
public final class Lab implements AutoCloseable {
  private final LabNetwork network;
  private final long seed;

  private Lab(LabNetwork network, long seed) {
    this.network = network;
    this.seed = seed;
  }

  /**
   * Opens a lab.
   *
   * @param seed of everything that happens by chance
   * @throws IllegalArgumentException for a protocol that the lab has no server for
   */
  public static Lab start(List<LabServer> servers, long seed) {
    return start(servers, List.of(), seed);
  }

  /**
   * Opens a lab that also has the resolvers of a plan, at the addresses that the plan names; those
   * over HTTPS are left out.
   */
  public static Lab start(List<LabServer> servers, List<Resolver> resolvers, long seed) {
    LabNetwork network = new LabNetwork(servers);
    resolvers.stream()
        .filter(resolver -> resolver.address() != null)
        .forEach(resolver -> network.addResolver(LabVantage.at(resolver)));
    network.open();
    return new Lab(network, seed);
  }

  /**
   * A carrier's vantage in this lab.
   *
   * @param name the carrier's
   * @param pace by how much time is compressed, at least 1: deadlines arrive divided by it, so
   *     latency and retransmissions of the lab are divided, too
   * @throws org.vpnprobe.model.InvalidSetting when the interference names what does not exist
   */
  public Vantage vantage(String name, Interference interference, double pace) {
    return vantage(name, interference, null, pace);
  }

  /**
   * A carrier's vantage that asks a resolver of the user's choice.
   *
   * @param resolver who is asked for names, null for the carrier's own
   * @throws org.vpnprobe.model.InvalidSetting for a resolver over HTTPS
   */
  public Vantage vantage(
      String name, Interference interference, @Nullable Resolver resolver, double pace) {
    return new LabVantage(network, interference, resolver, name, seed, pace);
  }

  /** Keys and certificates of the lab's servers and demo clients, for {@code ${lab:NAME}}. */
  public static Optional<String> material(String name) {
    return Responders.material(name);
  }

  @Override
  public void close() {
    network.close();
  }
}
