package org.vpnprobe.real;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/**
 * Run inside a namespace by {@link BoundVantageRealTest}: asks a resolver through a vantage that is
 * bound to an interface or a source address, and prints the preflight, who answered and our own
 * address.
 */
final class BoundProbe {
  private BoundProbe() {}

  /**
   * @param args {@code direct|interface|source}, the interface or address, the resolver
   */
  public static void main(String... args) throws Exception {
    Via via =
        switch (args[0]) {
          case "interface" -> new Via.Interface(args[1]);
          case "source" -> new Via.Source(InetAddress.ofLiteral(args[1]));
          default -> new Via.Direct();
        };
    Resolver resolver = Resolver.of("lab", args[2]);
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, Duration.ofSeconds(8));
    try (Vantage vantage = Vantages.open(via, resolver, "test");
        Path path = vantage.path(trace)) {
      System.out.println("preflight " + vantage.preflight().orElse("fine"));
      System.out.println("answer " + path.resolve("who.test", Family.IP4));
      InetSocketAddress server = new InetSocketAddress(InetAddress.ofLiteral(args[2]), 53);
      ByteStream stream = path.tcp(server);
      System.out.println("local " + stream.local().getAddress().getHostAddress());
    }
  }
}
