package org.vpnprobe.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.SocksMessages;
import org.vpnprobe.net.StepFailed;

/**
 * A SOCKS5 proxy (RFC 1928, login by RFC 1929). What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: the proxy chose one of the ways to log in that we offered, or said that
 *       none will do;
 *   <li>{@code authenticated}: it accepted user and password;
 *   <li>{@code tunnel}: the target's answer through a connection, or through a relay of datagrams.
 * </ul>
 */
public final class Socks5 implements Protocol<Socks5.Socks5Settings> {
  /**
   * @param username for the login by RFC 1929
   * @param password of that user
   * @param target what to reach through the proxy
   * @param udp ask the target with datagrams through a relay (UDP ASSOCIATE), not over a connection
   */
  public record Socks5Settings(
      @Nullable String username,
      @Nullable Secret password,
      @Nullable Target target,
      @Nullable Boolean udp)
      implements Settings {

    public Socks5Settings {
      if ((username == null) != (password == null)) {
        throw new InvalidSetting(
            username == null ? "username" : "password", "username and password go together");
      }
      if (username != null && !fits(username.getBytes(StandardCharsets.UTF_8))) {
        throw new InvalidSetting("username", "expected 1 to 255 bytes");
      }
      if (password != null && !fits(password.bytes())) {
        throw new InvalidSetting("password", "expected 1 to 255 bytes");
      }
      if (Boolean.TRUE.equals(udp) && (target == null || !target.takesDatagrams())) {
        throw new InvalidSetting("target", "datagrams need a target echo:// or dns://");
      }
    }

    private static boolean fits(byte[] text) {
      return text.length > 0 && text.length <= SocksMessages.LONGEST_LOGIN;
    }

    /** True when the target is asked with datagrams. */
    public boolean datagrams() {
      return Boolean.TRUE.equals(udp);
    }
  }

