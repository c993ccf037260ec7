package org.vpnprobe.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Trial;

/** A protocol whose settings have every type that can be bound. It cannot be opened. */
final class Fake implements Protocol<Fake.FakeSettings> {
  /** A value type as protocols have them. */
  static final class Token {
    final String text;

    private Token(String text) {
      this.text = text;
    }

    static Token of(String text) {
      if (text.length() != 4) {
        throw new InvalidSetting("", "expected a token of 4 characters, found “" + text + "”");
      }
      return new Token(text);
    }
  }

  /** A value type with a constructor alone. */
  static final class Word {
    final String text;

    Word(String text) {
      if (text.contains(" ")) {
        throw new InvalidSetting("", "expected one word");
      }
      this.text = text;
    }
  }

  record Inner(String first, @Nullable Integer lastOne) {}

  record FakeSettings(
      String need,
      @Nullable Secret privateKey,
      @Nullable Token publicToken,
      @Nullable Word word,
      @Nullable Integer count,
      @Nullable Long big,
      @Nullable Double share,
      @Nullable Boolean on,
      @Nullable Duration patience,
      @Nullable Transport transport,
      @Nullable InetAddress target,
      @Nullable HostPort relay,
      @Nullable List<Integer> sizes,
      @Nullable Inner inner,
      @Nullable List<Inner> inners)
      implements Settings {
    FakeSettings {
      if (count != null && count > 10 && word == null) {
        throw new InvalidSetting("count", "expected at most 10 without word");
      }
      if (big != null && share != null) {
        throw new InvalidSetting("", "big and share cannot be together");
      }
    }
  }

  /**
   * Options that know this protocol; texts of errors do not change when a real one is added; env
   * has KEY, PORT and CT_PROXY.
   */
  static Options options() {
    return Options.of("1.0", java.time.Instant.parse("2027-01-02T03:04:05Z"), "run-1")
        .withEnv(name ->
            switch (name) {
              case "KEY" -> Optional.of("s3cr3t-value");
              case "PORT" -> Optional.of("70000");
              case "CT_PROXY" -> Optional.of("proxy-pass");
              default -> Optional.empty();
            })
        .withLab(name -> name.equals("fake-key") ? Optional.of("lab-value") : Optional.empty())
        .withProtocols(
            List.of("fake", "openvpn"),
            name -> name.equals("fake") ? Optional.of(new Fake()) : Protocols.named(name));
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String summary() {
    return "for tests";
  }

  @Override
  public org.vpnprobe.protocol.About about() {
    return new org.vpnprobe.protocol.About("", "", "", "", "", "");
  }

  @Override
  public Class<FakeSettings> settings() {
    return FakeSettings.class;
  }

  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Facts facts(FakeSettings settings) {
    return new Facts(
        Transport.UDP,
        settings.privateKey() == null ? Depth.HANDSHAKE : Depth.TUNNEL,
        true,
        settings.privateKey() == null,
        false,
        false,
        Duration.ofSeconds(15),
        List.of(),
        settings.privateKey() == null ? Set.of() : Set.of("fake:" + settings.need()));
  }

  @Override
  public Session open(FakeSettings settings, Trial trial) {
    throw new AssertionError("it is read from files alone");
  }
}
