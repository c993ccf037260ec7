package org.vpnprobe.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.vpnprobe.layer.tor.RelayEd25519;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Secret;

/**
 * Debian's tor as a private bridge with obfs4proxy, in a namespace without a way out: its one
 * directory authority is an address where nobody listens, so it never meets the real network.
 */
final class TorServer implements AutoCloseable {
  static final int OR = 9001;
  static final int OBFS4 = 8443;

  private final Daemon daemon;
  private final Path data;

  private TorServer(Daemon daemon, Path data) {
    this.daemon = daemon;
    this.data = data;
  }

  /** Starts a bridge on the server host's first addresses and waits until both ports listen. */
  static TorServer start(TestNet net, Path home, int iatMode) throws IOException {
    Path data = Files.createDirectory(home.resolve("tor"));
    Path torrc = home.resolve("torrc");
    Files.writeString(
        torrc,
        """
        DataDirectory %1$s
        Log notice stdout
        SocksPort 0
        ORPort 10.90.0.1:%2$d IPv4Only
        ORPort [fd90::1]:%2$d IPv6Only
        Address 10.90.0.1
        AssumeReachable 1
        PublishServerDescriptor 0
        BridgeRelay 1
        ExtORPort auto
        ServerTransportPlugin obfs4 exec /usr/bin/obfs4proxy
        ServerTransportListenAddr obfs4 10.90.0.1:%3$d
        ServerTransportOptions obfs4 iat-mode=%4$d
        DirAuthority nobody orport=9 v3ident=%5$s 10.90.0.9:9 %6$s
        UseDefaultFallbackDirs 0
        """
            .formatted(data, OR, OBFS4, iatMode, "A".repeat(40), "B".repeat(40)));
    TorServer server =
        new TorServer(
            Daemon.start(
                net.server(), home, "tor", "--defaults-torrc", "/dev/null", "-f", torrc + ""),
            data);
    try {
      server.daemon.await(() -> listens(net, OR) && listens(net, OBFS4), "listening bridge");
      server.daemon.await(() -> Files.exists(server.bridgeLine()), "bridge line");
      return server;
    } catch (AssertionError e) {
      server.close();
      throw e;
    }
  }

  private static boolean listens(TestNet net, int port) {
    return net.exec(net.server(), "ss", "-Hltn", "sport = :" + port).contains("LISTEN");
  }

  /** obfs4proxy ends a moment after tor. */
  static void awaitStopped(TestNet net) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (listens(net, OR) || listens(net, OBFS4)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the bridge still listens");
      }
    }
  }

  private Path bridgeLine() {
    return data.resolve("pt_state/obfs4_bridgeline.txt");
  }

  /** {@code Unnamed 0123…}. */
  RelayFingerprint fingerprint() throws IOException {
    return RelayFingerprint.of(Files.readString(data.resolve("fingerprint")).strip().split(" ")[1]);
  }

  RelayEd25519 ed25519Id() throws IOException {
    return RelayEd25519.of(
        Files.readString(data.resolve("fingerprint-ed25519")).strip().split(" ")[1]);
  }

  /** The {@code cert=} of the bridge line that obfs4proxy wrote. */
  Secret cert() throws IOException {
    return Secret.of(Files.readString(bridgeLine()).replaceFirst("(?s).* cert=(\\S+) .*", "$1"));
  }

  /** What obfs4proxy wrote for the bridge's owner, filled in as it says, and the plain line. */
  String bridgeLines() throws IOException {
    return Files.readString(bridgeLine())
            .replace("<IP ADDRESS>:<PORT>", "10.90.0.1:" + OBFS4)
            .replace("<FINGERPRINT>", fingerprint().toString())
        + "Bridge 10.90.0.1:"
        + OR
        + " "
        + fingerprint()
        + "\n";
  }

  boolean isAlive() {
    return daemon.isAlive();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