  /** Four sends of a SYN, and time for three datagrams that are not answered. */
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final Duration DATAGRAM_DEADLINE = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "socks5";
  }

  @Override
  public String summary() {
    return "SOCKS5 proxy: method selection, login, CONNECT or UDP ASSOCIATE to a target";
  }

  @Override
  public About about() {
    return new About(
        "handshake; tunnel with a target where no login is asked for",
        "authenticated; tunnel with a target",
        "TCP, method selection, login, request: about 10 packets",
        "a connection in the log, a wrong password too; with a target one connection from the proxy to it",
        "RFC 1928; RFC 1929",
        """
        - name: office-proxy
          protocol: socks5
          address: proxy.example.net:1080
          username: probe
          password: ${env:PROXY_PASSWORD}
          target: http://192.0.2.80/
          depth: tunnel
        """);
  }

  @Override
  public Class<Socks5Settings> settings() {
    return Socks5Settings.class;
  }

  @Override
  public int defaultPort() {
    return 1080;
  }

  @Override
  public Facts facts(Socks5Settings settings) {
    Depth login = settings.username() == null ? Depth.HANDSHAKE : Depth.AUTHENTICATED;
    return Facts.answering(
        Transport.TCP,
        settings.target() == null ? login : Depth.TUNNEL,
        settings.datagrams() ? DATAGRAM_DEADLINE : DEADLINE,
        Tcp.REPEATS);
  }

  @Override
  public Session open(Socks5Settings settings, Trial trial) throws StepFailed {
    ByteStream stream = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return stream::close;
    }
    int method = trial.step(StepName.HANDSHAKE, () -> choice(settings, stream, trial));
    if (trial.goal() != Depth.HANDSHAKE) {
      trial.step(StepName.AUTH, () -> logIn(settings, method, stream, trial));
    }
    Target target = settings.target();
    // Where no login is asked for, what proves more than a greeting is the target's answer.
    boolean instead = trial.goal() == Depth.AUTHENTICATED && settings.username() == null;
    if (target == null || !(instead || trial.goal() == Depth.TUNNEL)) {
      return stream::close;
    }
    Session session =
        trial.step(
            StepName.TUNNEL,
            () ->
                settings.datagrams()
                    ? associate(stream, target, trial)
                    : connect(stream, target, trial));
    if (instead) {
      TunnelCheck.run(session, trial);
    }
    return session;
  }

  /** RFC 1928 section 3. */
  private static int choice(Socks5Settings settings, ByteStream stream, Trial trial)
      throws StepFailed {
    boolean login = settings.username() != null && trial.goal() != Depth.HANDSHAKE;
    stream.write(
        login
            ? SocksMessages.methods(SocksMessages.NO_LOGIN, SocksMessages.PASSWORD)
            : SocksMessages.methods(SocksMessages.NO_LOGIN));
    int method = SocksMessages.chosen(stream);
    boolean offered =
        switch (method) {
          case SocksMessages.NO_LOGIN, SocksMessages.NONE_ACCEPTABLE -> true;
          case SocksMessages.PASSWORD -> login;
          default -> false;
        };
    if (!offered) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY,
          "the proxy chose a way to log in that was not offered");
    }
    // An offer of two ways that comes back as it went reads as the choice of way 2.
    if (method != SocksMessages.PASSWORD) {
      trial.reached(Depth.HANDSHAKE, "the proxy answered our choice of ways to log in");
    }
    return method;
  }

  private static boolean logIn(Socks5Settings settings, int method, ByteStream stream, Trial trial)
      throws StepFailed {
    String username = settings.username();
    Secret password = settings.password();
    if (method == SocksMessages.NONE_ACCEPTABLE) {
      throw rejected(
          username == null
              ? "the proxy wants a login"
              : "the proxy wants another login than user and password");
    }
    if (username == null || password == null) {
      return false;
    }
    if (method == SocksMessages.NO_LOGIN) {
      if (trial.goal() == Depth.AUTHENTICATED) {
        throw rejected("the proxy asks for no login: leave username and password out");
      }
      return false;
    }
    stream.write(SocksMessages.login(username, password));
    boolean accepted = SocksMessages.accepted(stream);
    trial.reached(Depth.HANDSHAKE, "the proxy answered our login");
    if (!accepted) {
      throw rejected("the proxy refused the user or the password");
    }
    trial.reached(Depth.AUTHENTICATED, "the proxy accepted user and password");
    return true;
  }

  private static StepFailed rejected(String detail) {
    return new StepFailed(FailureKind.AUTH_REJECTED, detail);
  }

  private static Session connect(ByteStream stream, Target target, Trial trial) throws StepFailed {
    granted(stream, SocksMessages.CONNECT, SocksAddress.of(target.server()));
    trial.observe("proxy_connect", "granted");
    return new Connected(stream, target);
  }

  private static Session associate(ByteStream stream, Target target, Trial trial)
      throws StepFailed {
    // Our own port is not known yet, and may be another behind an address translator.
    SocksAddress any = SocksAddress.unspecified(stream.local().getAddress());
    SocksAddress bound = granted(stream, SocksMessages.UDP_ASSOCIATE, any);
    trial.observe("proxy_udp_associate", "granted");
    InetAddress relay = bound.address();
    InetAddress proxy = trial.server().getAddress();
    if (relay == null || !(relay.isAnyLocalAddress() || relay.equals(proxy))) {
      throw new StepFailed(
          FailureKind.PROXY_REFUSED,
          "relay_elsewhere",
          "the proxy names a relay at another address than its own, which is not contacted");
    }
    Datagrams datagrams = trial.path().udp(new InetSocketAddress(proxy, bound.port()));
    return new Associated(stream, datagrams, target, SocksAddress.of(target.server()));
  }

  /** RFC 1928 sections 4 and 6. */
  private static SocksAddress granted(ByteStream stream, int command, SocksAddress target)
      throws StepFailed {
    stream.write(SocksMessages.request(command, target));
    SocksMessages.Reply reply = SocksMessages.reply(stream);
    if (reply.bound() == null) {
      throw new StepFailed(
          FailureKind.PROXY_REFUSED,
          Integer.toString(reply.code()),
          "the proxy answers about the target: " + SocksMessages.meaning(reply.code()));
    }
    return reply.bound();
  }

  private record Connected(ByteStream stream, Target asked)
      implements Session, Tunnel.StreamTunnel {
    @Override
    public Optional<Tunnel> tunnel() {
      return Optional.of(this);
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  /** The relay lives as long as the connection that it was asked for on (RFC 1928 section 6). */
  private record Associated(ByteStream control, Datagrams relay, Target asked, SocksAddress address)
      implements Session, Tunnel.DatagramTunnel {
    @Override
    public void send(byte[] payload) throws StepFailed {
      relay.send(SocksMessages.datagram(address, payload));
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) throws StepFailed {
      long end = System.nanoTime() + atMost.toNanos();
      while (true) {
        byte[] datagram = relay.receive(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        if (datagram == null) {
          return null;
        }
        SocksMessages.Relayed relayed = SocksMessages.relayed(datagram);
        if (relayed != null) {
          return relayed.payload(); // Whether it is the target's is for its content to tell.
        }
      }
    }

    @Override
    public Optional<Tunnel> tunnel() {
      return Optional.of(this);
    }

    @Override
    public void close() {
      relay.close();
      control.close();
    }
  }
}
